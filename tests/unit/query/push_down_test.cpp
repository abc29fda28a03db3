// What is pushed to the backend, by the shipped tables; and that it never finds less than is meant.
#include "query/push_down.hpp"
#include "query/tql.hpp"

#include "tables.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace casebridge;
using query::comparison;
using query::filter;
using query::predicate;

namespace {

const mapping::compiled_table& cases() { return query_test::forward_cases(); }

query::push push_one(predicate p) { return query::push_down(filter::of(std::move(p)), cases()); }

std::string times(std::string_view iso) { return std::to_string(parse_iso8601(iso)->micros); }

void check(const query::push& got, std::string_view text, bool exact) {
    BOOST_TEST(got.text == text);
    BOOST_TEST(got.exact() == exact);
    BOOST_TEST(!got.nothing);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(push_down)

BOOST_AUTO_TEST_CASE(everything_is_pushed_as_nothing_at_all) {
    check(query::push_down(filter::everything(), cases()), "", true);
}

BOOST_AUTO_TEST_CASE(an_enum_is_asked_for_by_the_coarse_values_that_may_read_so) {
    check(push_one({"status", comparison::in, {"closed", "resolved"}}), R"(status IN ("Closed"))", true);
    check(push_one({"status", comparison::in, {"resolved"}}), R"(status IN ("Closed"))", false);
    check(push_one({"status", comparison::in, {"in_progress"}}), R"(status IN ("Open"))", false);
    // An unknown native status reads as "unknown", so only what is known to read otherwise is left out.
    check(push_one({"status", comparison::in, {"unknown"}}), R"(status NOT IN ("Closed"))", false);
    check(push_one({"status", comparison::in, {"new", "in_progress", "on_hold", "unknown", "other"}}),
          R"(status NOT IN ("Closed"))", true);
    check(push_one({"severity", comparison::in, {"fatal", "low"}}), R"(severity IN ("Low","Critical"))",
          false);
    check(push_one({"severity", comparison::in, {"critical", "fatal"}}), R"(severity IN ("Critical"))", true);
}

BOOST_AUTO_TEST_CASE(all_values_of_an_enum_are_no_filter) {
    check(push_one({"status",
                    comparison::in,
                    {"new", "in_progress", "on_hold", "unknown", "other", "closed", "resolved"}}),
          "", true);
}

BOOST_AUTO_TEST_CASE(what_is_only_carried_is_evaluated_here) {
    check(push_one({"priority", comparison::in, {"high"}}), "", false);
}

BOOST_AUTO_TEST_CASE(a_negation_is_pushed_only_over_what_is_exact) {
    filter f;
    f.what = filter::kind::negation;
    f.parts.push_back(filter::of({"severity", comparison::in, {"critical"}}));
    check(query::push_down(f, cases()), "", false);   // "Critical" may be fatal
    f.parts[0] = filter::of({"severity", comparison::in, {"critical", "fatal"}});
    check(query::push_down(f, cases()), R"(NOT (severity IN ("Critical")))", true);
}

BOOST_AUTO_TEST_CASE(a_disjunction_is_pushed_only_if_all_its_parts_are) {
    filter f = filter::nothing();
    f.add({"status", comparison::in, {"closed", "resolved"}});
    f.add({"severity", comparison::in, {"high"}});
    check(query::push_down(f, cases()), R"(((status IN ("Closed")) or (severity IN ("High"))))", true);
    f.add({"priority", comparison::in, {"high"}});
    check(query::push_down(f, cases()), "", false);
}

BOOST_AUTO_TEST_CASE(only_what_is_not_exact_is_left_over) {
    filter f;
    f.add({"status", comparison::in, {"closed", "resolved"}});
    f.add({"priority", comparison::in, {"high"}});
    const auto got = query::push_down(f, cases());
    BOOST_TEST(got.text == R"(status IN ("Closed"))");
    BOOST_REQUIRE_EQUAL(got.residual.parts.size(), 1U);
    BOOST_TEST(got.residual.parts[0].test.rule == "priority");
}

BOOST_AUTO_TEST_CASE(numbers_are_exact) {
    check(push_one({"short_id", comparison::in, {"CASE-0042"}}), "id IN (42)", true);
    BOOST_TEST(push_one({"short_id", comparison::in, {"nonsense"}}).nothing);
}

BOOST_AUTO_TEST_CASE(times_are_widened_since_nobody_documents_the_zone) {
    check(push_one({"created", comparison::at_least, {times("2026-03-02T12:00:00.5Z")}}),
          R"(dateAdded >= "2026-03-01 09:59:59")", false);
    check(push_one({"updated", comparison::at_most, {times("2026-03-02T12:00:00Z")}}),
          R"(lastUpdated <= "2026-03-03 14:00:01")", false);
    check(push_one({"created", comparison::at_least, {times("0001-01-01T00:00:00Z")}}), "", false);
    check(push_one({"created", comparison::at_most, {times("9999-12-31T23:59:59Z")}}), "", false);
}

BOOST_AUTO_TEST_CASE(people_are_asked_for_with_those_whom_nobody_is_assigned_to_since_a_name_may_be_carried) {
    predicate p{"assignee", comparison::in, {"x"}};
    p.targets = {{"user", 7, "x"}, {"group", 3, "y"}};
    check(push_one(p),
          R"(((assignedToUserOrGroup = "None") or (targetType = "User" and targetId IN (7)) or )"
          R"((targetType = "Group" and targetId IN (3))))",
          false);
    p.targets = {{"", 0, "x"}};
    check(push_one(p), R"((assignedToUserOrGroup = "None"))", false);
    p.targets.clear();
    BOOST_TEST(push_one(p).nothing);
}

BOOST_AUTO_TEST_CASE(tags_are_asked_for_by_number_and_unknown_ones_are_skipped) {
    predicate p{"tags", comparison::in, {"a", "b"}, true};
    p.targets = {{"tag", 4, "a"}, {"tag", 9, "b"}};
    check(push_one(p), "(hasTag(id IN (4,9)))", true);
    p.targets.clear();
    check(push_one(p), "", true);   // none of them exists: no filter
    p.skips_unknown = false;
    BOOST_TEST(push_one(p).nothing);
}

BOOST_AUTO_TEST_CASE(letters_are_not_pushed_but_what_stands_between_them_is) {
    check(push_one({"summary", comparison::like, {"ransom"}}), "", false);
    check(push_one({"summary", comparison::like, {"cve-2024-1234"}}),
          R"(((name CONTAINS "-2024-1234") or (name CONTAINS "[+]")))", false);
    // A description that was cut says so, and what was cut off may hold the term.
    check(
        push_one({"description", comparison::like, {"10.0.0.5"}}),
        R"(((description CONTAINS "10.0.0.5") or (description CONTAINS "[continued in the attached bridge state]")))",
        false);
    check(push_one({"short_id", comparison::like, {"-0042"}}), R"(idAsString CONTAINS "42")", false);
    BOOST_TEST(push_one({"short_id", comparison::like, {"10.0"}}).nothing);
}

BOOST_AUTO_TEST_CASE(a_run_holds_no_letter_wild_card_quote_or_blank) {
    BOOST_TEST(query::caseless_run("a10.0.0.5b") == "10.0.0.5");
    BOOST_TEST(query::caseless_run("12%3456") == "3456");
    BOOST_TEST(query::caseless_run("12_34") == "12");
    BOOST_TEST(query::caseless_run("1\\2345") == "345");
    BOOST_TEST(query::caseless_run("\"12\" 7") == "12");
    BOOST_TEST(query::caseless_run("abc") == "");
    BOOST_TEST(query::caseless_run("7") == "");
    BOOST_TEST(query::caseless_run("\xc3\x84\xc3\x84") == "");
}

BOOST_AUTO_TEST_CASE(strings_cannot_leave_their_quotes) {
    BOOST_TEST(query::tql_string(R"(a" or id > 0 or "\)") == R"("a\" or id > 0 or \"\\")");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(canonical)

BOOST_AUTO_TEST_CASE(the_order_of_values_does_not_matter_and_everything_else_does) {
    const auto text = [](predicate p) { return query::canonical_text(filter::of(std::move(p))); };
    BOOST_TEST(text({"a", comparison::in, {"1", "2"}}) == text({"a", comparison::in, {"2", "1", "1"}}));
    BOOST_TEST(text({"a", comparison::in, {"12"}}) != text({"a", comparison::in, {"1", "2"}}));
    BOOST_TEST(text({"a", comparison::in, {"1"}}) != text({"b", comparison::in, {"1"}}));
    BOOST_TEST(text({"a", comparison::in, {"1"}}) != text({"a", comparison::like, {"1"}}));
}

BOOST_AUTO_TEST_SUITE_END()
