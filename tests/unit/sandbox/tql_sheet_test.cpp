// The whole of ThreatConnect fact sheet §5 as tables: every keyword of cases with every operator that fits it, every form of a
// literal, what nests, what binds how, and what is no TQL; then order (§3.4) over it.
#include "support.hpp"

#include "sandbox/threatconnect/tql.hpp"
#include "sandbox/threatconnect/tql_filter.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <vector>

namespace tc = casebridge::sandbox::threatconnect;
namespace tql = tc::tql;

namespace {

// Six cases; with the three published ones, 1 to 3, nine.
constexpr std::string_view six = R"json({"users":[
  {"id":7,"userName":"ann","firstName":"Ann","lastName":"Lee","owner":"Demo Organization","systemRole":"User"}],
"cases":[
 {"id":11,"name":"Alpha one","description":"first words","status":"Open","severity":"Low","resolution":"Not Specified",
  "dateAdded":"2024-03-01T00:00:00Z","lastUpdated":"2024-04-01T00:00:00Z","xid":"xid-number-eleven",
  "tags":{"data":[{"name":"red"},{"name":"blue"}]},"assignee":{"type":"User","data":{"id":7}}},
 {"id":12,"name":"alpha TWO","description":"Second words, 50% off","status":"Closed","severity":"High","resolution":"Rejected",
  "dateAdded":"2024-03-01T23:59:59Z","lastUpdated":"2024-04-01T00:00:00Z","caseCloseTime":"2024-03-05T12:00:00Z",
  "tags":{"data":[{"name":"red"}]},"assignee":{"type":"Group","data":{"id":1}}},
 {"id":13,"name":"Beta","description":"third","status":"Open","severity":"Medium","resolution":"Escalated",
  "dateAdded":"2024-03-02T00:00:00Z","lastUpdated":"2024-03-31T00:00:00Z","timeToDetect":60,"detectionOverdue":true},
 {"id":14,"name":"Gamma \"quoted\"","status":"Open","severity":"Critical","resolution":"Not Specified",
  "dateAdded":"2024-03-02T00:00:00.250Z","lastUpdated":"2024-03-30T00:00:00Z","tags":{"data":[{"name":"Blue"}]}},
 {"id":112,"name":"Straße Ärger","description":"sechste","status":"Closed","severity":"Low","resolution":"Not Specified",
  "dateAdded":"2024-03-03T00:00:00Z","lastUpdated":"2024-03-29T00:00:00Z"},
 {"id":113,"name":"under_score\\back","description":"a\\b","status":"Open","severity":"Low","resolution":"Not Specified",
  "dateAdded":"2024-03-04T05:00:00Z","lastUpdated":"2024-03-28T00:00:00Z"}]})json";

struct nine : tc::bench {
    explicit nine(tc::service_options o = {}) : tc::bench(std::move(o)) {
        BOOST_REQUIRE(under_test.load(std::string(six)).has_value());
    }
    // The made ones among the ids.
    std::string cases(std::string_view q, std::string_view more = {}) {
        return ids("cases", "id > 10 AND (" + std::string(q) + ")", more);
    }
};

using expected = std::vector<std::pair<std::string_view, std::string_view>>;

void all_give(nine& b, const expected& rows) {
    for (const auto& [q, ids] : rows) BOOST_TEST(b.cases(q) == ids, q << " gives " << b.cases(q));
}

std::string code_of(nine& b, std::string_view q, std::string_view path = "cases") {
    const auto a = b.get(std::string(path) + "?tql=" + casebridge::http::encode(q));
    return std::to_string(a.status) + " " + (a.status == 200 ? std::string() : a.code());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_tql_sheet)

