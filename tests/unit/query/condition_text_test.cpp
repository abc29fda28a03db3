// Texts that are read, what they mean, and texts that are refused with the place and the reason.
#include "words.hpp"

#include <boost/test/unit_test.hpp>

#include <utility>
#include <vector>

using namespace casebridge;
using namespace casebridge::query_test;

BOOST_AUTO_TEST_SUITE(condition_text)

BOOST_AUTO_TEST_CASE(every_spelling_is_read_as_one_canonical_text) {
    const std::vector<std::pair<std::string_view, std::string_view>> rows{
        {"id=1", "id = 1"},
        {"id==1", "id = 1"},
        {"ID eq 1", "id = 1"},
        {"id EQUALS 1", "id = 1"},
        {"id != 1", "id != 1"},
        {"id NE 1", "id != 1"},
        {"id>1 and id<9", "id > 1 AND id < 9"},
        {"id GT 1 AND id LT 9", "id > 1 AND id < 9"},
        {"id>=1 and id<=9", "id >= 1 AND id <= 9"},
        {"id GEQ 1 AND id leq 9", "id >= 1 AND id <= 9"},
        {"id = -5", "id = -5"},
        {"id = \"7\"", "id = 7"},
        {"id = 7.0", "id = 7"},
        {"id IN (3, 1,2)", "id IN (1, 2, 3)"},
        {"id in(1)", "id IN (1)"},
        {"id IN ()", "id IN ()"},
        {"id NOT IN (1,2)", "id NOT IN (1, 2)"},
        {"id NOT_IN (1,2)", "id NOT IN (1, 2)"},
        {"id IN [1, 2]", "id IN (1, 2)"},
        {"id IN \"[1, 2]\"", "id IN (1, 2)"},
        {"name IN \"['a', 'b']\"", R"(name IN ("a", "b"))"},
        {"name IN \"[x]\"", R"(name IN ("[x]"))"},
        {"name CONTAINS \"[1]\"", R"(name CONTAINS "[1]")"},
        {"name in ('a','b')", R"(name IN ("a", "b"))"},
        {"name NOT_LIKE 'a%'", R"(name NOT LIKE "a%")"},
        {"name not like 'a%'", R"(name NOT LIKE "a%")"},
        {"typeName LIKE (\"Email%\")", R"(typeName LIKE "Email%")"},
        {"name CONTAINS (\"a\",\"b\")", R"(name CONTAINS ("a", "b"))"},
        {"name NOT_CONTAINS 'a'", R"(name NOT CONTAINS "a")"},
        {"name NOT CONTAINS (\"a\",\"b\")", R"(name NOT CONTAINS ("a", "b"))"},
        {"name STARTSWITH 'a'", R"(name STARTSWITH "a")"},
        {"name STARTS_WITH 'a'", R"(name STARTSWITH "a")"},
        {"name NOT STARTSWITH 'a'", R"(name NOT STARTSWITH "a")"},
        {"name NOT_STARTS_WITH 'a'", R"(name NOT STARTSWITH "a")"},
        {"name ENDSWITH 'a'", R"(name ENDSWITH "a")"},
        {"name ENDS_WITH 'a'", R"(name ENDSWITH "a")"},
        {"name NOT ENDSWITH 'a'", R"(name NOT ENDSWITH "a")"},
        {"name NOT_ENDS_WITH 'a'", R"(name NOT ENDSWITH "a")"},
        {"name IS NULL", "name IS NULL"},
        {"name is not null", "name IS NOT NULL"},
        {"name = ( 'a' )", R"(name = "a")"},
        {R"(name = "say \"hi\" \\ it\'s \`x\`")", R"(name = "say \"hi\" \\ it\'s \`x\`")"},
        {R"(name = 'say "hi"')", R"(name = "say \"hi\"")"},
        {"name = 10", R"(name = "10")"},
        {"name = \"10.0\"", R"(name = "10.0")"},
        {"name = True", R"(name = "True")"},
        {"name = 2022-03-03", R"(name = "2022-03-03")"},
        {"detectionOverdue = True", "detectionOverdue = true"},
        {"detectionOverdue != \"FALSE\"", "detectionOverdue != false"},
        {"detectionOverdue in (true, false)", "detectionOverdue IN (false, true)"},
        {"score >= 7.5", "score >= 7.5"},
        {"cvss_score_v3_1 > 7", "cvss_score_v3_1 > 7"},
        {"status = 'Open'", R"(status = "open")"},
        {"hasTag()", "hasTag()"},
        {"hasTag (name = 'x')", R"(hasTag(name = "x"))"},
        {"hasTag(name='x')and hasTag(id=1)", R"(hasTag(name = "x") AND hasTag(id = 1))"},
        {"NOT hasTag(summary in (\"x\"))", R"(NOT (hasTag(summary IN ("x"))))"},
        {"hasAllTags(name in ('a','b'))", R"(hasAllTags(name = "a") AND hasAllTags(name = "b"))"},
        {"hasAllTags(name in ('a'))", R"(hasAllTags(name IN ("a")))"},
        {"hasCase(hasTag(name = 'x') or id = 7)", R"(hasCase(hasTag(name = "x") OR id = 7))"},
        {"hasIndicator()", "hasIndicator()"},
        {"id in (1) and (detectionOverdue=false or detectionOverdue=true)",
         "id IN (1) AND (detectionOverdue = false OR detectionOverdue = true)"},
        {"id=1 or id=2 and id=3", "id = 1 OR (id = 2 AND id = 3)"},
        {"(id=1 or id=2) and id=3", "(id = 1 OR id = 2) AND id = 3"},
        {"NOT id=1 and id=2", "NOT (id = 1) AND id = 2"},
        {"not not(id = 1)", "NOT (NOT (id = 1))"},
        {"\t id\r\n=\n1 ", "id = 1"},
    };
    for (const auto& [text, canonical] : rows) {
        const auto c = must_read(text);
        BOOST_TEST(query::to_text(c) == canonical);
        BOOST_TEST(query::to_text(must_read(canonical)) == canonical);
    }
}

