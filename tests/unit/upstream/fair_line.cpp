#include "upstream/fair_line.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace std::chrono_literals;
using casebridge::upstream::fair_line;
using ticket = fair_line::ticket;

namespace {

const fair_line::time_point t0 = fair_line::time_point{} + 1h;
const auto never = fair_line::time_point::max();

ticket join(fair_line& l, std::string_view account, fair_line::time_point deadline = never) {
    const auto j = l.join(account, deadline);
    BOOST_REQUIRE(j.place.has_value());
    return *j.place;
}

std::vector<ticket> serve_all(fair_line& l) {
    std::vector<ticket> out;
    while (const auto t = l.next(t0)) out.push_back(*t);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(upstream_fair_line)

BOOST_AUTO_TEST_CASE(one_account_is_served_in_order) {
    fair_line l(10);
    const std::vector<ticket> in = {join(l, "a"), join(l, "a"), join(l, "a")};
    BOOST_TEST(serve_all(l) == in, boost::test_tools::per_element());
    BOOST_TEST(l.empty());
}

BOOST_AUTO_TEST_CASE(accounts_are_served_in_turn_however_much_one_sends) {
    fair_line l(100);
    std::vector<ticket> noisy;
    for (int i = 0; i < 20; ++i) noisy.push_back(join(l, "noisy"));
    const ticket a = join(l, "a");
    const ticket b1 = join(l, "b");
    const ticket b2 = join(l, "b");
    const auto order = serve_all(l);
    const std::vector<ticket> first = {noisy[0], a, b1, noisy[1], b2, noisy[2]};
    BOOST_TEST(std::vector<ticket>(order.begin(), order.begin() + 6) == first,
               boost::test_tools::per_element());
    BOOST_TEST(order.size() == 23U);
}

BOOST_AUTO_TEST_CASE(account_that_comes_back_goes_behind_the_others) {
    fair_line l(10);
    const ticket a = join(l, "a");
    const ticket b = join(l, "b");
    BOOST_TEST(*l.next(t0) == a);
    const ticket again = join(l, "a");
    BOOST_TEST(*l.next(t0) == b);
    BOOST_TEST(*l.next(t0) == again);
}

BOOST_AUTO_TEST_CASE(full_line_takes_no_more_of_the_same_account) {
    fair_line l(2);
    join(l, "a");
    join(l, "a");
    const auto j = l.join("a", never);
    BOOST_TEST(!j.place.has_value());
    BOOST_TEST(!j.displaced.has_value());
    BOOST_TEST(l.size() == 2U);
}

BOOST_AUTO_TEST_CASE(smaller_share_takes_the_last_place_of_the_largest) {
    fair_line l(4);
    const ticket a1 = join(l, "a");
    join(l, "a");
    join(l, "a");
    const ticket a4 = join(l, "a");
    const auto b = l.join("b", never);
    BOOST_REQUIRE(b.place.has_value());
    BOOST_TEST(*b.displaced == a4);
    BOOST_TEST(l.size() == 4U);
    // 3 and 1 become 2 and 2; more would make the newcomer the larger one.
    BOOST_TEST(l.join("b", never).displaced.has_value());
    BOOST_TEST(!l.join("b", never).place.has_value());
    BOOST_TEST(*l.next(t0) == a1);
    BOOST_TEST(*l.next(t0) == *b.place);
}

BOOST_AUTO_TEST_CASE(line_of_no_places_takes_nobody) {
    fair_line l(0);
    BOOST_TEST(!l.join("a", never).place.has_value());
    BOOST_TEST(!l.next(t0).has_value());
}

BOOST_AUTO_TEST_CASE(who_leaves_is_not_served) {
    fair_line l(5);
    const ticket a = join(l, "a");
    const ticket b = join(l, "b");
    BOOST_TEST(l.leave(a));
    BOOST_TEST(!l.leave(a));
    BOOST_TEST(*l.next(t0) == b);
    BOOST_TEST(!l.leave(b));
    BOOST_TEST(l.size() == 0U);
}

BOOST_AUTO_TEST_CASE(expired_calls_are_named_once_and_skipped) {
    fair_line l(5);
    const ticket late = join(l, "a", t0 - 1s);
    const ticket fine = join(l, "a", t0 + 1s);
    const ticket other = join(l, "b", t0 + 2s);
    // The late one does not cost its account the turn.
    BOOST_TEST(*l.next(t0) == fine);
    BOOST_TEST(l.expire(t0) == std::vector<ticket>{late}, boost::test_tools::per_element());
    BOOST_TEST(l.expire(t0).empty());
    BOOST_TEST(l.expire(t0 + 2s) == std::vector<ticket>{other}, boost::test_tools::per_element());
    BOOST_TEST(l.empty());
}

BOOST_AUTO_TEST_SUITE_END()
