// What is pushed to a backend whose filters are the parameters of a query string, by the shipped tables from their
// other side; that it never finds less is proven in condition_filter_test.cpp.
#include "query/push_down.hpp"

#include "tables.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge;
using query::comparison;
using query::filter;
using query::predicate;

namespace {

query::push push(const filter& f) { return query::push_down(f, query_test::mirrored_cases()); }
query::push push_one(predicate p) { return push(filter::of(std::move(p))); }

std::string micros(std::string_view iso) { return std::to_string(parse_iso8601(iso)->micros); }

void check(const query::push& got, std::string_view text, bool exact) {
    BOOST_TEST(got.text == text);
    BOOST_TEST(got.exact() == exact);
    BOOST_TEST(!got.nothing);
}

void check_nothing(const query::push& got) {
    BOOST_TEST(got.nothing);
    BOOST_TEST(got.text == "");
    BOOST_TEST(got.exact());
}

filter both(predicate a, predicate b) {
    filter f;
    f.add(std::move(a));
    f.add(std::move(b));
    return f;
}
filter either(predicate a, predicate b) {
    filter f = filter::nothing();
    f.add(std::move(a));
    f.add(std::move(b));
    return f;
}

predicate tags(std::vector<std::string> ids) {
    predicate p{"tags", comparison::in, ids};
    for (const auto& id : ids) p.targets.push_back({"tag", 0, id});
    return p;
}
predicate assignees(std::vector<query::target> who) {
    predicate p{"assignee", comparison::in, {}};
    p.by = "data.userName";
    p.targets = std::move(who);
    return p;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(push_parameters)

BOOST_AUTO_TEST_CASE(everything_is_no_parameter_and_nothing_is_no_question) {
    check(push(filter::everything()), "", true);
    check_nothing(push(filter::nothing()));
}

BOOST_AUTO_TEST_CASE(a_coarse_value_is_all_its_fine_ones) {
    check(push_one({"status", comparison::in, {"Open"}}),
          "status=new&status=in_progress&status=on_hold&status=unknown&status=other", true);
    check(push_one({"status", comparison::in, {"Closed"}}), "status=closed&status=resolved", true);
    check(push_one({"severity", comparison::in, {"Low", "Critical"}}),
          "severity=informational&severity=low&severity=critical&severity=fatal", true);
    check_nothing(push_one({"status", comparison::in, {"no such status"}}));
    check_nothing(push_one({"status", comparison::in, {}}));
}

BOOST_AUTO_TEST_CASE(two_choices_of_one_value_are_their_common_ones) {
    check(push(both({"severity", comparison::in, {"Low", "High"}},
                    {"severity", comparison::in, {"High", "Critical"}})),
          "severity=high", true);
    check_nothing(push(both({"status", comparison::in, {"Open"}}, {"status", comparison::in, {"Closed"}})));
    check(push(either({"status", comparison::in, {"Closed"}}, {"status", comparison::in, {"Open"}})),
          "status=closed&status=resolved&status=new&status=in_progress&status=on_hold&status=unknown&status="
          "other",
          true);
}

BOOST_AUTO_TEST_CASE(tags_are_asked_for_by_ids_that_exist) {
    check(push_one(tags({"u1", "u2"})), "tags=u1&tags=u2", true);
    check_nothing(push_one(tags({})));
    // A name that no definition has stands for no case, not for all of them.
    predicate unknown{"tags", comparison::in, {"no such tag"}};
    unknown.by = "name";
    check_nothing(push_one(unknown));
    check_nothing(push(both(unknown, {"status", comparison::in, {"Open"}})));
    check(push(either(unknown, tags({"u1"}))), "tags=u1", true);
}

BOOST_AUTO_TEST_CASE(two_questions_about_tags_cannot_both_be_asked) {
    const auto got = push(both(tags({"u1"}), tags({"u2"})));
    check(got, "tags=u1", false);
    BOOST_REQUIRE_EQUAL(got.residual.parts.size(), 1U);
    BOOST_TEST(got.residual.parts[0].test.targets[0].id == "u2");
    check(push(both(tags({"u1"}), tags({"u1"}))), "tags=u1", true);
    check(push(either(tags({"u1"}), tags({"u2", "u1"}))), "tags=u1&tags=u2", true);
}

BOOST_AUTO_TEST_CASE(people_are_asked_for_by_id_and_nobody_has_a_word) {
    check(push_one(assignees({{"user", 0, "u1"}, {"user", 0, "u2"}})), "assignee_id=u1&assignee_id=u2", true);
    // Who is only carried is a case with nobody.
    check(push_one(assignees({{"", 0, "SOC"}})), "assignee_id=__UNASSIGNED__", false);
    check(push_one(assignees({{"user", 0, "u1"}, {"", 0, "SOC"}})),
          "assignee_id=__UNASSIGNED__&assignee_id=u1", false);
    check(push_one({"assignee", comparison::absent}), "assignee_id=__UNASSIGNED__", false);
    check_nothing(push_one(assignees({})));
    check(push_one(assignees({{"group", 7, "SOC"}})), "", false);  // a kind that the search has no word for
}

BOOST_AUTO_TEST_CASE(numbers_are_one_at_a_time_and_never_beyond_what_a_number_can_be) {
    check(push_one({"short_id", comparison::in, {"42"}}), "short_id=42", true);
    check(push_one({"short_id", comparison::in, {"42", "43"}}), "", false);
    check_nothing(push_one({"short_id", comparison::in, {"2147483648"}}));
    check_nothing(push_one({"short_id", comparison::in, {"-1"}}));
    check(push_one({"short_id", comparison::in, {"2147483647", "2147483648"}}), "short_id=2147483647", true);
}

BOOST_AUTO_TEST_CASE(times_keep_their_microseconds) {
    check(push_one({"created", comparison::at_least, {micros("2026-03-02T12:00:00Z")}}),
          "start_time=2026-03-02T12%3A00%3A00Z", true);
    check(push(both({"created", comparison::at_most, {micros("2026-03-02T12:00:00.999999Z")}},
                    {"updated", comparison::at_least, {micros("2026-03-02T12:00:00Z")}})),
          "end_time=2026-03-02T12%3A00%3A00.999999Z&updated_after=2026-03-02T12%3A00%3A00Z", true);
    check(push_one({"updated", comparison::at_most, {micros("2026-03-02T12:00:00Z")}}),
          "updated_before=2026-03-02T12%3A00%3A00Z", true);
    check(push_one({"created", comparison::at_most, {"-1"}}), "", false);
    check(push_one({"created", comparison::at_least, {"253402300800000000"}}), "", false);
    // One bound of a kind: the second is evaluated here.
    const auto got = push(
        both({"created", comparison::at_least, {"1000000"}}, {"created", comparison::at_least, {"2000000"}}));
    check(got, "start_time=1970-01-01T00%3A00%3A01Z", false);
    BOOST_TEST(got.residual.parts.size() == 1U);
    check(push(either({"created", comparison::at_least, {"1000000"}},
                      {"created", comparison::at_least, {"2000000"}})),
          "", false);
}

BOOST_AUTO_TEST_CASE(a_text_is_searched_for_by_its_longest_plain_run) {
    const auto text = [](std::string pattern, bool fold = false) {
        predicate p{"summary", comparison::like, {std::move(pattern)}};
        p.fold = fold;
        return push_one(std::move(p)).text;
    };
    check(push_one({"summary", comparison::like, {"Phishing & more"}}), "search_term=Phishing%20%26%20more",
          false);
    check(push_one({"description", comparison::like, {"x"}}), "search_term=x", false);
    BOOST_TEST(text("ab%cde%f") == "search_term=cde");
    BOOST_TEST(text("100\\% sure") == "search_term=%20sure");
    BOOST_TEST(text("a\\_bc") == "search_term=bc");
    BOOST_TEST(text("C:\\\\temp") == "search_term=temp");
    BOOST_TEST(text("%") == "");
    BOOST_TEST(text("") == "");
    BOOST_TEST(text("\xc3\x84rger") == "search_term=%C3%84rger");
    BOOST_TEST(text("\xc3\x84rger", true) == "search_term=rger");
    BOOST_TEST(text("ab\xce\xa3"
                    "cde") == "search_term=cde");
    BOOST_TEST(text(std::string("ab\0cde", 6)) == "search_term=cde");
    BOOST_TEST(text(std::string(2'000, 'x')) == "search_term=" + std::string(1'000, 'x'));
    std::string umlauts;
    for (int i = 0; i < 1'500; ++i) umlauts += "\xc3\xa4";
    BOOST_TEST(text(umlauts).size() == 12U + 1'000 * 6);
    // What a case without a summary shows is not in the backend.
    BOOST_TEST(text("SUMMARY") == "");
    BOOST_TEST(text("(no summary) x") == "search_term=%28no%20summary%29%20x");
}

BOOST_AUTO_TEST_CASE(what_has_no_parameter_is_left_over) {
    filter f = both({"status", comparison::in, {"Closed"}}, {"summary", comparison::like, {"abc"}});
    f.add({"description", comparison::like, {"def"}});
    const auto got = push(f);
    check(got, "status=closed&status=resolved&search_term=abc", false);
    BOOST_TEST(got.residual.parts.size() == 2U);
    check(push(either({"status", comparison::in, {"Closed"}}, {"severity", comparison::in, {"Low"}})), "",
          false);
    check(push({filter::kind::negation, {filter::of({"status", comparison::in, {"Closed"}})}, {}}), "",
          false);
    check(push({filter::kind::negation, {filter::nothing()}, {}}), "", true);
    check_nothing(push({filter::kind::negation, {filter::everything()}, {}}));
}

BOOST_AUTO_TEST_CASE(values_cannot_leave_their_parameter) {
    check(push_one(tags({"a&status=closed", "b c+d"})), "tags=a%26status%3Dclosed&tags=b%20c%2Bd", true);
}

BOOST_AUTO_TEST_SUITE_END()
