#include "upstream/limiter.hpp"

#include <boost/test/unit_test.hpp>

#include <ostream>
#include <set>

using namespace std::chrono_literals;
using casebridge::upstream::credential_limits;
using casebridge::upstream::limiter;
using verdict = limiter::verdict;

namespace casebridge::upstream {

std::ostream& operator<<(std::ostream& out, limiter::verdict v) {
    constexpr const char* names[] = {"go", "wait", "full", "paused"};
    return out << names[static_cast<int>(v)];
}

}  // namespace casebridge::upstream

namespace {

const limiter::time_point t0 = limiter::time_point{} + 1h;
const auto never = limiter::time_point::max();

limiter::decision enter(limiter& l, limiter::time_point now = t0, limiter::time_point deadline = never) {
    return l.enter("a", now, deadline);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(upstream_limiter)

BOOST_AUTO_TEST_CASE(without_limits_everything_goes) {
    limiter l({});
    for (int i = 0; i < 10'000; ++i) BOOST_REQUIRE_EQUAL(enter(l).what, verdict::go);
    BOOST_TEST(l.in_flight() == 10'000U);
}

BOOST_AUTO_TEST_CASE(calls_above_max_in_flight_wait_until_one_is_done) {
    limiter l({2, 0, 10});
    BOOST_TEST(enter(l).what == verdict::go);
    BOOST_TEST(enter(l).what == verdict::go);
    const auto third = enter(l);
    const auto fourth = enter(l);
    BOOST_TEST(third.what == verdict::wait);
    BOOST_TEST(fourth.what == verdict::wait);
    BOOST_TEST(l.poll(t0 + 1h).granted.empty());
    const auto moved = l.leave(t0);
    BOOST_REQUIRE(moved.granted.size() == 1U);
    BOOST_TEST(moved.granted[0] == third.place);
    BOOST_TEST(l.in_flight() == 2U);
    BOOST_TEST(l.leave(t0).granted[0] == fourth.place);
    BOOST_TEST(l.leave(t0).granted.empty());
    BOOST_TEST(l.leave(t0).granted.empty());
    BOOST_TEST(l.in_flight() == 0U);
}

BOOST_AUTO_TEST_CASE(newcomer_does_not_pass_the_line) {
    limiter l({1, 0, 10});
    enter(l);
    const auto waiting = enter(l);
    BOOST_TEST(l.leave(t0).granted[0] == waiting.place);
    BOOST_TEST(enter(l).what == verdict::wait);
}

BOOST_AUTO_TEST_CASE(one_account_does_not_starve_another) {
    limiter l({1, 0, 100});
    l.enter("noisy", t0, never);
    std::set<limiter::ticket> noisy;
    for (int i = 0; i < 50; ++i) noisy.insert(l.enter("noisy", t0, never).place);
    const auto quiet = l.enter("quiet", t0, never).place;
    int before = 0;
    for (;; ++before) {
        const auto moved = l.leave(t0);
        BOOST_REQUIRE(moved.granted.size() == 1U);
        if (moved.granted[0] == quiet) break;
    }
    BOOST_TEST(before <= 1);
}

BOOST_AUTO_TEST_CASE(rate_is_kept_over_time_whatever_the_rhythm_of_polling) {
    for (const auto step : {1ms, 10ms, 50ms}) {
        limiter l({0, 40, 100'000});
        std::size_t sent = 0;
        for (int i = 0; i < 1000; ++i) sent += enter(l).what == verdict::go ? 1U : 0U;
        BOOST_TEST(sent == 4U);    // the bucket: a tenth of a second's worth
        for (auto now = t0; now <= t0 + 10s; now += step) sent += l.poll(now).granted.size();
        BOOST_TEST(sent >= 399U);
        BOOST_TEST(sent <= 404U);
    }
}

BOOST_AUTO_TEST_CASE(slow_rate_is_kept_as_well) {
    limiter l({0, 2, 100});
    std::size_t sent = 0;
    for (int i = 0; i < 50; ++i) sent += enter(l).what == verdict::go ? 1U : 0U;
    for (auto now = t0; now <= t0 + 10s; now += 50ms) sent += l.poll(now).granted.size();
    BOOST_TEST(sent >= 21U);    // two at once, then two a second
    BOOST_TEST(sent <= 22U);
}

BOOST_AUTO_TEST_CASE(idle_time_is_not_saved_up) {
    limiter l({0, 100, 1000});
    enter(l, t0);
    std::size_t sent = 0;
    for (int i = 0; i < 500; ++i) sent += enter(l, t0 + 1h).what == verdict::go ? 1U : 0U;
    BOOST_TEST(sent == 10U);
}

BOOST_AUTO_TEST_CASE(full_line_refuses_and_a_smaller_share_displaces) {
    limiter l({1, 0, 2});
    enter(l);
    enter(l);
    const auto last = enter(l);
    BOOST_TEST(enter(l).what == verdict::full);
    const auto other = l.enter("b", t0, never);
    BOOST_TEST(other.what == verdict::wait);
    BOOST_TEST(*other.displaced == last.place);
}

BOOST_AUTO_TEST_CASE(call_whose_deadline_passes_in_line_is_named) {
    limiter l({1, 0, 5});
    enter(l);
    const auto impatient = enter(l, t0, t0 + 1s);
    const auto patient = enter(l, t0, t0 + 9s);
    BOOST_TEST(l.poll(t0).expired.empty());
    const auto moved = l.poll(t0 + 1s);
    BOOST_REQUIRE(moved.expired.size() == 1U);
    BOOST_TEST(moved.expired[0] == impatient.place);
    BOOST_TEST(l.leave(t0 + 2s).granted[0] == patient.place);
}

BOOST_AUTO_TEST_CASE(call_that_comes_too_late_takes_nobodys_token) {
    limiter l({1, 0, 5});
    enter(l);
    enter(l, t0, t0 + 1s);
    const auto moved = l.leave(t0 + 2s);
    BOOST_TEST(moved.granted.empty());
    BOOST_TEST(moved.expired.size() == 1U);
    BOOST_TEST(l.in_flight() == 0U);
    BOOST_TEST(enter(l, t0 + 2s).what == verdict::go);
}

BOOST_AUTO_TEST_CASE(cancelled_call_is_not_granted) {
    limiter l({1, 0, 5});
    enter(l);
    const auto gone = enter(l);
    const auto next = enter(l);
    BOOST_TEST(l.cancel(gone.place));
    BOOST_TEST(l.leave(t0).granted[0] == next.place);
}

BOOST_AUTO_TEST_CASE(pause_holds_everybody_back_until_then) {
    limiter l({});
    l.pause(t0, t0 + 5s);
    const auto impatient = enter(l, t0 + 1s, t0 + 3s);
    BOOST_TEST(impatient.what == verdict::paused);
    BOOST_TEST((impatient.retry_after == 4s));
    const auto patient = enter(l, t0 + 1s, t0 + 9s);
    BOOST_TEST(patient.what == verdict::wait);
    BOOST_TEST(l.poll(t0 + 4s).granted.empty());
    BOOST_TEST(l.poll(t0 + 5s).granted[0] == patient.place);
    BOOST_TEST(enter(l, t0 + 5s).what == verdict::go);
}

BOOST_AUTO_TEST_CASE(pause_is_never_shortened_and_sends_home_who_cannot_wait_for_its_end) {
    limiter l({1, 0, 5});
    enter(l);
    const auto impatient = enter(l, t0, t0 + 2s);
    const auto patient = enter(l, t0, t0 + 9s);
    const auto moved = l.pause(t0, t0 + 5s);
    BOOST_REQUIRE(moved.expired.size() == 1U);
    BOOST_TEST(moved.expired[0] == impatient.place);
    l.pause(t0, t0 + 1s);
    BOOST_TEST(l.leave(t0 + 2s).granted.empty());
    BOOST_TEST(l.poll(t0 + 5s).granted[0] == patient.place);
}

BOOST_AUTO_TEST_CASE(new_limits_hold_from_then_on) {
    limiter l({1, 0, 5});
    enter(l);
    enter(l);
    enter(l);
    l.adopt({3, 0, 5});
    BOOST_TEST(l.poll(t0).granted.size() == 2U);
    l.adopt({1, 0, 0});
    BOOST_TEST(enter(l).what == verdict::full);
    BOOST_TEST(l.in_flight() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
