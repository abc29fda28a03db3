// Many calls at once: connections up to the maximum, the line behind them, and how a client ends.
#include "harness.hpp"
#include "support/patience.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>

using namespace casebridge;
using namespace casebridge::test;
using std::chrono::milliseconds;

namespace {

// Answers every request, the first of each connection only when the gate opens.
script answer_after(std::shared_future<void> gate) {
    return [gate](peer& p) {
        while (!p.read_request().empty()) {
            gate.wait_for(patience);
            p.send(ok("{}"));
        }
    };
}

upstream::options small(std::uint16_t port, std::size_t connections, std::size_t waiting) {
    auto opts = plain_options(port);
    opts.max_connections = connections;
    opts.max_waiting = waiting;
    return opts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(upstream_client_queue)

BOOST_AUTO_TEST_CASE(calls_above_the_maximum_are_queued_and_all_are_answered) {
    std::promise<void> gate;
    scripted_server server({answer_after(gate.get_future().share())});
    harness h(small(server.port(), 4, 100));
    for (int i = 0; i < 40; ++i) h.start(get_call());
    h.run_until_waiting(36);
    BOOST_TEST(h.stats().open == 4U);
    gate.set_value();
    h.finish_all();
    for (std::size_t i = 0; i < 40; ++i) BOOST_TEST(h.outcome(i)->has_value(), code_of(*h.outcome(i)));
    BOOST_TEST(server.accepted() == 4U);
    const auto s = h.stats();
    BOOST_TEST(s.connects == 4U);
    BOOST_TEST(s.reused == 36U);
    BOOST_TEST(s.idle == 4U);
    BOOST_TEST(s.waiting == 0U);
}

BOOST_AUTO_TEST_CASE(call_above_the_line_is_refused_at_once) {
    std::promise<void> gate;
    scripted_server server({answer_after(gate.get_future().share())});
    harness h(small(server.port(), 1, 2));
    for (int i = 0; i < 3; ++i) h.start(get_call());
    h.run_until_waiting(2);
    const auto last = h.start(get_call());
    h.run_until([&] { return h.outcome(last).has_value(); });
    BOOST_TEST((h.outcome(last)->error().code == errc::upstream_busy));
    BOOST_TEST(h.outcome(last)->error().detail.find("line is full") != std::string::npos);
    gate.set_value();
    h.finish_all();
    for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(h.outcome(i)->has_value(), code_of(*h.outcome(i)));
}

BOOST_AUTO_TEST_CASE(call_in_line_gives_up_at_its_deadline) {
    with_enough_time([](milliseconds time) -> std::string {
        scripted_server server({[](peer& p) { p.wait_for_close(); }});
        harness h(small(server.port(), 1, 5));
        h.start(get_call());
        auto c = get_call();
        c.deadline = http::clock::now() + time;
        const auto i = h.start(c);
        h.run_until([&] { return h.outcome(i).has_value(); });
        BOOST_TEST(h.stats().waiting == 0U);
        h.destroy_client();
        h.finish_all();
        const std::string why = code_of(*h.outcome(i));
        const bool in_line = why.find("before the deadline") != std::string::npos;
        if (in_line) BOOST_TEST((h.outcome(i)->error().code == errc::upstream_busy));
        return in_line ? "" : why;
    });
}

BOOST_AUTO_TEST_CASE(failed_connection_passes_the_turn_on) {
    std::promise<void> gate;
    const auto open = gate.get_future().share();
    scripted_server server({[open](peer& p) {
                                p.read_request();
                                open.wait_for(patience);
                                p.reset();
                            },
                            answer_all(ok("{}"))});
    harness h(small(server.port(), 1, 5));
    h.start(post_call("{}"));
    for (int i = 0; i < 2; ++i) h.start(get_call());
    h.run_until_waiting(2);
    gate.set_value();
    h.finish_all();
    BOOST_TEST(code_of(*h.outcome(0)).starts_with("upstream_reset"));
    BOOST_TEST(h.outcome(1)->has_value());
    BOOST_TEST(h.outcome(2)->has_value());
    BOOST_TEST(server.accepted() == 2U);
}

BOOST_AUTO_TEST_CASE(closed_client_finishes_what_is_in_flight_and_takes_no_more) {
    std::promise<void> gate;
    scripted_server server({answer_after(gate.get_future().share())});
    harness h(small(server.port(), 1, 5));
    h.start(get_call());
    h.start(get_call());
    h.run_until_waiting(1);
    h.client().close();
    gate.set_value();
    h.finish_all();
    BOOST_TEST(h.outcome(0)->has_value(), code_of(*h.outcome(0)));
    BOOST_TEST(h.outcome(1)->has_value(), code_of(*h.outcome(1)));
    BOOST_TEST(h.stats().open == 0U);
    const auto r = h.get();
    BOOST_REQUIRE(r.has_error());
    BOOST_TEST((r.error().code == errc::draining));
}

BOOST_AUTO_TEST_CASE(close_lets_the_context_run_out_of_work) {
    scripted_server server({answer_all(ok("{}"))});
    harness h(plain_options(server.port()));
    BOOST_TEST(h.get().has_value());
    h.client().close();
    BOOST_TEST(h.stats().open == 0U);
    const auto start = http::clock::now();
    h.run_for(patience);
    BOOST_TEST((http::clock::now() - start < patience / 2));
}

BOOST_AUTO_TEST_CASE(destroyed_client_ends_its_calls) {
    scripted_server server({[](peer& p) { p.wait_for_close(); }});
    harness h(small(server.port(), 1, 5));
    h.start(get_call());
    h.start(get_call());
    h.run_until_waiting(1);
    h.run_until([&] { return server.accepted() == 1 && h.stats().calls == 2; });
    const auto start = http::clock::now();
    h.destroy_client();
    h.finish_all();
    BOOST_TEST((http::clock::now() - start < patience / 2));
    BOOST_TEST(h.outcome(0)->has_error());
    BOOST_TEST(h.outcome(1)->has_error());
}

BOOST_AUTO_TEST_CASE(context_that_ends_with_calls_in_flight_leaves_nothing_behind) {
    scripted_server server({[](peer& p) { p.wait_for_close(); }});
    harness h(small(server.port(), 1, 5));
    h.start(get_call());
    h.start(get_call());
    h.run_until_waiting(1);
    h.run_until([&] { return server.accepted() == 1 && h.stats().calls == 2; });
    BOOST_TEST(!h.finished());
    // The harness destroys the client, then the context with the suspended frames in it.
}

BOOST_AUTO_TEST_SUITE_END()
