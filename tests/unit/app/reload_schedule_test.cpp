#include "app/reload_schedule.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge;
using namespace std::chrono_literals;
using schedule = app::reload_schedule;

namespace {

const schedule::clock::time_point start{1000s};

struct fixture {
    schedule s{250ms};
    static bool begins(const schedule::action& a, schedule::reason why) { return a.start == why && !a.wake; }
    static bool waits(const schedule::action& a, schedule::clock::time_point until) {
        return !a.start && a.wake == until;
    }
    static bool nothing(const schedule::action& a) { return !a.start && !a.wake; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(reload_schedule, fixture)

BOOST_AUTO_TEST_CASE(a_signal_begins_at_once) {
    BOOST_TEST(begins(s.signalled(), schedule::reason::signal));
    BOOST_TEST(s.busy());
    BOOST_TEST(nothing(s.finished(start)));
    BOOST_TEST(!s.busy());
}

BOOST_AUTO_TEST_CASE(changed_files_are_read_when_they_have_rested) {
    BOOST_TEST(waits(s.changed(start), start + 250ms));
    BOOST_TEST(waits(s.changed(start + 100ms), start + 350ms));
    BOOST_TEST(waits(s.elapsed(start + 250ms), start + 350ms));
    BOOST_TEST(begins(s.elapsed(start + 350ms), schedule::reason::files));
    BOOST_TEST(nothing(s.elapsed(start + 900ms)));
    BOOST_TEST(nothing(s.finished(start + 900ms)));
}

BOOST_AUTO_TEST_CASE(signals_during_an_attempt_are_one_more_attempt) {
    s.signalled();
    BOOST_TEST(nothing(s.signalled()));
    BOOST_TEST(nothing(s.signalled()));
    BOOST_TEST(begins(s.finished(start), schedule::reason::signal));
    BOOST_TEST(nothing(s.finished(start)));
}

BOOST_AUTO_TEST_CASE(a_change_during_an_attempt_is_looked_at_after_it) {
    s.signalled();
    BOOST_TEST(nothing(s.changed(start)));
    BOOST_TEST(waits(s.finished(start + 10ms), start + 250ms));
    BOOST_TEST(begins(s.elapsed(start + 250ms), schedule::reason::files));
}

BOOST_AUTO_TEST_CASE(a_change_that_rested_during_a_long_attempt_begins_with_its_end) {
    s.signalled();
    s.changed(start);
    BOOST_TEST(begins(s.finished(start + 5s), schedule::reason::files));
}

BOOST_AUTO_TEST_CASE(after_the_end_nothing_begins) {
    s.changed(start);
    s.stop();
    BOOST_TEST(nothing(s.elapsed(start + 1s)));
    BOOST_TEST(nothing(s.signalled()));
    BOOST_TEST(!s.busy());
}

BOOST_AUTO_TEST_SUITE_END()
