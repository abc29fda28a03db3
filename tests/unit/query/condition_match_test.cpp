// What conditions find: single rows here, every keyword with every operator against a naive evaluation in
// condition_property_test.cpp.
#include "words.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

using namespace casebridge;
using namespace casebridge::query_test;

namespace {

constexpr std::string_view full = R"({
    "id": 42, "name": "Phishing at HQ", "description": null, "status": "Open", "severity": "Low",
    "dateAdded": "2024-05-06T07:08:09Z", "lastUpdated": "2024-05-06T00:00:00Z", "detectionOverdue": false,
    "score": 7.5, "tags": {"data": [{"id": 1, "name": "Urgent"}, {"id": 2, "name": "mail"}]},
    "assignee": {"type": "User", "data": {"id": 3, "userName": "bob"}},
    "associatedCases": {"data": [{"id": 7, "tags": {"data": [{"name": "x"}]}}]}
})";
constexpr std::string_view bare = R"({"id": 7, "name": "", "tags": {"data": []}})";

void check(std::string_view document, const std::vector<std::pair<std::string_view, bool>>& rows) {
    for (const auto& [text, expected] : rows) BOOST_TEST(finds(text, document) == expected, text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(condition_match)

BOOST_AUTO_TEST_CASE(texts_match_with_their_letter_case_unless_the_keyword_folds_it) {
    check(full, {{"name = 'Phishing at HQ'", true},
                 {"name = 'phishing at hq'", false},
                 {"name != 'phishing at hq'", true},
                 {"status = 'OPEN'", true},
                 {"status in ('closed', 'oPen')", true},
                 {"status like 'O%N'", true},
                 {"status != 'open'", false},
                 {"name contains 'at'", true},
                 {"name contains ('zz', 'at')", true},
                 {"name not contains ('zz', 'at')", false},
                 {"name not contains ('zz', 'yy')", true},
                 {"name contains ()", false},
                 {"name startswith 'Phish'", true},
                 {"name endswith 'HQ'", true},
                 {"name not endswith 'hq'", true},
                 {"name > 'P'", true},
                 {"name < 'P'", false},
                 {"hasTag(summary = 'URGENT')", true},
                 {"hasTag(name = 'URGENT')", false}});
}

BOOST_AUTO_TEST_CASE(a_per_cent_sign_is_the_only_wild_card) {
    check(full, {{"name like 'Phishing at HQ'", true},
                 {"name like 'Phishing'", false},
                 {"name like 'Phi%'", true},
                 {"name like '%HQ'", true},
                 {"name like 'P%a%Q'", true},
                 {"name like '%%%'", true},
                 {"name like '%hq'", false},
                 {"name like 'Phishing_at HQ'", false},
                 {"name not like '%at%'", false},
                 {"name not like ''", true}});
    check(bare, {{"name like ''", true}, {"name like '%'", true}, {"name like 'a%'", false}});
}

BOOST_AUTO_TEST_CASE(null_satisfies_no_comparison_and_no_negation_of_one) {
    for (const std::string_view test :
         {"description = 'a'", "description != 'a'", "description in ('a')", "description not in ('a')",
          "description not in ()", "description like '%'", "description not like 'a'", "description > ''",
          "caseCloseTime != \"2024-01-01\"", "calScore != 1", "calScore < 1", "xid != 'a'",
          "xid not contains 'a'"}) {
        BOOST_TEST_CONTEXT(test) {
            BOOST_TEST(!finds(test, full));
            BOOST_TEST(!finds("not " + std::string(test), full));
            BOOST_TEST(!finds("not (not " + std::string(test) + ")", full));
            // What is unknown decides nothing by itself.
            BOOST_TEST(finds("id = 42 or " + std::string(test), full));
            BOOST_TEST(!finds("id = 42 and not " + std::string(test), full));
        }
    }
    check(full, {{"description is null", true},
                 {"description is not null", false},
                 {"calScore is null", true},
                 {"not calScore is null", false},
                 {"name is null", false}});
}

BOOST_AUTO_TEST_CASE(of_several_values_one_will_do_and_for_negations_none_may) {
    check(full, {{"tag = 'mail'", true},
                 {"tag = 'Mail'", false},
                 {"tag != 'mail'", false},
                 {"tag != 'other'", true},
                 {"tag in ('other', 'Urgent')", true},
                 {"tag not in ('other', 'Urgent')", false},
                 {"tag like 'U%'", true},
                 {"tag not like 'U%'", false},
                 {"tag is null", false}});
    // Nothing in a list is an empty set, which has none of anything.
    check(bare, {{"tag = 'mail'", false},
                 {"tag != 'mail'", true},
                 {"not tag = 'mail'", true},
                 {"tag not in ('mail')", true},
                 {"tag is null", true},
                 {"tag is not null", false}});
}

BOOST_AUTO_TEST_CASE(a_tag_that_does_not_exist_finds_nothing) {
    check(full, {{"tag = 'no such tag'", false},
                 {"hasTag(name = 'no such tag')", false},
                 {"hasTag(id = 999)", false},
                 {"tag in ()", false},
                 {"hasTag(name in ())", false}});
}

BOOST_AUTO_TEST_CASE(related_objects_are_asked_with_their_own_words) {
    check(full, {{"hasTag()", true},
                 {"hasTag(name = 'mail' and id = 2)", true},
                 {"hasTag(name = 'mail' and id = 1)", false},
                 {"hasTag(name = 'mail') and hasTag(id = 1)", true},
                 {"hasTag(name != 'mail')", true},
                 {"not hasTag(name = 'mail')", false},
                 {"hasTag(description = 'x')", false},
                 {"not hasTag(description = 'x')", true},
                 {"hasAllTags(name in ('mail', 'Urgent'))", true},
                 {"hasAllTags(name in ('mail', 'other'))", false},
                 {"hasTag(name in ('mail', 'other'))", true},
                 {"hasCase(id = 7 and hasTag(name = 'x'))", true},
                 {"hasCase(hasTag(name = 'y'))", false},
                 {"hasIndicator()", false},
                 {"not hasIndicator()", true}});
    check(bare, {{"hasTag()", false}, {"not hasTag()", true}, {"hasCase()", false}});
}

BOOST_AUTO_TEST_CASE(nobody_has_a_name_where_the_keyword_says_so) {
    check(full, {{"assignedToUserOrGroup = 'User'", true},
                 {"assignedToUserOrGroup = 'None'", false},
                 {"assigneeName = 'bob'", true},
                 {"targetId in (3, 4)", true}});
    check(bare, {{"assignedToUserOrGroup = 'none'", true},
                 {"assignedToUserOrGroup != 'User'", true},
                 {"assignedToUserOrGroup is null", false},
                 {"assigneeName = 'bob'", false},
                 {"assigneeName != 'bob'", false},
                 {"assigneeName is null", true}});
    constexpr std::string_view group = R"({"assignee": {"type": "Group", "data": {"id": 9, "name": "SOC"}}})";
    check(group, {{"assigneeName = 'SOC'", true}, {"assignedToUserOrGroup = 'Group'", true}});
}

BOOST_AUTO_TEST_CASE(numbers_truths_and_times_compare_by_value) {
    check(full, {{"id = 42", true},
                 {"idAsString = '42'", true},
                 {"idAsString like '4%'", true},
                 {"idAsString = '042'", false},
                 {"id in (1, 42, 99)", true},
                 {"id not in (1, 99)", true},
                 {"id > 41 and id < 43", true},
                 {"score = 7.50", true},
                 {"score > 7.4", true},
                 {"detectionOverdue = False", true},
                 {"detectionOverdue in (true)", false},
                 {"dateAdded = \"2024-05-06 07:08:09\"", true},
                 {"dateAdded = \"2024-05-06T09:08:09+02:00\"", true},
                 {"dateAdded = \"2024-05-06\"", true},
                 {"dateAdded != \"2024-05-06\"", false},
                 {"dateAdded <= \"2024-05-06\"", true},
                 {"dateAdded <= \"2024-05-05\"", false},
                 {"dateAdded > \"2024-05-06\"", true},
                 {"dateAdded < \"2024-05-06\"", false},
                 {"lastUpdated > \"2024-05-06\"", false},
                 {"lastUpdated >= \"2024-05-06\"", true},
                 {"dateAdded > \"NOW()\"", true}});
}

BOOST_AUTO_TEST_CASE(what_is_not_of_the_keyword_s_type_is_no_value) {
    constexpr std::string_view odd =
        R"({"id": "x", "dateAdded": "soon", "detectionOverdue": "maybe", "name": ["a", "b"], "score": {"a": 1}})";
    check(odd, {{"id is null", true},
                {"dateAdded is null", true},
                {"detectionOverdue is null", true},
                {"score is null", true},
                {"name = 'b'", true}});
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(condition_sorting)

namespace {

// The documents' "id"s in the order that the text asks for.
std::string order_of(const std::vector<std::string_view>& documents, std::string_view text) {
    const auto levels = query::read_sorting(text, cases());
    BOOST_REQUIRE(!levels.has_error());
    std::vector<json::tape> tapes(documents.size());
    for (std::size_t i = 0; i < documents.size(); ++i)
        BOOST_REQUIRE(!tapes[i].parse(documents[i], {}).has_error());
    std::vector<std::size_t> places(documents.size());
    std::iota(places.begin(), places.end(), 0U);
    std::stable_sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
        return query::compare(levels.value(), query::document_subject(tapes[a].root()),
                              query::document_subject(tapes[b].root())) < 0;
    });
    std::string out;
    for (const std::size_t p : places) out += tapes[p].root().member("id").text();
    return out;
}

const std::vector<std::string_view> documents{
    R"({"id": 1, "name": "b", "severity": "Low", "dateAdded": "2024-01-02T00:00:00Z"})",
    R"({"id": 2, "name": "a", "severity": "High", "dateAdded": "2024-01-01T00:00:00Z"})",
    R"({"id": 3, "severity": "Low"})",
    R"({"id": 4, "name": null, "severity": "High", "dateAdded": "2023-01-01T00:00:00Z"})",
    R"({"id": 5, "name": "a", "severity": "Low", "tags": {"data": [{"name": "z"}, {"name": "b"}]}})",
};

}  // namespace

BOOST_AUTO_TEST_CASE(levels_directions_and_places_of_nulls) {
    BOOST_TEST(order_of(documents, "") == "12345");
    BOOST_TEST(order_of(documents, "id desc") == "54321");
    BOOST_TEST(order_of(documents, "name") == "25134");
    BOOST_TEST(order_of(documents, "name asc nullsfirst") == "34251");
    BOOST_TEST(order_of(documents, "name DESC") == "34125");
    BOOST_TEST(order_of(documents, "name nullslast desc") == "12534");
    BOOST_TEST(order_of(documents, "severity asc name desc id") == "42315");
    BOOST_TEST(order_of(documents, "dateAdded nullsfirst, id") == "35421");
    BOOST_TEST(order_of(documents, "TAG NullsFirst") == "12345");
    BOOST_TEST(order_of(documents, "tag") == "51234");
}

BOOST_AUTO_TEST_CASE(refusals_have_a_place) {
    const auto refused = [](std::string_view text) {
        const auto r = query::read_sorting(text, cases());
        return r.has_error() ? r.error().detail : std::string();
    };
    BOOST_TEST(refused("foo") == "position 1: a keyword of cases expected, not \"foo\"");
    BOOST_TEST(refused("asc") == "position 1: a keyword of cases expected, not \"asc\"");
    BOOST_TEST(refused("name asc foo") ==
               "position 10: a keyword of cases, asc, desc, nullsfirst or nullslast expected, not \"foo\"");
    BOOST_TEST(refused("hasTag").starts_with("position 1:"));
}

BOOST_AUTO_TEST_SUITE_END()