BOOST_AUTO_TEST_CASE(dates_are_points_in_time_and_a_bare_date_is_its_day) {
    const std::vector<std::pair<std::string_view, std::string_view>> rows{
        {"= \"2024-01-02 03:04:05\"", "dateAdded = \"2024-01-02T03:04:05Z\""},
        {"= \"2024-01-02T03:04:05\"", "dateAdded = \"2024-01-02T03:04:05Z\""},
        {"= 2024-01-02T03:04:05Z", "dateAdded = \"2024-01-02T03:04:05Z\""},
        {"= \"2024-01-02T03:04:05.27Z\"", "dateAdded = \"2024-01-02T03:04:05.270000Z\""},
        {"= \"2024-01-02T03:04:05+02:00\"", "dateAdded = \"2024-01-02T01:04:05Z\""},
        {"> 2022-03-03", "dateAdded > \"2022-03-03T00:00:00Z\""},
        {">= \"2022-03-03\"", "dateAdded >= \"2022-03-03T00:00:00Z\""},
        {"< '2022-03-03'", "dateAdded < \"2022-03-03T00:00:00Z\""},
        {"LEQ \"2023-02-28\"", "dateAdded < \"2023-03-01T00:00:00Z\""},
        {"<= \"2023-02-28 00:00:00\"", "dateAdded <= \"2023-02-28T00:00:00Z\""},
        {"= \"2023-02-28\"",
         "dateAdded >= \"2023-02-28T00:00:00Z\" AND dateAdded < \"2023-03-01T00:00:00Z\""},
        {"!= \"2023-02-28\"",
         "dateAdded < \"2023-02-28T00:00:00Z\" OR dateAdded >= \"2023-03-01T00:00:00Z\""},
        {"IN (\"2023-02-28\", \"2024-01-01 10:00\")",
         "(dateAdded >= \"2023-02-28T00:00:00Z\" AND dateAdded < \"2023-03-01T00:00:00Z\") OR dateAdded = "
         "\"2024-01-01T10:00:00Z\""},
        {"NOT IN (\"2023-02-28\")",
         "dateAdded < \"2023-02-28T00:00:00Z\" OR dateAdded >= \"2023-03-01T00:00:00Z\""},
        {">= \"NOW()\"", "dateAdded >= \"2023-11-14T22:13:20.123456Z\""},
        {"> \"NOW() - 1 HOUR\"", "dateAdded > \"2023-11-14T21:13:20.123456Z\""},
        {"> \"now()-90 minutes\"", "dateAdded > \"2023-11-14T20:43:20.123456Z\""},
        {"> \"NOW() - 1 DAY\"", "dateAdded > \"2023-11-13T22:13:20.123456Z\""},
        {"> \"NOW() - 2 WEEKS + 1 SECOND\"", "dateAdded > \"2023-10-31T22:13:21.123456Z\""},
        {"> \"NOW() - 1 MONTH\"", "dateAdded > \"2023-10-14T22:13:20.123456Z\""},
        {"> \"NOW() - 9 MONTHS\"", "dateAdded > \"2023-02-14T22:13:20.123456Z\""},
        {"> \"NOW() + 1 YEAR\"", "dateAdded > \"2024-11-14T22:13:20.123456Z\""},
        {">= \"TODAY()\"", "dateAdded >= \"2023-11-14T00:00:00Z\""},
        {"<= \"TODAY()\"", "dateAdded < \"2023-11-15T00:00:00Z\""},
        {"<= \"TODAY() - 7 DAYS\"", "dateAdded < \"2023-11-08T00:00:00Z\""},
        {"<= \"TODAY() + 12 HOURS\"", "dateAdded <= \"2023-11-14T12:00:00Z\""},
        {"<= \"9999-12-31\"", "dateAdded < \"9999-12-31T23:59:59.999999Z\""},
    };
    for (const auto& [text, canonical] : rows) {
        const auto c = must_read("dateAdded " + std::string(text));
        BOOST_TEST(query::to_text(c) == canonical);
        BOOST_TEST(query::to_text(must_read(canonical)) == canonical);
    }
}

