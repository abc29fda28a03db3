#include "upstream/retry.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace std::chrono_literals;
using namespace casebridge::upstream;
using casebridge::errc;

namespace {

const casebridge::http::time_point t0 = casebridge::http::time_point{} + 1h;
const auto deadline = t0 + 10s;

struct row {
    const char* what;
    attempt seen;
    bool again;
};

attempt make(bool read, bool sent, bool touched, unsigned status, errc error, bool reused = false) {
    attempt a;
    a.read = read;
    a.sent = sent;
    a.touched = touched;
    a.status = status;
    a.error = error;
    a.reused = reused;
    return a;
}

attempt with_retry_after(attempt a, std::chrono::seconds s) {
    a.retry_after = s;
    return a;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(upstream_retry)

BOOST_AUTO_TEST_CASE(only_what_is_safe_is_tried_again) {
    constexpr bool read = true, write = false, sent = true, unsent = false, touched = true, silent = false;
    const errc none = errc::internal;
    const row rows[] = {
        {"read, refused", make(read, unsent, silent, 0, errc::upstream_refused), true},
        {"write, refused", make(write, unsent, silent, 0, errc::upstream_refused), true},
        {"read, connect timeout", make(read, unsent, silent, 0, errc::upstream_timeout), true},
        {"write, connect timeout", make(write, unsent, silent, 0, errc::upstream_timeout), true},
        {"read, no such host", make(read, unsent, silent, 0, errc::upstream_unresolved), false},
        {"read, bad certificate", make(read, unsent, silent, 0, errc::upstream_tls), false},
        {"read, not let through", make(read, unsent, silent, 0, errc::upstream_unavailable), false},
        {"read, no connection free", make(read, unsent, silent, 0, errc::upstream_busy), false},
        {"read, reset before an answer", make(read, sent, silent, 0, errc::upstream_reset), true},
        {"read, the same on a reused one", make(read, sent, silent, 0, errc::upstream_reset, true), true},
        {"read, reset within the answer", make(read, sent, touched, 0, errc::upstream_reset), false},
        {"read, no answer in time", make(read, sent, silent, 0, errc::upstream_timeout), false},
        {"read, nonsense", make(read, sent, touched, 0, errc::upstream_malformed), false},
        {"read, too large", make(read, sent, touched, 0, errc::upstream_too_large), false},
        {"write, reset before an answer", make(write, sent, silent, 0, errc::upstream_reset), false},
        {"write, the same on a reused one", make(write, sent, silent, 0, errc::upstream_reset, true), false},
        {"write, no answer in time", make(write, sent, silent, 0, errc::upstream_timeout), false},
        {"write, 503", make(write, sent, touched, 503, none), false},
        {"write, 429", with_retry_after(make(write, sent, touched, 429, none), 1s), false},
        {"read, 429", with_retry_after(make(read, sent, touched, 429, none), 1s), true},
        {"read, 429 without a time", make(read, sent, touched, 429, none), false},
        {"read, 429 too late", with_retry_after(make(read, sent, touched, 429, none), 10s), false},
        {"read, 503 that says when", with_retry_after(make(read, sent, touched, 503, none), 2s), true},
        {"read, 503 too late", with_retry_after(make(read, sent, touched, 503, none), 11s), false},
    };
    for (const row& r : rows)
        BOOST_TEST(retry_delay({}, r.seen, t0, deadline, 0.5).has_value() == r.again, r.what);
    for (unsigned status = 200; status < 600; ++status) {
        const bool again = status == 502 || status == 503 || status == 504;
        const attempt a = make(read, sent, touched, status, none);
        BOOST_TEST(retry_delay({}, a, t0, deadline, 0.5).has_value() == again, std::to_string(status));
    }
}

BOOST_AUTO_TEST_CASE(so_many_tries_and_no_more) {
    attempt a = make(true, false, false, 0, errc::upstream_refused);
    retry_options opts;
    a.number = 2;
    BOOST_TEST(!retry_delay(opts, a, t0, deadline, 0).has_value());
    opts.tries = 3;
    BOOST_TEST(retry_delay(opts, a, t0, deadline, 0).has_value());
    opts.tries = 1;
    a.number = 1;
    BOOST_TEST(!retry_delay(opts, a, t0, deadline, 0).has_value());
}

BOOST_AUTO_TEST_CASE(wait_is_jittered_doubles_and_is_bounded) {
    attempt a = make(true, false, false, 0, errc::upstream_refused);
    retry_options opts;
    opts.tries = 100;
    const auto wait = [&](unsigned number, double chance) {
        a.number = number;
        return *retry_delay(opts, a, t0, deadline, chance);
    };
    BOOST_TEST((wait(1, 0) == 0ms));
    BOOST_TEST((wait(1, 0.5) == 12500us));
    BOOST_TEST((wait(1, 1) == 25ms));
    BOOST_TEST((wait(2, 1) == 50ms));
    BOOST_TEST((wait(4, 1) == 200ms));
    BOOST_TEST((wait(5, 1) == 250ms));
    BOOST_TEST((wait(60, 1) == 250ms));
}

BOOST_AUTO_TEST_CASE(what_the_upstream_says_is_waited_for_and_an_idle_race_is_not) {
    const attempt told = with_retry_after(make(true, true, true, 429, errc::internal), 3s);
    BOOST_TEST((*retry_delay({}, told, t0, deadline, 0.9) == 3s));
    const attempt race = make(true, true, false, 0, errc::upstream_reset, true);
    BOOST_TEST((*retry_delay({}, race, t0, deadline, 0.9) == 0s));
}

BOOST_AUTO_TEST_CASE(no_try_after_the_deadline) {
    const attempt a = make(true, false, false, 0, errc::upstream_refused);
    BOOST_TEST(retry_delay({}, a, t0, t0 + 26ms, 1).has_value());
    BOOST_TEST(!retry_delay({}, a, t0, t0 + 25ms, 1).has_value());
    BOOST_TEST(!retry_delay({}, a, t0, t0, 0).has_value());
}

BOOST_AUTO_TEST_CASE(budget_is_a_share_of_the_calls_and_never_below_the_least) {
    retry_budget b{retry_options{}};
    for (int i = 0; i < 3; ++i) BOOST_TEST(b.begin_retry());
    BOOST_TEST(!b.begin_retry());
    b.end_retry();
    BOOST_TEST(b.begin_retry());
    for (int i = 0; i < 50; ++i) b.begin_call();
    for (int i = 0; i < 7; ++i) BOOST_TEST(b.begin_retry());    // ten of fifty
    BOOST_TEST(!b.begin_retry());
    for (int i = 0; i < 50; ++i) b.end_call();
    for (int i = 0; i < 7; ++i) b.end_retry();
    BOOST_TEST(!b.begin_retry());
}

BOOST_AUTO_TEST_SUITE_END()