BOOST_AUTO_TEST_CASE(every_keyword_of_cases_is_known_and_typed) {
    nine b;
    const std::map<std::string, std::vector<std::string_view>> by_type{
        {"= 1",
         {"calScore", "createdById", "hasWorkflowTemplate", "id", "missingArtifactCount", "owner", "targetId",
          "threatAssessScore", "timeToDetect", "timeToRespond"}},
        {"= \"x\"",
         {"assignedToUserOrGroup", "assigneeName", "attackTag", "caseCloseUser", "caseDetectionUser",
          "caseOccurrenceUser", "caseOpenUser", "createdBy", "description", "idAsString", "name", "ownerName",
          "resolution", "severity", "status", "tag", "targetType", "typeName", "xid"}},
        {">= \"2024-01-02 03:04:05\"",
         {"caseCloseDate", "caseCloseTime", "caseDetectionTime", "caseOccurrenceTime", "caseOpenDate",
          "caseOpenTime", "dateAdded", "detectionDue", "lastUpdated", "responseDue"}},
        {"= true", {"detectionOverdue", "responseOverdue"}},
        {"(id = 1)",
         {"hasAllTags", "hasArtifact", "hasCase", "hasGroup", "hasIndicator", "hasNote", "hasTag",
          "hasTask"}},
    };
    std::size_t known = 0;
    for (const auto& [rest, keywords] : by_type) {
        for (const auto k : keywords) {
            BOOST_TEST(code_of(b, std::string(k) + " " + rest) == "200 ", k);
            BOOST_TEST(code_of(b, casebridge::http::encode(k) + "_ " + rest) == "400 0x2001", k);
            for (const auto& [other, unused] : by_type) {
                const bool fits = other == rest || (rest == "= \"x\"" && other != "(id = 1)");
                if (!fits)
                    BOOST_TEST(code_of(b, std::string(k) + " " + other) == "400 0x2001", k << " " << other);
            }
            ++known;
        }
    }
    BOOST_TEST(known == 49u);
    const auto listed = b.ask("OPTIONS", "/api/v3/cases/tql").data().as_array();
    BOOST_TEST(listed.size() == known);
}

BOOST_AUTO_TEST_CASE(keywords_of_cases_mean_what_the_sheet_says) {
    nine b;
    all_give(b, {{"owner = 1", "11,12,13,14,112,113"},
                 {"ownerName = \"Demo Organization\"", "11,12,13,14,112,113"},
                 {"owner = 2", ""},
                 {"timeToDetect > 59", "13"},
                 {"detectionOverdue = TRUE", "13"},
                 {"responseOverdue = false", "11,12,13,14,112,113"},
                 {"typeName = \"Beta\"", "13"},
                 {"xid = 'xid-number-eleven'", "11"},
                 {"resolution IN (\"Rejected\",\"Escalated\")", "12,13"},
                 {"caseCloseDate IS NOT NULL", "12"},
                 {"caseCloseTime = \"2024-03-05T12:00:00Z\"", "12"},
                 {"idAsString CONTAINS \"12\"", "12,112"},
                 {"idAsString LIKE \"11%\"", "11,112,113"},
                 {"idAsString ENDSWITH \"3\"", "13,113"},
                 {"targetType = \"User\" AND targetId = 7", "11"},
                 {"targetType = \"Group\" AND targetId = 1", "12"},
                 {"targetId IS NULL", "13,14,112,113"},
                 {"assignedToUserOrGroup = \"None\"", "13,14,112,113"},
                 {"assignedToUserOrGroup IN (\"User\",\"Group\")", "11,12"},
                 {"assigneeName = \"ann\"", "11"},
                 {"assigneeName = \"SOC Team\"", "12"},
                 {"assigneeName IS NULL", "13,14,112,113"},
                 {"tag IN (\"blue\")", "11"},
                 {"hasTag(summary = \"blue\")", "11,14"},
                 {"hasAllTags(name IN (\"red\",\"blue\"))", "11"}});
    const auto red = b.ids("tags", "name = \"red\"");
    const auto blue = b.ids("tags", "name = \"blue\"");
    all_give(b, {{"hasTag(id = " + red + ")", "11,12"},
                 {"hasTag(id IN (" + red + "," + blue + "))", "11,12"},
                 {"hasTag(id = " + red + ") AND hasTag(id = " + blue + ")", "11"},
                 {"hasTag(id = " + red + " AND id = " + blue + ")", ""},
                 {"NOT hasTag(id IN (" + red + "," + blue + "))", "13,14,112,113"},
                 {"NOT hasTag()", "13,112,113"},
                 {"hasTag(id IN ())", ""},
                 {"hasTag(caseId = 12)", "11,12"},
                 {"hasTag(hasCase(name = \"alpha TWO\"))", "11,12"}});
}

