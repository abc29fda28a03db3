// Identical reads in flight share one request, and what must not be shared is not.
#include "harness.hpp"
#include "support/patience.hpp"
#include "upstream/shared_state.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>

using namespace casebridge;
using namespace casebridge::test;
using std::chrono::milliseconds;

namespace {

// Counts the requests of all connections, and answers each with its number once the gate is open.
struct counting {
    std::atomic<int> seen{0};
    std::promise<void> gate;
    std::shared_future<void> open{gate.get_future()};

    script answer() {
        return [this](peer& p) {
            while (!p.read_request().empty()) {
                const int n = ++seen;
                open.wait_for(patience);
                p.send(ok("[" + std::to_string(n) + "]"));
            }
        };
    }
};

upstream::call shared_get(std::string_view account = "ann", std::string target = "/api/v3/cases") {
    auto c = get_call(std::move(target));
    c.credential = "main";
    c.account = account;
    c.shareable = true;
    return c;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(upstream_client_shared)

BOOST_AUTO_TEST_CASE(identical_reads_in_flight_are_one_request) {
    counting all;
    scripted_server server({all.answer()});
    harness h(plain_options(server.port()));
    for (int i = 0; i < 20; ++i) h.start(shared_get());
    h.run_until([&] { return all.seen == 1; });
    all.gate.set_value();
    h.finish_all();
    for (std::size_t i = 0; i < 20; ++i) BOOST_TEST(h.outcome(i)->value().body == "[1]");
    BOOST_TEST(all.seen == 1);
    BOOST_TEST(h.stats().shared == 19U);
    // Nothing is kept: the next read asks again.
    BOOST_TEST(h.send(shared_get()).value().body == "[2]");
    BOOST_TEST(h.stats().shared == 19U);
}

BOOST_AUTO_TEST_CASE(what_differs_or_does_not_allow_it_is_not_shared) {
    counting all;
    all.gate.set_value();
    scripted_server server({all.answer()});
    harness h(plain_options(server.port()));
    h.start(shared_get("ann"));
    h.start(shared_get("bob"));
    h.start(shared_get("ann", "/api/v3/cases?resultLimit=1"));
    auto other = shared_get("ann");
    other.credential = "lead";
    h.start(other);
    auto alone = shared_get("ann");
    alone.shareable = false;
    h.start(alone);
    auto write = post_call("{}");
    write.shareable = true;
    h.start(write);
    h.start(write);
    h.finish_all();
    BOOST_TEST(all.seen == 7);
    BOOST_TEST(h.stats().shared == 0U);
}

BOOST_AUTO_TEST_CASE(failure_is_shared_as_well) {
    std::atomic<bool> asked{false};
    std::promise<void> gate;
    const auto open = gate.get_future().share();
    scripted_server server({[&](peer& p) {
        p.read_request();
        asked = true;
        open.wait_for(patience);
        p.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12");
    }});
    harness h(plain_options(server.port()));
    for (int i = 0; i < 5; ++i) h.start(shared_get());
    h.run_until([&] { return asked.load(); });
    gate.set_value();
    h.finish_all();
    for (std::size_t i = 0; i < 5; ++i) BOOST_TEST(code_of(*h.outcome(i)).starts_with("upstream_reset"));
    BOOST_TEST(server.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(leaders_deadline_is_not_the_sharers) {
    with_enough_time([](milliseconds time) -> std::string {
        counting all;
        scripted_server server({all.answer()});
        harness h(plain_options(server.port()));
        auto hasty = shared_get();
        hasty.deadline = http::clock::now() + time;
        h.start(hasty);
        for (int i = 0; i < 3; ++i) h.start(shared_get());
        h.run_until([&] { return all.seen == 1 || h.outcome(0).has_value(); });
        if (h.outcome(0).has_value()) return "the leader's deadline passed before the server had seen it";
        h.run_until([&] { return h.outcome(0).has_value(); });
        BOOST_TEST(code_of(*h.outcome(0)).starts_with("upstream_timeout"));
        h.run_until([&] { return all.seen == 2; });
        all.gate.set_value();
        h.finish_all();
        for (std::size_t i = 1; i < 4; ++i)
            BOOST_TEST(h.outcome(i)->value().body == "[2]", code_of(*h.outcome(i)));
        BOOST_TEST(all.seen == 2);
        return {};
    });
}

BOOST_AUTO_TEST_CASE(sharer_that_cannot_wait_gives_up_alone) {
    counting all;
    scripted_server server({all.answer()});
    harness h(plain_options(server.port()));
    h.start(shared_get());
    auto hasty = shared_get();
    hasty.deadline = http::clock::now() + milliseconds(60);
    h.start(hasty);
    h.run_until([&] { return h.outcome(1).has_value(); });
    BOOST_TEST(code_of(*h.outcome(1)).starts_with("upstream_timeout"));
    all.gate.set_value();
    h.finish_all();
    BOOST_TEST(h.outcome(0)->value().body == "[1]");
    BOOST_TEST(all.seen == 1);
}

BOOST_AUTO_TEST_CASE(read_after_a_write_does_not_join_a_read_from_before_it) {
    std::promise<void> gate;
    const auto open = gate.get_future().share();
    std::atomic<int> seen{0};
    // The first read is held back; the write and the second read are answered at once.
    scripted_server server({[&](peer& p) {
                                p.read_request();
                                ++seen;
                                open.wait_for(patience);
                                p.send(ok(R"("old")"));
                                p.wait_for_close();
                            },
                            answer_all(ok(R"("new")"))});
    harness h(plain_options(server.port()));
    h.start(shared_get());
    h.run_until([&] { return seen == 1; });
    const auto write = h.start(post_call("{}"));
    h.run_until([&] { return h.outcome(write).has_value(); });
    const auto read = h.start(shared_get());
    h.run_until([&] { return h.outcome(read).has_value(); });
    BOOST_TEST(h.outcome(read)->value().body == R"("new")");
    gate.set_value();
    h.finish_all();
    BOOST_TEST(h.outcome(0)->value().body == R"("old")");
    BOOST_TEST(h.stats().shared == 0U);
}

BOOST_AUTO_TEST_CASE(write_of_another_thread_counts_as_well) {
    auto opts = plain_options(1);
    const auto all = std::make_shared<upstream::shared_state>("tc", opts);
    counting one;
    scripted_server server({one.answer()});
    harness h(plain_options(server.port()), all);
    h.start(shared_get());
    h.run_until([&] { return one.seen == 1; });
    harness elsewhere(plain_options(unused_port()), all);
    BOOST_TEST(elsewhere.post("{}").has_error());    // who knows what it did
    h.start(shared_get());
    h.run_until([&] { return one.seen == 2; });
    one.gate.set_value();
    h.finish_all();
    BOOST_TEST(h.stats().shared == 0U);
}

BOOST_AUTO_TEST_CASE(destroyed_client_ends_sharers_too) {
    scripted_server server({[](peer& p) { p.wait_for_close(); }});
    harness h(plain_options(server.port()));
    for (int i = 0; i < 4; ++i) h.start(shared_get());
    h.run_until([&] { return server.accepted() == 1 && h.stats().calls == 4; });
    h.destroy_client();
    h.finish_all();
    for (std::size_t i = 0; i < 4; ++i) BOOST_TEST(h.outcome(i)->has_error());
    BOOST_TEST(server.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(context_that_ends_with_sharers_leaves_nothing_behind) {
    scripted_server server({[](peer& p) { p.wait_for_close(); }});
    harness h(plain_options(server.port()));
    for (int i = 0; i < 4; ++i) h.start(shared_get());
    h.run_until([&] { return server.accepted() == 1 && h.stats().calls == 4; });
    BOOST_TEST(!h.finished());
}

BOOST_AUTO_TEST_SUITE_END()
