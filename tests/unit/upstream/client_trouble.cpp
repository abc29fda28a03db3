// Retries, breaker, limits and pauses as a client acts on them, and across the threads of a process.
#include "harness.hpp"
#include "support/patience.hpp"
#include "upstream/shared_state.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

using namespace casebridge;
using namespace casebridge::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using upstream::shared_state;

namespace {

std::string status(unsigned code, const std::string& fields = {}) {
    return "HTTP/1.1 " + std::to_string(code) + " X\r\n" + fields + "Content-Length: 2\r\n\r\n{}";
}

// Answers the requests of all connections one after the other with these, then with the last for good.
struct sequence {
    std::vector<std::string> answers;
    std::mutex mutex;
    std::size_t next = 0;
    std::vector<std::string> requests;

    script answer() {
        return [this](peer& p) {
            for (std::string r = p.read_request(); !r.empty(); r = p.read_request()) {
                std::string out;
                {
                    const std::lock_guard lock(mutex);
                    requests.push_back(std::move(r));
                    out = answers[std::min(next++, answers.size() - 1)];
                }
                p.send(out);
            }
        };
    }
};

upstream::options with_breaker(std::uint16_t port, milliseconds open_for = milliseconds(60000)) {
    auto opts = plain_options(port);
    opts.retry.tries = 1;
    opts.breaker = {3, open_for, 10 * open_for};
    return opts;
}

upstream::call get_of(std::string_view account) {
    auto c = get_call();
    c.credential = "main";
    c.account = account;
    return c;
}

upstream::options limited(std::uint16_t port, upstream::credential_limits l) {
    auto opts = plain_options(port);
    opts.credentials.emplace("main", l);
    return opts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(upstream_client_trouble)

BOOST_AUTO_TEST_CASE(read_is_tried_again_after_a_passing_status_and_signed_anew) {
    for (const unsigned code : {502U, 503U, 504U}) {
        sequence all{{status(code), ok("[2]")}, {}, 0, {}};
        scripted_server server({all.answer()});
        harness h(plain_options(server.port()));
        int signatures = 0;
        const upstream::signer sign = [&](std::string_view, std::string_view, upstream::headers& out) {
            out.emplace_back("Timestamp", std::to_string(++signatures));
        };
        auto c = get_call();
        c.sign = &sign;
        BOOST_TEST(h.send(c).value().body == "[2]");
        BOOST_TEST(h.stats().retries == 1U);
        BOOST_REQUIRE(all.requests.size() == 2U);
        BOOST_TEST(all.requests[0].find("Timestamp: 1\r\n") != std::string::npos);
        BOOST_TEST(all.requests[1].find("Timestamp: 2\r\n") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(second_answer_is_the_last_whatever_it_is) {
    sequence all{{status(503)}, {}, 0, {}};
    scripted_server server({all.answer()});
    harness h(plain_options(server.port()));
    BOOST_TEST(h.get().value().status == 503U);
    BOOST_TEST(all.requests.size() == 2U);
}

BOOST_AUTO_TEST_CASE(write_is_never_sent_twice_once_it_left) {
    for (const std::string& first :
         {status(502), status(503, "Retry-After: 0\r\n"), status(504), status(429, "Retry-After: 0\r\n")}) {
        sequence all{{first, ok("{}")}, {}, 0, {}};
        scripted_server server({all.answer()});
        harness h(plain_options(server.port()));
        BOOST_TEST(h.post("{}").value().status != 200U);
        BOOST_TEST(all.requests.size() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(write_that_met_no_connection_is_tried_again) {
    const auto port = unused_port();
    harness h(plain_options(port));
    const auto r = h.post("{}");
    BOOST_TEST(code_of(r).starts_with("upstream_refused"), code_of(r));
    BOOST_TEST(h.stats().connects == 2U);
    BOOST_TEST(h.stats().retries == 1U);
}

BOOST_AUTO_TEST_CASE(retry_after_that_fits_is_waited_for) {
    sequence all{{status(429, "Retry-After: 1\r\n"), ok("[2]")}, {}, 0, {}};
    scripted_server server({all.answer()});
    harness h(plain_options(server.port()));
    const auto start = http::clock::now();
    BOOST_TEST(h.get().value().body == "[2]");
    BOOST_TEST((http::clock::now() - start >= seconds(1)));
    BOOST_TEST((http::clock::now() - start < patience / 2));
}

BOOST_AUTO_TEST_CASE(retry_after_that_does_not_fit_is_passed_on_and_nobody_hammers) {
    sequence all{{status(429, "Retry-After: 30\r\n"), ok("[2]")}, {}, 0, {}};
    scripted_server server({all.answer()});
    auto opts = plain_options(server.port());
    opts.call_timeout = seconds(10);
    const auto shared = std::make_shared<shared_state>("tc", opts);
    harness h(opts, shared);
    harness other(opts, shared);    // another thread's
    const auto first = h.send(get_of("ann"));
    BOOST_TEST(first.value().status == 429U);
    BOOST_TEST((first->retry_after() == seconds(30)));
    for (harness* each : {&h, &other}) {
        const auto r = each->send(get_of("bob"));
        BOOST_REQUIRE(r.has_error());
        BOOST_TEST((r.error().code == errc::upstream_rate_limited));
        BOOST_TEST((r.error().retry_after > seconds(10)));
        BOOST_TEST((r.error().retry_after <= seconds(30)));
    }
    BOOST_TEST(all.requests.size() == 1U);
    auto lead = get_of("ann");
    lead.credential = "lead";
    BOOST_TEST(h.send(lead).value().body == "[2]");
}

BOOST_AUTO_TEST_CASE(upstream_in_trouble_does_not_get_a_multiple_of_its_load) {
    std::promise<void> gate, second_gate;
    const auto open = gate.get_future().share();
    const auto second = second_gate.get_future().share();
    std::atomic<int> asked{0};
    scripted_server server({[&](peer& p) {
        while (!p.read_request().empty()) {
            (++asked <= 40 ? open : second).wait_for(patience);
            p.send(status(503));
        }
    }});
    auto opts = plain_options(server.port());
    opts.breaker.failures = 0;
    harness h(opts);
    for (int i = 0; i < 40; ++i) h.start(get_call());
    h.run_until([&] { return asked == 40; });
    gate.set_value();
    // Each has ended, or has got leave for a second try, which does not end yet.
    h.run_until([&] { return h.running() == h.stats().retries; });
    BOOST_TEST(h.stats().retries >= 3U);
    BOOST_TEST(h.stats().retries <= 8U);    // a fifth of forty
    second_gate.set_value();
    h.finish_all();
    for (std::size_t i = 0; i < 40; ++i) BOOST_TEST(h.outcome(i)->value().status == 503U);
    BOOST_TEST(static_cast<std::uint64_t>(asked) == 40 + h.stats().retries);
}

BOOST_AUTO_TEST_CASE(breaker_opens_for_all_threads) {
    const auto opts = with_breaker(unused_port());
    const auto shared = std::make_shared<shared_state>("tc", opts);
    harness h(opts, shared);
    harness other(opts, shared);
    for (int i = 0; i < 3; ++i) BOOST_TEST(code_of(h.post("{}")).starts_with("upstream_refused"));
    for (harness* each : {&h, &other}) {
        const auto r = each->get();
        BOOST_REQUIRE(r.has_error());
        BOOST_TEST((r.error().code == errc::upstream_unavailable));
        BOOST_TEST((r.error().retry_after <= seconds(60)));
        BOOST_TEST(r.error().detail.find("3 calls in a row failed, the last with upstream_refused") !=
                   std::string::npos);
    }
    BOOST_TEST(h.stats().connects == 3U);
    BOOST_TEST(other.stats().connects == 0U);
}

BOOST_AUTO_TEST_CASE(probe_that_fails_opens_the_breaker_again) {
    with_enough_time([](milliseconds time) -> std::string {
        harness h(with_breaker(unused_port(), time));
        for (int i = 0; i < 3; ++i) h.get();
        std::this_thread::sleep_for(time);
        const auto start = http::clock::now();
        const std::string probe = code_of(h.get());
        const std::string next = code_of(h.get());
        if (http::clock::now() - start >= 2 * time) return "the breaker's second time had passed as well";
        BOOST_TEST(probe.starts_with("upstream_refused"), probe);
        BOOST_TEST(next.starts_with("upstream_unavailable"), next);
        BOOST_TEST(h.stats().connects == 4U);
        return {};
    });
}

BOOST_AUTO_TEST_CASE(half_open_breaker_lets_one_call_through_and_closes_on_any_answer) {
    std::promise<void> gate;
    const auto open = gate.get_future().share();
    std::atomic<int> asked{0};
    const script reset = [](peer& p) {
        p.read_request();
        p.reset();
    };
    scripted_server server({reset, reset, reset, [&](peer& p) {
                                while (!p.read_request().empty()) {
                                    ++asked;
                                    open.wait_for(patience);
                                    p.send(status(404));
                                }
                            }});
    harness h(with_breaker(server.port(), milliseconds(60)));
    for (int i = 0; i < 3; ++i) BOOST_TEST(code_of(h.post("{}")).starts_with("upstream_reset"));
    std::this_thread::sleep_for(milliseconds(70));
    for (int i = 0; i < 5; ++i) h.start(get_call());
    h.run_until([&] { return asked == 1; });
    gate.set_value();
    h.finish_all();
    BOOST_TEST(h.outcome(3)->value().status == 404U);
    for (std::size_t i = 4; i < 8; ++i)
        BOOST_TEST(code_of(*h.outcome(i)).starts_with("upstream_unavailable"), code_of(*h.outcome(i)));
    BOOST_TEST(h.get().value().status == 404U);
}

BOOST_AUTO_TEST_CASE(statuses_that_are_answers_do_not_open_the_breaker) {
    for (const unsigned code : {400U, 401U, 404U, 429U, 500U}) {
        scripted_server server({answer_all(status(code))});
        harness h(with_breaker(server.port()));
        for (int i = 0; i < 10; ++i) BOOST_TEST(h.get().value().status == code);
    }
    scripted_server server({answer_all(status(503))});
    harness h(with_breaker(server.port()));
    for (int i = 0; i < 3; ++i) BOOST_TEST(h.get().value().status == 503U);
    BOOST_TEST(h.get().has_error());
}

BOOST_AUTO_TEST_CASE(breaker_does_not_wait_in_line_with_its_refusal) {
    harness h(with_breaker(unused_port(), 4 * patience));
    for (int i = 0; i < 3; ++i) h.get();
    const auto start = http::clock::now();
    const auto r = h.get();
    BOOST_TEST((http::clock::now() - start < patience / 2));
    BOOST_TEST((r.error().retry_after > patience));
}

BOOST_AUTO_TEST_CASE(limit_in_flight_holds_across_threads) {
    std::atomic<int> now{0};
    std::atomic<int> most{0};
    scripted_server server({[&](peer& p) {
        while (!p.read_request().empty()) {
            const int n = ++now;
            for (int m = most; n > m && !most.compare_exchange_weak(m, n);) {
            }
            eventually([&] { return most >= 3; });    // those that may go do go
            std::this_thread::sleep_for(milliseconds(2));
            --now;
            p.send(ok("{}"));
        }
    }});
    const auto opts = limited(server.port(), {3, 0, 1000});
    const auto shared = std::make_shared<shared_state>("tc", opts);
    std::vector<std::thread> threads;
    std::atomic<int> answered{0};
    for (int t = 0; t < 3; ++t)
        threads.emplace_back([&] {
            harness h(opts, shared);
            for (int i = 0; i < 60; ++i) h.start(get_of(i % 2 == 0 ? "ann" : "bob"));
            h.finish_all();
            for (std::size_t i = 0; i < 60; ++i) answered += h.outcome(i)->has_value() ? 1 : 0;
        });
    for (auto& t : threads) t.join();
    BOOST_TEST(answered == 180);
    BOOST_TEST(most == 3);
}

BOOST_AUTO_TEST_CASE(quiet_account_is_served_before_the_rest_of_a_noisy_one) {
    std::promise<void> gate;
    const auto open = gate.get_future().share();
    sequence all{{ok("{}")}, {}, 0, {}};
    scripted_server server({[&](peer& p) {
        open.wait_for(patience);
        all.answer()(p);
    }});
    harness h(limited(server.port(), {1, 0, 1000}));
    for (int i = 0; i < 40; ++i) {
        auto c = get_of("noisy");
        c.target = "/noisy";
        h.start(c);
    }
    auto c = get_of("quiet");
    c.target = "/quiet";
    h.start(c);
    gate.set_value();
    h.finish_all();
    BOOST_REQUIRE(all.requests.size() == 41U);
    std::size_t at = 0;
    while (!all.requests[at].starts_with("GET /quiet")) ++at;
    BOOST_TEST(at <= 2U);
}

BOOST_AUTO_TEST_CASE(rate_is_kept) {
    scripted_server server({answer_all(ok("{}"))});
    harness h(limited(server.port(), {0, 50, 1000}));
    const auto start = http::clock::now();
    for (int i = 0; i < 25; ++i) h.start(get_of("ann"));
    h.finish_all();
    const auto took = http::clock::now() - start;
    for (std::size_t i = 0; i < 25; ++i) BOOST_TEST(h.outcome(i)->has_value());
    BOOST_TEST((took >= milliseconds(380)));    // five at once, then twenty at fifty a second
    BOOST_TEST((took < patience / 2));
}

BOOST_AUTO_TEST_CASE(line_of_a_credential_is_bounded_and_its_deadlines_hold) {
    with_enough_time([](milliseconds time) -> std::string {
        scripted_server server({[](peer& p) { p.wait_for_close(); }});
        harness h(limited(server.port(), {1, 0, 1}));
        h.start(get_of("ann"));
        auto c = get_of("ann");
        c.deadline = http::clock::now() + time;
        const auto in_line = h.start(c);
        const auto above = h.start(get_of("ann"));
        h.run_until([&] { return h.outcome(above).has_value() || h.outcome(in_line).has_value(); });
        if (!h.outcome(above).has_value()) return code_of(*h.outcome(in_line));
        BOOST_TEST((h.outcome(above)->error().code == errc::upstream_busy));
        BOOST_TEST((h.outcome(above)->error().retry_after == seconds(1)));
        h.run_until([&] { return h.outcome(in_line).has_value(); });
        h.destroy_client();
        h.finish_all();
        const std::string why = code_of(*h.outcome(in_line));
        if (why.find("before the deadline") == std::string::npos) return why;
        BOOST_TEST((h.outcome(in_line)->error().code == errc::upstream_busy));
        return {};
    });
}

BOOST_AUTO_TEST_CASE(client_that_goes_while_calls_wait_gives_its_places_back) {
    scripted_server server({answer_all(ok("{}"))});
    const auto opts = limited(server.port(), {1, 0, 100});
    const auto shared = std::make_shared<shared_state>("tc", opts);
    scripted_server silent({[](peer& p) { p.wait_for_close(); }});
    {
        harness gone(limited(silent.port(), {1, 0, 100}), shared);
        for (int i = 0; i < 5; ++i) gone.start(get_of("ann"));
        gone.run_until([&] { return silent.accepted() == 1 && gone.stats().calls == 5; });
    }
    harness h(opts, shared);
    BOOST_TEST(h.send(get_of("ann")).has_value());
}

BOOST_AUTO_TEST_CASE(rules_of_a_reload_replace_the_old_and_the_state_stays) {
    upstream::upstreams all;
    auto opts = with_breaker(unused_port(), 2 * patience);
    const auto before = all.get("tc", "http://a/api", opts);
    {
        harness h(opts, before);
        for (int i = 0; i < 3; ++i) h.get();
    }
    opts.breaker.failures = 50;
    const auto after = all.get("tc", "http://a/api", opts);
    BOOST_TEST(before == after);
    harness h(opts, after);
    BOOST_TEST(code_of(h.get()).starts_with("upstream_unavailable"));
    BOOST_TEST(all.get("tc", "http://b/api", opts) != after);
    harness elsewhere(opts, all.get("tc", "http://b/api", opts));
    BOOST_TEST(code_of(elsewhere.get()).starts_with("upstream_refused"));
}

BOOST_AUTO_TEST_SUITE_END()