BOOST_AUTO_TEST_CASE(a_month_that_lacks_the_day_ends_on_its_last) {
    const auto c = query::read_condition("dateAdded > \"NOW() - 1 MONTH\"", cases(), words_of,
                                         *parse_iso8601("2024-03-31T10:00:00Z"));
    BOOST_REQUIRE(!c.has_error());
    BOOST_TEST(query::to_text(c.value()) == "dateAdded > \"2024-02-29T10:00:00Z\"");
}

BOOST_AUTO_TEST_CASE(refusals_say_where_and_what_was_expected) {
    const std::vector<std::pair<std::string_view, std::string_view>> rows{
        {"", "position 1: a keyword expected, not the end"},
        {"   ", "position 4: a keyword expected, not the end"},
        {"foo = 1", "position 1: \"foo\" is no keyword of cases"},
        {"id", "position 3: an operator expected, not the end"},
        {"id 1", "position 4: an operator expected, not \"1\""},
        {"id =", "position 5: a value expected, not the end"},
        {"id = and", "position 6: a value expected, not \"and\""},
        {"id = abc", "position 6: a value expected, not \"abc\""},
        {"id = \"abc\"", "position 6: id takes a whole number, not \"abc\""},
        {"id = 7.5", "position 6: id takes a whole number, not \"7.5\""},
        {"id = 99999999999999999999", "position 6: id takes a whole number, not \"99999999999999999999\""},
        {"id = true", "position 6: id takes a whole number, not \"true\""},
        {"id = 7x", "position 6: not a number"},
        {"id = 1.2.3", "position 6: not a number"},
        {"id LIKE 7", "position 4: \"LIKE\" does not apply to id, which is no text"},
        {"id NOT CONTAINS 7", "position 4: \"CONTAINS\" does not apply to id, which is no text"},
        {"dateAdded LIKE '2024%'", "position 11: \"LIKE\" does not apply to dateAdded, which is no text"},
        {"detectionOverdue > true",
         "position 18: \">\" does not apply to detectionOverdue, which is no text"},
        {"detectionOverdue = 1", "position 20: detectionOverdue takes true or false, not \"1\""},
        {"score = \"high\"", "position 9: score takes a number, not \"high\""},
        {"dateAdded > 5",
         R"(position 13: dateAdded takes a date ("2024-01-02", "2024-01-02 03:04:05", "NOW() - 1 DAY"), not "5")"},
        {"dateAdded > \"2024-02-30\"",
         R"(position 13: dateAdded takes a date ("2024-01-02", "2024-01-02 03:04:05", "NOW() - 1 DAY"), not "2024-02-30")"},
        {"id = (1, 2)", "position 6: one value expected, not 2"},
        {"id = ()", "position 6: one value expected, not 0"},
        {"name LIKE ('a', 'b')", "position 11: one value expected, not 2"},
        {"id IN (1, 2", "position 12: \",\" or \")\" expected, not the end"},
        {"id IN (1,)", "position 10: a value expected, not \")\""},
        {"id IN (1 2)", "position 10: \",\" or \")\" expected, not \"2\""},
        {"id NOT = 1", "position 8: an operator expected, not \"=\""},
        {"id NOT NOT_IN (1)", "position 8: an operator expected, not \"NOT_IN\""},
        {"id IS 1", "position 7: NULL or NOT NULL expected, not \"1\""},
        {"id IS NOT 1", "position 11: NULL expected, not \"1\""},
        {"id = 1 id = 2", "position 8: AND, OR or the end expected, not \"id\""},
        {"id = 1 AND", "position 11: a keyword expected, not the end"},
        {"(id = 1", "position 8: AND, OR or \")\" expected, not the end"},
        {"id = 1)", "position 7: AND, OR or the end expected, not \")\""},
        {"NOT", "position 4: a keyword expected, not the end"},
        {"hasTag", "position 7: \"(\" and a query of tags expected, not the end"},
        {"hasTag = 1", "position 8: \"(\" and a query of tags expected, not \"=\""},
        {"hasTag(xid = 'x')", "position 8: \"xid\" is no keyword of tags"},
        {"hasTag(name = 'x'", "position 18: AND, OR or \")\" expected, not the end"},
        {"hasIndicator(id = 1)",
         "position 14: hasIndicator takes no query here: there are no indicators to ask for"},
        {R"(name = "say "hi" \ it's")", R"(position 18: unknown escape; a backslash is written "\\")"},
        {R"(name = "say "hi"")", "position 14: AND, OR or the end expected, not \"hi\""},
        {R"(name = "C:\temp")", R"(position 11: unknown escape; a backslash is written "\\")"},
        {"name = \"open", "position 8: a quoted text without an end"},
        {"name = 'ends in \\", "position 8: a quoted text without an end"},
        {"name ! 'a'", "position 6: \"!\" without \"=\""},
        {"name = 'ä' § 1", "position 12: unexpected character \"§\""},
        {"name = 'äöü' or x = 1", "position 17: \"x\" is no keyword of cases"},
        {std::string_view("id\0= 1", 6), "position 3: unexpected character that cannot be shown"},
    };
    for (const auto& [text, sentence] : rows) BOOST_TEST(refusal(text) == sentence);
}

BOOST_AUTO_TEST_CASE(date_functions_are_read_strictly) {
    for (const std::string_view bad :
         {"NOW", "NOW(", "NOW() 1 HOUR", "NOW() -", "NOW() - HOUR", "NOW() - 1", "NOW() - 1 FORTNIGHT",
          "NOW() - 100001 DAYS", "NOW() - 1 HOUR x", "TODAYS()", "NOW() - 99999 YEARS", "NOW() - -1 DAY",
          "NOW() - 99999999999 DAYS", "yesterday", "2024-1-2", "2024-01-02 25:00:00", ""}) {
        BOOST_TEST_CONTEXT(bad) {
            BOOST_TEST(refusal("dateAdded > \"" + std::string(bad) + "\"")
                           .starts_with("position 13: dateAdded takes"));
        }
    }
}

BOOST_AUTO_TEST_CASE(nesting_is_bounded_and_length_is_not) {
    const auto nested = [](std::size_t n) { return std::string(n, '(') + "id = 1" + std::string(n, ')'); };
    BOOST_TEST(query::to_text(must_read(nested(64))) == "id = 1");
    BOOST_TEST(refusal(nested(65)) == "position 66: nested deeper than 64 levels");
    BOOST_TEST(refusal(nested(100'000)) == "position 66: nested deeper than 64 levels");
    std::string negations, chain = "id = 0", cases_of;
    for (int i = 0; i < 70; ++i) negations += "NOT ";
    BOOST_TEST(refusal(negations + "id = 1") == "position 261: nested deeper than 64 levels");
    for (int i = 0; i < 70; ++i) cases_of += "hasCase(";
    BOOST_TEST(refusal(cases_of) == "position 521: nested deeper than 64 levels");
    for (int i = 1; i < 50'000; ++i) chain += " or id = " + std::to_string(i);
    BOOST_TEST(must_read(chain).parts.size() == 50'000U);
}

BOOST_AUTO_TEST_CASE(a_long_word_is_cut_in_a_refusal_between_characters) {
    const std::string text = refusal("name = 'a' " + std::string(60, 'x'));
    BOOST_TEST(text == "position 12: AND, OR or the end expected, not \"" + std::string(40, 'x') + "…\"");
    std::string umlauts;
    for (int i = 0; i < 30; ++i) umlauts += "ä";
    const std::string refused = refusal("id = '1" + umlauts + "'");
    BOOST_TEST(refused.ends_with("ää…\""));
}

BOOST_AUTO_TEST_CASE(paths_are_those_that_a_document_must_show) {
    std::vector<std::string_view> paths;
    query::append_paths(must_read("id = 1 and (name = 'x' or not hasTag(name = 'y')) and calScore = 1"),
                        paths);
    const std::vector<std::string_view> expected{"id", "name", "tags.data"};
    BOOST_TEST(paths == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