BOOST_AUTO_TEST_CASE(every_operator_in_every_spelling_gives_the_same) {
    nine b;
    const std::vector<std::pair<std::string_view, std::vector<std::string_view>>> same{
        {"12",
         {"id = 12", "id == 12", "id=12", "id==12", "id EQ 12", "id eq 12", "id EQUALS 12", "ID Equals 12",
          "id IN (12)", "id in(12)"}},
        {"11,13,14,112,113",
         {"id != 12", "id!=12", "id NE 12", "id NOT IN (12)", "id NOT_IN (12)", "id not in(12)",
          "NOT id = 12"}},
        {"112,113", {"id > 14", "id>14", "id GT 14", "id gt 14", "NOT id <= 14"}},
        {"11,12", {"id < 13", "id<13", "id LT 13"}},
        {"14,112,113", {"id >= 14", "id>=14", "id GEQ 14", "NOT id < 14"}},
        {"11,12,13", {"id <= 13", "id<=13", "id LEQ 13"}},
        {"11",
         {"name LIKE \"Alpha%\"", "name LIKE (\"Alpha%\")", "name STARTSWITH \"Alpha\"",
          "name STARTS_WITH \"Alpha\"", "name like 'A%one'"}},
        {"12,13,14,112,113",
         {"name NOT LIKE \"Alpha%\"", "name NOT_LIKE \"Alpha%\"", "name NOT STARTSWITH \"Alpha\"",
          "name NOT_STARTS_WITH \"Alpha\"", "NOT name LIKE \"Alpha%\""}},
        {"11,12",
         {"name CONTAINS \"lpha\"", "name contains 'lpha'", "name LIKE \"%lpha%\"",
          "name CONTAINS (\"lpha\")", "name CONTAINS (\"nothing\",\"lpha\")"}},
        {"13,14,112,113",
         {"name NOT CONTAINS \"lpha\"", "name NOT_CONTAINS \"lpha\"", "name NOT CONTAINS (\"lpha\",\"x\")",
          "NOT name CONTAINS \"lpha\""}},
        {"13", {"name ENDSWITH \"eta\"", "name ENDS_WITH \"eta\"", "name LIKE \"%eta\""}},
        {"11,12,14,112,113", {"name NOT ENDSWITH \"eta\"", "name NOT_ENDS_WITH \"eta\""}},
        {"14", {"description IS NULL", "description is null", "NOT description IS NOT NULL"}},
        {"11,12,13,112,113", {"description IS NOT NULL", "NOT description IS NULL"}},
    };
    for (const auto& [ids, queries] : same)
        for (const auto q : queries) BOOST_TEST(b.cases(q) == ids, q << " gives " << b.cases(q));
}

BOOST_AUTO_TEST_CASE(only_the_percent_sign_stands_for_anything) {
    nine b;
    all_give(b, {{"name LIKE \"under_score%\"", "113"},
                 {"name LIKE \"under%\"", "113"},
                 {"name LIKE \"underXscore%\"", ""},
                 {"name LIKE \"u_der%\"", ""},
                 {"description CONTAINS \"50%\"", "12"},
                 {"description CONTAINS \"5%\"", ""},
                 {"description LIKE \"%50% off\"", "12"},
                 {"description LIKE \"%5%\"", "12"},
                 {"name LIKE \"%\"", "11,12,13,14,112,113"}});
}

