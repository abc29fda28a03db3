#include "upstream/breaker.hpp"

#include <boost/test/unit_test.hpp>

#include <ostream>

using namespace std::chrono_literals;
using casebridge::upstream::breaker;
using casebridge::upstream::breaker_options;
using outcome = breaker::outcome;
using state = breaker::state;

namespace casebridge::upstream {

std::ostream& operator<<(std::ostream& out, breaker::state s) {
    constexpr const char* names[] = {"closed", "half_open", "open"};
    return out << names[static_cast<int>(s)];
}

}  // namespace casebridge::upstream

namespace {

const breaker::time_point t0 = breaker::time_point{} + 1h;

breaker make() { return breaker(breaker_options{3, 30s, 100s}); }

void call(breaker& b, outcome what, breaker::time_point now = t0) {
    const auto p = b.admit(now);
    BOOST_REQUIRE(p.granted);
    b.settle(p, what, now);
}

// From closed to open.
void fail_enough(breaker& b, breaker::time_point now = t0) {
    for (int i = 0; i < 3; ++i) call(b, outcome::failure, now);
    BOOST_REQUIRE_EQUAL(b.now(), state::open);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(upstream_breaker)

BOOST_AUTO_TEST_CASE(opens_after_failures_in_a_row) {
    breaker b = make();
    call(b, outcome::failure);
    call(b, outcome::failure);
    BOOST_TEST(b.now() == state::closed);
    call(b, outcome::failure);
    BOOST_TEST(b.now() == state::open);
    BOOST_TEST(b.failures() == 3U);
}

BOOST_AUTO_TEST_CASE(success_in_between_starts_the_count_again) {
    breaker b = make();
    for (int i = 0; i < 10; ++i) {
        call(b, outcome::failure);
        call(b, outcome::failure);
        call(b, outcome::success);
    }
    BOOST_TEST(b.now() == state::closed);
}

BOOST_AUTO_TEST_CASE(what_says_nothing_changes_nothing) {
    breaker b = make();
    call(b, outcome::failure);
    call(b, outcome::failure);
    for (int i = 0; i < 10; ++i) call(b, outcome::none);
    BOOST_TEST(b.now() == state::closed);
    call(b, outcome::failure);
    BOOST_TEST(b.now() == state::open);
}

BOOST_AUTO_TEST_CASE(open_it_refuses_and_says_for_how_long) {
    breaker b = make();
    fail_enough(b);
    const auto p = b.admit(t0 + 10s);
    BOOST_TEST(!p.granted);
    BOOST_TEST((p.retry_after == 20s));
    BOOST_TEST((*b.refusal(t0 + 29s) == 1s));
    BOOST_TEST(!b.refusal(t0 + 30s).has_value());
}

BOOST_AUTO_TEST_CASE(then_one_probe_goes_through_and_closes_it) {
    breaker b = make();
    fail_enough(b);
    const auto probe = b.admit(t0 + 30s);
    BOOST_TEST(probe.granted);
    BOOST_TEST(probe.probe);
    BOOST_TEST(b.now() == state::half_open);
    BOOST_TEST(!b.admit(t0 + 30s).granted);
    BOOST_TEST(!b.admit(t0 + 60s).granted);
    b.settle(probe, outcome::success, t0 + 61s);
    BOOST_TEST(b.now() == state::closed);
    BOOST_TEST(b.failures() == 0U);
    BOOST_TEST(b.admit(t0 + 61s).granted);
}

BOOST_AUTO_TEST_CASE(failed_probe_opens_it_for_longer_up_to_the_longest) {
    breaker b = make();
    fail_enough(b);
    auto now = t0;
    for (const auto time : {30s, 60s, 90s, 100s, 100s}) {
        BOOST_TEST((b.open_time() == time));
        BOOST_TEST(!b.admit(now + time - 1ms).granted);
        now += time;
        const auto probe = b.admit(now);
        BOOST_REQUIRE(probe.probe);
        b.settle(probe, outcome::failure, now);
        BOOST_TEST(b.now() == state::open);
    }
}

BOOST_AUTO_TEST_CASE(abandoned_probe_leaves_its_place_to_the_next_call) {
    breaker b = make();
    fail_enough(b);
    const auto first = b.admit(t0 + 30s);
    b.settle(first, outcome::none, t0 + 31s);
    BOOST_TEST(b.now() == state::half_open);
    const auto second = b.admit(t0 + 31s);
    BOOST_TEST(second.probe);
    b.settle(second, outcome::success, t0 + 31s);
    BOOST_TEST(b.now() == state::closed);
}

BOOST_AUTO_TEST_CASE(results_of_calls_from_before_the_change_do_not_count) {
    breaker b = make();
    const auto early = b.admit(t0);
    const auto late_failure = b.admit(t0);
    fail_enough(b);
    b.settle(early, outcome::success, t0 + 1s);
    BOOST_TEST(b.now() == state::open);
    const auto probe = b.admit(t0 + 30s);
    b.settle(late_failure, outcome::failure, t0 + 30s);
    BOOST_TEST(b.now() == state::half_open);
    b.settle(probe, outcome::success, t0 + 30s);
    BOOST_TEST(b.now() == state::closed);
}

BOOST_AUTO_TEST_CASE(opening_soon_after_it_closed_is_one_more_in_a_row) {
    breaker b = make();
    fail_enough(b);
    call(b, outcome::success, t0 + 30s);
    fail_enough(b, t0 + 40s);
    BOOST_TEST((b.open_time() == 60s));
    call(b, outcome::success, t0 + 100s);
    fail_enough(b, t0 + 100s + 60s);
    BOOST_TEST((b.open_time() == 30s));
}

BOOST_AUTO_TEST_CASE(without_a_number_of_failures_it_never_opens) {
    breaker b(breaker_options{0, 30s, 300s});
    for (int i = 0; i < 1000; ++i) call(b, outcome::failure);
    BOOST_TEST(b.now() == state::closed);
}

BOOST_AUTO_TEST_CASE(new_rules_hold_from_the_next_failure_on) {
    breaker b = make();
    call(b, outcome::failure);
    b.adopt({2, 1s, 5s});
    call(b, outcome::failure);
    BOOST_TEST(b.now() == state::open);
    BOOST_TEST((b.open_time() == 1s));
}

BOOST_AUTO_TEST_SUITE_END()
