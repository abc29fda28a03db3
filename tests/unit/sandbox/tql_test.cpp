// TQL from ThreatConnect fact sheet §5: tokens, grammar, operators, literals, keywords.
#include "support.hpp"

#include "sandbox/threatconnect/tql.hpp"

#include <boost/test/unit_test.hpp>

namespace tc = casebridge::sandbox::threatconnect;
namespace tql = tc::tql;

BOOST_AUTO_TEST_SUITE(sandbox_tql)

BOOST_AUTO_TEST_CASE(strings_end_at_their_own_quote_and_undo_four_escapes) {
    const auto t = tql::tokens(R"(a = "x\"y" b = 'p\'q\\r\`')").value();
    BOOST_TEST(t.size() == 7u);
    BOOST_TEST(t[2].text == "x\"y");
    BOOST_TEST(t[5].text == "p'q\\r`");
    BOOST_TEST(t[5].at == 15u);
}

BOOST_AUTO_TEST_CASE(an_unescaped_quote_inside_a_string_is_a_syntax_error) {
    BOOST_TEST(tql::parse(R"(name = "say "hi" there")").has_error());
    BOOST_TEST(tql::parse("name = \"open").error().message.find("column 8") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(numbers_dates_and_words_are_told_apart) {
    const auto t = tql::tokens("a>=4 and b<-7.5 and c > 2022-03-03").value();
    BOOST_TEST((t[2].kind == tql::token_kind::number));
    BOOST_TEST(t[6].text == "-7.5");
    BOOST_TEST((t[10].kind == tql::token_kind::date));
    BOOST_TEST(tql::tokens("a = 12abc").has_error());
    BOOST_TEST(tql::tokens("a ! b").has_error());
}

BOOST_AUTO_TEST_CASE(and_binds_tighter_than_or) {
    const auto n = tql::parse("a = 1 OR b = 2 AND c = 3").value();
    BOOST_TEST((n.type == tql::node::kind::any));
    BOOST_TEST(n.children.size() == 2u);
    BOOST_TEST((n.children[1].type == tql::node::kind::all));
}

BOOST_AUTO_TEST_CASE(every_spelling_of_an_operator_is_read) {
    for (const auto* text : {"a = 1",
                             "a==1",
                             "a EQ 1",
                             "a equals 1",
                             "a!=1",
                             "a NE 1",
                             "a>1",
                             "a GT 1",
                             "a<1",
                             "a LT 1",
                             "a>=1",
                             "a GEQ 1",
                             "a<=1",
                             "a leq 1",
                             "a IN(1,2)",
                             "a in (1)",
                             "a NOT IN (1)",
                             "a NOT_IN (1)",
                             "a LIKE \"x%\"",
                             "a LIKE (\"x%\")",
                             "a NOT LIKE \"x\"",
                             "a CONTAINS \"x\"",
                             "a CONTAINS (\"x\",\"y\")",
                             "a NOT CONTAINS \"x\"",
                             "a STARTSWITH \"x\"",
                             "a STARTS_WITH \"x\"",
                             "a NOT STARTSWITH 'x'",
                             "a NOT_ENDS_WITH 'x'",
                             "a IS NULL",
                             "a is not null",
                             "NOT a = 1",
                             "hasTag()",
                             "hasTag (a = 1)",
                             "(a = true)",
                             "a IN ()"})
        BOOST_TEST(tql::parse(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(what_is_not_tql_is_refused) {
    for (const auto* text : {"a", "a =", "= 1", "a = 1 b = 2", "a = 1 and", "(a = 1", "a = 1)", "a IN 1",
                             "a IN (1,)", "a IN [1, 2]", "a = (1)", "a NOT = 1", "a IS 1", "a IS NOT 1",
                             "hasTag(a = 1", "a = NULL", "and", "a ~ 1", "a NOT NOT_IN (1)"})
        BOOST_TEST(tql::parse(text).has_error(), text);
}

BOOST_AUTO_TEST_CASE(deep_nesting_is_refused_and_does_not_overflow) {
    BOOST_TEST(tql::parse(std::string(100'000, '(') + "a = 1").has_error());
    std::string nots;
    for (int i = 0; i < 50'000; ++i) nots += "NOT ";
    BOOST_TEST(tql::parse(nots + "a = 1").has_error());
}

BOOST_AUTO_TEST_CASE(comparisons_find_the_published_cases) {
    tc::bench b;
    const auto cases = [&](std::string_view q) { return b.ids("cases", q); };
    BOOST_TEST(cases("id = 2") == "2");
    BOOST_TEST(cases("id IN (3,1,9)") == "1,3");
    BOOST_TEST(cases("id NOT IN (3,1)") == "2");
    BOOST_TEST(cases("status = \"Closed\"") == "2");
    BOOST_TEST(cases("STATUS EQ 'Open' and severity != \"Low\"") == "3");
    BOOST_TEST(cases("name LIKE \"%Investigation\"") == "1,2");
    BOOST_TEST(cases("name LIKE \"P%In%n\"") == "1");
    BOOST_TEST(cases("name STARTSWITH \"Mal\" or name ENDSWITH \"Findings\"") == "2,3");
    BOOST_TEST(cases("name CONTAINS (\"Phish\",\"Malware\")") == "1,2");
    BOOST_TEST(cases("name NOT CONTAINS \"Investigation\"") == "3");
    BOOST_TEST(cases("detectionOverdue = True") == "2");
    BOOST_TEST(cases("timeToDetect >= 2023") == "2");
    BOOST_TEST(cases("xid = 'a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1'") == "1");
    BOOST_TEST(cases("idAsString LIKE \"2%\"") == "2");
    BOOST_TEST(cases("owner = 1 and ownerName = \"Demo Organization\"") == "1,2,3");
    BOOST_TEST(cases("createdBy = '11112222333344445555'") == "1");
    BOOST_TEST(cases("id = \"2\"") == "2");
}

BOOST_AUTO_TEST_CASE(assignees_are_found_by_name_id_and_kind) {
    tc::bench b;
    BOOST_TEST(b.ids("cases", "assigneeName = \"SOC Team\"") == "3");
    BOOST_TEST(b.ids("cases", "assigneeName = \"smithj@threatconnect.com\"") == "1");
    BOOST_TEST(b.ids("cases", "targetId = 1 and targetType = \"User\"") == "1");
    BOOST_TEST(b.ids("cases", "assignedToUserOrGroup = \"None\"") == "2");
    BOOST_TEST(b.ids("cases", "targetType IS NULL") == "2");
}

BOOST_AUTO_TEST_CASE(an_absent_value_is_neither_equal_nor_unequal) {
    tc::bench b;
    BOOST_TEST(b.ids("cases", "description IS NULL") == "1,3");
    BOOST_TEST(b.ids("cases", "description IS NOT NULL") == "2");
    BOOST_TEST(b.ids("cases", "description = \"x\"") == "");
    BOOST_TEST(b.ids("cases", "description != \"x\"") == "2");
    BOOST_TEST(b.ids("cases", "NOT description = \"x\"") == "2");
    BOOST_TEST(b.ids("cases", "description = \"x\" or id = 1") == "1");
}

BOOST_AUTO_TEST_CASE(dates_compare_with_days_times_and_functions) {
    tc::bench b;
    BOOST_TEST(b.ids("cases", "dateAdded >= \"2025-04-09 09:51:54\"") == "2");
    BOOST_TEST(b.ids("cases", "dateAdded > 2025-04-09") == "2");
    BOOST_TEST(b.ids("cases", "dateAdded LEQ \"2023-03-09\"") == "1");
    BOOST_TEST(b.ids("cases", "dateAdded < \"2023-03-09\"") == "");
    BOOST_TEST(b.ids("cases", "dateAdded < \"2023-03-09T14:41:27.622Z\"") == "");
    const auto id = b.new_case();
    BOOST_TEST(b.ids("cases", "dateAdded > \"NOW() - 1 HOUR\"") == id);
    BOOST_TEST(b.ids("cases", "dateAdded >= \"TODAY()\"") == id);
    b.pass(2 * 86'400);
    BOOST_TEST(b.ids("cases", "dateAdded > \"NOW() - 1 DAY\"") == "");
    BOOST_TEST(b.ids("cases", "dateAdded > \"NOW() - 3 DAYS\"") == id);
    BOOST_TEST(b.get("cases?tql=dateAdded%20%3E%20%22soon%22").code() == "0x2001");
}

BOOST_AUTO_TEST_CASE(tags_match_if_one_does_and_are_denied_if_none_does) {
    tc::bench b;
    const auto id = b.new_case(R"("tags":{"data":[{"name":"vpn"},{"name":"mail"},{"techniqueId":"T1110"}]})");
    BOOST_TEST(b.ids("cases", "tag = \"vpn\"") == id);
    BOOST_TEST(b.ids("cases", "tag = \"no such tag\"") == "");
    BOOST_TEST(b.ids("cases", "tag != \"vpn\"") == "1,2,3");
    BOOST_TEST(b.ids("cases", "tag NOT IN (\"x\")") == "1,2,3," + id);
    BOOST_TEST(b.ids("cases", "attackTag = \"Brute Force\"") == id);
    BOOST_TEST(b.ids("cases", "tag = \"Brute Force\"") == "");
    BOOST_TEST(b.ids("cases", "hasTag()") == id);
    BOOST_TEST(b.ids("cases", "hasTag(summary = \"VPN\") and hasTag(name = \"mail\")") == id);
    BOOST_TEST(b.ids("cases", "hasTag(name = \"vpn\" and name = \"mail\")") == "");
    BOOST_TEST(b.ids("cases", "NOT hasTag(summary in (\"vpn\"))") == "1,2,3");
    BOOST_TEST(b.ids("cases", "hasAllTags(name in (\"vpn\",\"mail\"))") == id);
    BOOST_TEST(b.ids("cases", "hasAllTags(name in (\"vpn\",\"x\"))") == "");
    BOOST_TEST(b.ids("tags", "hasCase(id = " + id + ") and techniqueId is null") == "5,6");
    BOOST_TEST(b.ids("tags", "caseId = " + id + " and name = \"vpn\"") == "5");
    BOOST_TEST(b.ids("tags", "name = \"VPN\"") == "");
}

BOOST_AUTO_TEST_CASE(letter_case_matters_unless_switched_off) {
    tc::bench sensitive;
    BOOST_TEST(sensitive.ids("cases", "status = \"open\"") == "");
    tc::service_options o;
    o.insensitive_tql = true;
    tc::bench insensitive(o);
    BOOST_TEST(insensitive.ids("cases", "status = \"open\" and name like \"phishing%\"") == "1");
}

BOOST_AUTO_TEST_CASE(children_are_found_through_their_case_and_back) {
    tc::bench b;
    const auto id = b.new_case(
        R"("artifacts":{"data":[{"summary":"bad.example","type":"Host","notes":{"data":[{"text":"zz top"}]}}]})");
    BOOST_TEST(b.ids("artifacts", "hasCase(id = " + id + ")") == "1");
    BOOST_TEST(b.ids("artifacts", "type = \"Host\" and caseId = " + id) == "1");
    BOOST_TEST(b.ids("cases", "hasArtifact(hasNote(summary CONTAINS \"zz\"))") == id);
    BOOST_TEST(b.ids("notes", "hasArtifact(id = 1)") == "1");
    BOOST_TEST(b.ids("workflowEvents", "deleted = False and systemGenerated = true and caseId = 3") == "3");
    BOOST_TEST(b.ids("attributeTypes", "associatedType EQ \"Case\" and name = \"Bridge State\"") == "2");
    BOOST_TEST(b.ids("attributeTypes", "associatedType = \"Group\"") == "1,7");
    BOOST_TEST(b.ids("security/owners", "ownerName = \"Demo Source\"") == "3");
    BOOST_TEST(b.ids("security/users", "groupId = 1") == "1");
}

BOOST_AUTO_TEST_CASE(unknown_keywords_and_wrong_types_are_parse_errors) {
    tc::bench b;
    for (const auto* q : {"foo = 1", "id = \"x\"", "id LIKE \"1%\"", "hasTag = 1", "name(id = 1)",
                          "detectionOverdue > true", "hasTag(caseStatus = 1)", "dateAdded = 5"}) {
        const auto a = b.get("cases?tql=" + casebridge::http::encode(q));
        BOOST_TEST(a.status == 400u, q);
        BOOST_TEST(a.code() == "0x2001", q);
    }
    BOOST_TEST(b.get("notes?tql=author%20%3D%20%22nobody%22").code() == "0x2001");
    BOOST_TEST(b.get("cases?tql=").status == 200u);
}

BOOST_AUTO_TEST_SUITE_END()