BOOST_AUTO_TEST_CASE(strings_have_two_quotes_and_four_escapes) {
    nine b;
    all_give(b, {{R"(name CONTAINS "\"quoted\"")", "14"},
                 {R"(name CONTAINS '"quoted"')", "14"},
                 {R"(name CONTAINS '\"quoted\"')", "14"},
                 {R"(name ENDSWITH "\\back")", "113"},
                 {R"(description = 'a\\b')", "113"},
                 {R"(name != "it\'s")", "11,12,13,14,112,113"},
                 {R"(name != "a \` b")", "11,12,13,14,112,113"},
                 {"name = \"Straße Ärger\"", "112"}});
    for (const auto* q : {R"(name = "a\b")", R"(name = "a\n")", R"(name = "open)", R"(name = 'a"b')",
                          "name = ‘Beta’", R"(name = "a" "b")"})
        BOOST_TEST((code_of(b, q) == "400 0x2001") == (std::string_view(q) != R"(name = 'a"b')"), q);
}

BOOST_AUTO_TEST_CASE(letters_of_every_script_lose_their_case_where_case_does_not_matter) {
    nine with;
    BOOST_TEST(with.cases("name CONTAINS \"STRASSE\"") == "");
    BOOST_TEST(with.cases("name CONTAINS \"ÄRGER\"") == "");
    BOOST_TEST(with.cases("name = \"beta\"") == "");
    tc::service_options o;
    o.insensitive_tql = true;
    nine without(o);
    all_give(without, {{"name CONTAINS \"STRAßE\"", "112"},
                       {"name CONTAINS \"STRASSE\"", ""},
                       {"name CONTAINS \"ÄRGER\"", "112"},
                       {"name = \"beta\"", "13"},
                       {"name NOT IN (\"BETA\")", "11,12,14,112,113"},
                       {"name STARTSWITH \"ALPHA\"", "11,12"},
                       {"tag = \"BLUE\"", "11,14"},
                       {"severity = 'low' AND status = 'oPEN'", "11,113"}});
    BOOST_TEST(tql::without_letter_case("ÄΣς🔥ẞé東\xff\xc3") == "äσς🔥ßé東\xff\xc3");
}

BOOST_AUTO_TEST_CASE(dates_are_read_in_every_form_and_mean_utc) {
    nine b;
    all_give(b, {{"dateAdded = \"2024-03-02T00:00:00Z\"", "13"},
                 {"dateAdded = \"2024-03-02 00:00:00\"", "13"},
                 {"dateAdded = \"2024-03-02T00:00:00\"", "13"},
                 {"dateAdded = '2024-03-02'", "13"},
                 {"dateAdded = 2024-03-02", "13"},
                 {"dateAdded = \"2024-03-02T02:00:00+02:00\"", "13"},
                 {"dateAdded = \"2024-03-01T19:00:00-0500\"", "13"},
                 {"dateAdded = \"2024-03-02T00:00:00.250Z\"", "14"},
                 {"dateAdded > \"2024-03-02\"", "14,112,113"},
                 {"dateAdded >= \"2024-03-02\"", "13,14,112,113"},
                 {"dateAdded < 2024-03-02", "11,12"},
                 {"dateAdded <= \"2024-03-01T23:59:59Z\"", "11,12"},
                 {"dateAdded LEQ \"2024-03-01\"", "11,12"},
                 {"dateAdded LEQ \"2024-03-01 00:00:00\"", "11"},
                 {"dateAdded != \"2024-03-02\"", "11,12,14,112,113"},
                 {"dateAdded >= \"NOW() - 25 MONTHS\"", "11,12,13,14,112,113"},
                 {"dateAdded >= \"NOW() - 1 YEAR\"", ""},
                 {"dateAdded < \"TODAY() - 103 WEEKS\" AND dateAdded < \"today()\"", "11,12,13,14,112,113"},
                 {"caseCloseTime < \"2030-01-01\"", "12"},
                 {"NOT caseCloseTime < \"2030-01-01\"", ""}});
    for (const auto* q :
         {"dateAdded = \"yesterday\"", "dateAdded = \"2024-13-01\"", "dateAdded = \"2024-02-30\"",
          "dateAdded = \"\"", "dateAdded = 2024-3-1", "dateAdded = 20240301", "dateAdded = true",
          "dateAdded > \"NOW() - HOUR\"", "dateAdded > \"NOW() - 1 FORTNIGHT\"", "dateAdded > NOW()",
          "dateAdded LIKE \"2024%\"", "dateAdded = \"2024-03-02T25:00:00Z\""})
        BOOST_TEST(code_of(b, q) == "400 0x2001", q);
}

BOOST_AUTO_TEST_CASE(dates_without_a_zone_can_mean_another_zone) {
    tc::service_options o;
    o.tql_zone_seconds = 5 * 3600;
    nine b(o);
    all_give(b, {{"dateAdded = \"2024-03-02T05:00:00\"", "13"},
                 {"dateAdded = \"2024-03-02T00:00:00Z\"", "13"},
                 {"dateAdded = \"2024-03-02T02:00:00+02:00\"", "13"},
                 {"dateAdded >= \"2024-03-04 10:00:00\"", "113"},
                 {"dateAdded < 2024-03-02", "11"},
                 {"dateAdded LEQ \"2024-03-01\"", "11"}});
    const auto id = b.new_case();  // at 10:00 of a day that began at 19:00 of the day before
    b.pass(10 * 3600);
    BOOST_TEST(b.cases("dateAdded >= \"TODAY()\"") == "");
    BOOST_TEST(b.cases("dateAdded >= \"NOW() - 10 HOURS\"") == id);
}

BOOST_AUTO_TEST_CASE(and_binds_before_or_and_not_before_both) {
    nine b;
    all_give(b, {{"id = 11 OR id = 12 AND status = \"Open\"", "11"},
                 {"(id = 11 OR id = 12) AND status = \"Closed\"", "12"},
                 {"status = \"Open\" AND id = 11 OR id = 12", "11,12"},
                 {"NOT id = 11 AND status = \"Open\"", "13,14,113"},
                 {"NOT (id = 11 OR status = \"Open\")", "12,112"},
                 {"(NOT id = 11) AND (((status = \"Closed\")))", "12,112"},
                 {"id = 11 or id = 12 or id = 13 and id = 14", "11,12"},
                 {"id = 11\tOR\n id = 12", "11,12"},
                 {"NOT description CONTAINS \"words\"",
                  "13,112,113"},  // absent is unknown, and so is its negation
                 {"NOT (description CONTAINS \"words\" OR id = 14)", "13,112,113"},
                 {"description CONTAINS \"words\" OR id = 14", "11,12,14"}});
}

BOOST_AUTO_TEST_CASE(what_the_grammar_does_not_make_is_refused) {
    nine b;
    for (const auto* q : {"NOT NOT id = 1",
                          "id = 1AND id = 2",
                          "id = 1 ANDid = 2",
                          "(id = 1)AND(id = 2)",
                          "(id = 1) AND(id = 2)",
                          "NOT(id = 1)",
                          "id EQ(1)",
                          "name EQ\"x\"",
                          "name CONTAINS\"x\"",
                          "name LIKE(\"x\")",
                          "name LIKE (\"a\",\"b\")",
                          "name LIKE ()",
                          "name STARTSWITH (\"a\")",
                          "name = (\"a\")",
                          "id > (1)",
                          "id = 1;",
                          "id = 1 --",
                          "id = 1 /* */",
                          "id <> 1",
                          "id =! 1",
                          "id === 1",
                          "id = +1",
                          "id = 1e3",
                          "id = .5",
                          "id = 5.",
                          "id = 0x1",
                          "id IN 1,2",
                          "id IN (1 2)",
                          "id IN (,1)",
                          "id IN (1,)",
                          "id BETWEEN 1 AND 2",
                          "name = Beta",
                          "name = null",
                          "name IS 'x'",
                          "name IS NOT",
                          "name NULL",
                          "hasTag",
                          "hasTag = 1",
                          "hasTag()()",
                          "id()",
                          "hasTag(id)",
                          "() AND id = 1",
                          "()",
                          "AND",
                          "NOT",
                          "id = 1 OR",
                          "OR id = 1",
                          "1 = id",
                          "\"id\" = 1",
                          "id = 1)",
                          "((id = 1)",
                          "_id = 1",
                          "hasTag[id = 1]",
                          "a.id = 1",
                          "id NOT = 1",
                          "id NOT EQ 1",
                          "id NOT NULL",
                          "id NOT NOT IN (1)",
                          "name NOT NOT_LIKE \"x\"",
                          "id IN (SELECT 1)",
                          "id && id"})
        BOOST_TEST(code_of(b, q) == "400 0x2001", q);
    for (const auto* q :
         {"(id = 1)", "(NOT id = 1)", "id IN(1)", "id NOT IN(1)", "id IN ( 1 , 2 )", "hasTag ( )",
          "hasTag( id = 1 )", "id IN ()", "hasArtifact(hasNote(hasArtifact(id = 1)))", "id = -1",
          "timeToDetect > 7.5", "  id = 1  "})
        BOOST_TEST(code_of(b, q) == "200 ", q);
}

BOOST_AUTO_TEST_CASE(numbers_of_any_size_are_numbers) {
    nine b;
    BOOST_TEST(b.ids("cases", "id IN (12,333333333333333333333333333333333333333333333)") == "12");
    BOOST_TEST(b.ids("cases", "id = -99999999999999999999999999999999999999999") == "");
    BOOST_TEST(b.cases("id < 99999999999999999999999999999999") == "11,12,13,14,112,113");
}

BOOST_AUTO_TEST_CASE(operators_that_do_not_fit_a_type_are_refused) {
    nine b;
    for (const auto* q :
         {"id CONTAINS \"1\"", "id STARTSWITH 1", "id = \"one\"", "id = true", "id IN (1,\"x\")",
          "detectionOverdue > true", "detectionOverdue = 1", "detectionOverdue = \"maybe\"",
          "detectionOverdue LIKE \"t%\"", "hasTag(status = \"Open\")", "hasArtifact(resolution = \"x\")",
          "hasCase(hasTag(nothing = 1))", "status(id = 1)"})
        BOOST_TEST(code_of(b, q) == "400 0x2001", q);
    BOOST_TEST(code_of(b, "caseStatus = \"x\"", "tasks") == "400 0x2001");
    BOOST_TEST(code_of(b, "nothing = 1", "notes") == "400 0x2001");
}

BOOST_AUTO_TEST_CASE(lists_are_ordered_by_several_keywords) {
    nine b;
    const auto ordered = [&](std::string_view by) {
        return b.cases("id > 0", "&sorting=" + casebridge::http::encode(by));
    };
    BOOST_TEST(ordered("id desc") == "113,112,14,13,12,11");
    BOOST_TEST(ordered("lastUpdated asc id desc") == "113,112,14,13,12,11");
    BOOST_TEST(ordered("lastUpdated desc id asc") == "11,12,13,14,112,113");
    BOOST_TEST(ordered("lastUpdated DESC ID DESC") == "12,11,13,14,112,113");
    BOOST_TEST(ordered("dateAdded asc") == "11,12,13,14,112,113");
    BOOST_TEST(ordered("status asc dateAdded desc") == "112,12,113,14,13,11");
    BOOST_TEST(ordered("  severity   asc   id   desc  ") == "14,12,113,112,11,13");
    BOOST_TEST(ordered("caseCloseTime asc nullslast id asc") == "12,11,13,14,112,113");
    BOOST_TEST(ordered("caseCloseTime asc nullsfirst id asc") == "11,13,14,112,113,12");
    for (const auto* by : {"nothing asc", "desc", "hasTag asc", "id sideways", "id,name", "id;"}) {
        const auto a = b.get("cases?sorting=" + casebridge::http::encode(by));
        BOOST_TEST(a.status == 400u, by);
    }
}

BOOST_AUTO_TEST_SUITE_END()
