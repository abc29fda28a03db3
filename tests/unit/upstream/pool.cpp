#include "upstream/pool.hpp"

#include <boost/test/unit_test.hpp>

#include <ostream>

using namespace std::chrono_literals;
using casebridge::upstream::pool;
using casebridge::upstream::pool_limits;
using verdict = pool::verdict;

namespace casebridge::upstream {

std::ostream& operator<<(std::ostream& out, pool::verdict v) {
    constexpr const char* names[] = {"reuse", "open", "wait", "refuse"};
    return out << names[static_cast<int>(v)];
}

}  // namespace casebridge::upstream

namespace {

const pool::time_point t0 = pool::time_point{} + 1h;
const auto never = pool::time_point::max();

pool make(std::size_t connections, std::size_t waiting = 10) {
    return pool(pool_limits{connections, waiting, 15s, 5min});
}

pool::slot open_one(pool& p, pool::time_point now = t0) {
    const auto d = p.acquire(now, never);
    BOOST_REQUIRE_EQUAL(d.what, verdict::open);
    p.opened(d.connection, now);
    return d.connection;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(upstream_pool)

BOOST_AUTO_TEST_CASE(first_call_opens_and_the_next_reuses) {
    pool p = make(2);
    const auto s = open_one(p);
    BOOST_TEST(p.open() == 1U);
    BOOST_TEST(p.in_use() == 1U);
    const auto r = p.release(s, true, t0);
    BOOST_TEST(!r.close);
    BOOST_TEST(!r.next.has_value());
    BOOST_TEST(p.idle() == 1U);
    const auto d = p.acquire(t0 + 1s, never);
    BOOST_TEST(d.what == verdict::reuse);
    BOOST_TEST(d.connection == s);
    BOOST_TEST(p.idle() == 0U);
}

BOOST_AUTO_TEST_CASE(last_used_connection_is_reused_first) {
    pool p = make(3);
    const auto a = open_one(p);
    const auto b = open_one(p);
    p.release(b, true, t0);
    p.release(a, true, t0 + 1s);
    BOOST_TEST(p.acquire(t0 + 2s, never).connection == a);
    BOOST_TEST(p.acquire(t0 + 2s, never).connection == b);
}

BOOST_AUTO_TEST_CASE(connection_that_is_not_reusable_is_closed_and_its_slot_opens_again) {
    pool p = make(1);
    const auto s = open_one(p);
    BOOST_TEST(p.release(s, false, t0).close);
    BOOST_TEST(p.open() == 0U);
    const auto d = p.acquire(t0, never);
    BOOST_TEST(d.what == verdict::open);
    BOOST_TEST(d.connection == s);
}

BOOST_AUTO_TEST_CASE(connection_that_could_not_be_opened_frees_its_slot) {
    pool p = make(1);
    const auto d = p.acquire(t0, never);
    BOOST_TEST(p.open() == 1U);
    BOOST_TEST(p.failed(d.connection, t0).close);
    BOOST_TEST(p.open() == 0U);
}

BOOST_AUTO_TEST_CASE(calls_above_the_maximum_wait_and_are_served_in_order) {
    pool p = make(1);
    const auto s = open_one(p);
    const auto first = p.acquire(t0, never);
    const auto second = p.acquire(t0, never);
    BOOST_TEST(first.what == verdict::wait);
    BOOST_TEST(second.what == verdict::wait);
    BOOST_TEST(p.waiting() == 2U);
    const auto r = p.release(s, true, t0);
    BOOST_TEST(!r.close);
    BOOST_REQUIRE(r.next.has_value());
    BOOST_TEST(r.next->place == first.place);
    BOOST_TEST(r.next->how == verdict::reuse);
    BOOST_TEST(r.next->connection == s);
    BOOST_TEST(p.idle() == 0U);
    BOOST_TEST(p.release(s, true, t0).next->place == second.place);
    BOOST_TEST(p.waiting() == 0U);
}

BOOST_AUTO_TEST_CASE(broken_connection_lets_the_next_call_open_a_fresh_one) {
    pool p = make(1);
    const auto s = open_one(p);
    const auto waiting = p.acquire(t0, never);
    const auto r = p.release(s, false, t0);
    BOOST_TEST(r.close);
    BOOST_REQUIRE(r.next.has_value());
    BOOST_TEST(r.next->place == waiting.place);
    BOOST_TEST(r.next->how == verdict::open);
    BOOST_TEST(p.open() == 1U);
    p.opened(s, t0);
    BOOST_TEST(!p.release(s, true, t0).close);
}

BOOST_AUTO_TEST_CASE(failed_opening_lets_the_next_call_try) {
    pool p = make(1);
    const auto d = p.acquire(t0, never);
    const auto waiting = p.acquire(t0, never);
    const auto r = p.failed(d.connection, t0);
    BOOST_REQUIRE(r.next.has_value());
    BOOST_TEST(r.next->place == waiting.place);
    BOOST_TEST(r.next->how == verdict::open);
}

BOOST_AUTO_TEST_CASE(line_is_bounded) {
    pool p = make(1, 1);
    open_one(p);
    BOOST_TEST(p.acquire(t0, never).what == verdict::wait);
    BOOST_TEST(p.acquire(t0, never).what == verdict::refuse);
    BOOST_TEST(p.waiting() == 1U);
}

BOOST_AUTO_TEST_CASE(without_a_line_calls_are_refused_at_once) {
    pool p = make(1, 0);
    open_one(p);
    BOOST_TEST(p.acquire(t0, never).what == verdict::refuse);
}

BOOST_AUTO_TEST_CASE(sweep_reports_calls_whose_deadline_passed_in_line) {
    pool p = make(1);
    open_one(p);
    const auto late = p.acquire(t0, t0 + 2s);
    const auto soon = p.acquire(t0, t0 + 1s);
    BOOST_TEST(p.sweep(t0 + 999ms).expired.empty());
    const auto first = p.sweep(t0 + 1s).expired;
    BOOST_REQUIRE(first.size() == 1U);
    BOOST_TEST(first[0] == soon.place);
    const auto second = p.sweep(t0 + 5s).expired;
    BOOST_REQUIRE(second.size() == 1U);
    BOOST_TEST(second[0] == late.place);
    BOOST_TEST(p.waiting() == 0U);
}

BOOST_AUTO_TEST_CASE(turn_that_comes_too_late_goes_to_the_next_call_and_is_reported) {
    pool p = make(1);
    const auto s = open_one(p);
    const auto late = p.acquire(t0, t0 + 1s);
    const auto patient = p.acquire(t0, never);
    const auto r = p.release(s, true, t0 + 1s);
    BOOST_REQUIRE(r.next.has_value());
    BOOST_TEST(r.next->place == patient.place);
    const auto expired = p.sweep(t0 + 1s).expired;
    BOOST_REQUIRE(expired.size() == 1U);
    BOOST_TEST(expired[0] == late.place);
    BOOST_TEST(p.sweep(t0 + 1s).expired.empty());
}

BOOST_AUTO_TEST_CASE(call_that_leaves_the_line_gets_no_turn) {
    pool p = make(1);
    const auto s = open_one(p);
    const auto gone = p.acquire(t0, never);
    BOOST_TEST(p.cancel(gone.place));
    BOOST_TEST(!p.cancel(gone.place));
    BOOST_TEST(!p.release(s, true, t0).next.has_value());
    BOOST_TEST(p.idle() == 1U);
}

BOOST_AUTO_TEST_CASE(sweep_closes_what_was_idle_for_too_long_and_only_that) {
    pool p = make(2);
    const auto a = open_one(p);
    const auto b = open_one(p);
    p.release(a, true, t0);
    p.release(b, true, t0 + 10s);
    BOOST_TEST(p.sweep(t0 + 14s).close.empty());
    const auto closed = p.sweep(t0 + 15s).close;
    BOOST_REQUIRE(closed.size() == 1U);
    BOOST_TEST(closed[0] == a);
    BOOST_TEST(p.idle() == 1U);
    BOOST_TEST(p.open() == 1U);
}

BOOST_AUTO_TEST_CASE(idle_connection_above_its_age_is_opened_anew_even_without_a_sweep) {
    pool p = make(2);
    const auto s = open_one(p);
    p.release(s, true, t0);
    const auto d = p.acquire(t0 + 15s, never);
    BOOST_TEST(d.what == verdict::open);
    BOOST_TEST(d.connection == s);
}

BOOST_AUTO_TEST_CASE(connection_above_its_lifetime_is_not_kept) {
    pool p = make(1);
    const auto s = open_one(p);
    BOOST_TEST(!p.release(s, true, t0 + 4min).close);
    p.acquire(t0 + 4min, never);
    BOOST_TEST(p.release(s, true, t0 + 5min).close);
}

BOOST_AUTO_TEST_CASE(connection_above_its_lifetime_is_not_handed_over_either) {
    pool p = make(1);
    const auto s = open_one(p);
    p.acquire(t0, never);
    const auto r = p.release(s, true, t0 + 5min);
    BOOST_TEST(r.close);
    BOOST_TEST(r.next->how == verdict::open);
}

BOOST_AUTO_TEST_CASE(lifetime_of_zero_is_no_bound) {
    pool p(pool_limits{1, 1, 15s, 0s});
    const auto s = open_one(p);
    BOOST_TEST(!p.release(s, true, t0 + 100h).close);
}

BOOST_AUTO_TEST_CASE(replaced_connection_keeps_the_slot_of_its_call) {
    pool p = make(1);
    const auto s = open_one(p);
    p.release(s, true, t0);
    p.acquire(t0, never);
    p.acquire(t0, never);
    p.replace(s);
    BOOST_TEST(p.open() == 1U);
    BOOST_TEST(p.waiting() == 1U);
    p.opened(s, t0);
    BOOST_TEST(p.release(s, true, t0).next.has_value());
}

BOOST_AUTO_TEST_CASE(closed_pool_keeps_nothing_idle) {
    pool p = make(2);
    const auto a = open_one(p);
    const auto b = open_one(p);
    p.release(a, true, t0);
    const auto closed = p.close();
    BOOST_REQUIRE(closed.size() == 1U);
    BOOST_TEST(closed[0] == a);
    BOOST_TEST(p.release(b, true, t0).close);
    BOOST_TEST(p.open() == 0U);
}

BOOST_AUTO_TEST_CASE(closed_pool_still_serves_who_waits) {
    pool p = make(1);
    const auto s = open_one(p);
    p.acquire(t0, never);
    p.close();
    BOOST_TEST(p.release(s, true, t0).next.has_value());
    BOOST_TEST(p.release(s, true, t0).close);
}

BOOST_AUTO_TEST_SUITE_END()
