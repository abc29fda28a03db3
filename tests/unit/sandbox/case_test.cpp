// Cases as ThreatConnect fact sheet §4.1 and §6 have them.
#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>

namespace tc = casebridge::sandbox::threatconnect;
namespace bj = boost::json;

namespace {

const bj::object& data(const tc::answer& a) { return a.data().as_object(); }

std::string text(const tc::answer& a, std::string_view key) {
    const auto* v = data(a).if_contains(key);
    return v ? std::string(v->as_string()) : std::string("(absent)");
}

std::string names(const tc::answer& a, std::string_view collection, std::string_view key) {
    std::string out;
    const auto& c = data(a).at(collection).as_object();
    if (!c.contains("data")) return out;
    for (const auto& one : c.at("data").as_array()) {
        if (!out.empty()) out += ',';
        out += std::string(one.as_object().at(key).as_string());
    }
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_cases)

BOOST_AUTO_TEST_CASE(a_minimal_case_gets_its_defaults) {
    tc::bench b;
    const auto a = b.post("cases", R"({"name":"Odd login","severity":"Low","status":"Open"})");
    BOOST_TEST(a.status == 201u);
    BOOST_TEST(a.message() == "Created");
    BOOST_TEST(text(a, "dateAdded") == "2026-03-01T10:00:00Z");
    BOOST_TEST(text(a, "caseOpenTime") == "2026-03-01T10:00:00Z");
    BOOST_TEST(text(a, "resolution") == "Not Specified");
    BOOST_TEST(text(a, "xid").size() == 36u);
    BOOST_TEST(data(a).at("createdBy").as_object().at("userName").as_string() == "12345678901234567890");
    BOOST_TEST(data(a).at("caseOpenUser").as_object().at("pseudonym").as_string() == "bridge");
    for (const auto* absent :
         {"description", "assignee", "caseCloseTime", "caseCloseUser", "tags", "attributes", "userAccess"})
        BOOST_TEST(!data(a).contains(absent), absent);
    BOOST_TEST(!data(a).at("detectionOverdue").as_bool());
    BOOST_TEST(a.text.find("null") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_new_case_has_exactly_one_system_event) {
    tc::bench b;
    const auto id = b.new_case(R"("tags":{"data":[{"name":"t"}]})");
    b.put("cases/" + id, R"({"status":"Closed"})");
    const auto a = b.get("workflowEvents?tql=caseId%20%3D%20" + id);
    BOOST_TEST(a.data().as_array().size() == 1u);
    const auto& e = a.data().as_array()[0].as_object();
    BOOST_TEST(e.at("summary").as_string() == "Case created");
    BOOST_TEST(e.at("link").as_string() == "https://tc.example.org/api/v3/cases/" + id);
    BOOST_TEST(!e.contains("deleted"));
}

BOOST_AUTO_TEST_CASE(required_unknown_null_and_mistyped_members_are_refused) {
    tc::bench b;
    const std::pair<const char*, const char*> rows[] = {
        {R"({"severity":"Low","status":"Open"})", "0x2003"},
        {R"({"name":"n","status":"Open"})", "0x2003"},
        {R"({"name":"n","severity":"Low","status":"Open","colour":"red"})", "0x2005"},
        {R"({"name":"n","severity":"Low","status":"Open","description":null})", "0x2005"},
        {R"({"name":7,"severity":"Low","status":"Open"})", "0x2005"},
        {R"({"name":"","severity":"Low","status":"Open"})", "0x2005"},
        {R"({"name":"n","severity":"Lowest","status":"Open"})", "0x2005"},
        {R"({"name":"n","severity":"Low","status":"Open","id":9})", "0x2005"},
        {R"({"name":"n","severity":"Low","status":"Open","owner":"Demo Organization"})", "0x2005"},
        {R"({"name":"n","severity":"Low","status":"Open","caseOpenTime":"yesterday"})", "0x2005"},
        {R"({"name":"n","severity":"Low","status":"Open","xid":"short"})", "0x2005"},
        {R"({"name":"n","severity":"Low","status":"Open","tags":[{"name":"bare"}]})", "0x2005"},
        {R"([1])", "0x2005"},
        {R"({"name":)", "0x2005"},
        {"", "0x2005"},
    };
    for (const auto& [body, code] : rows) {
        const auto a = b.post("cases", body);
        BOOST_TEST(a.status == 400u, body);
        BOOST_TEST(a.code() == code, body);
    }
    BOOST_TEST(b.ids("cases", "id > 0") == "1,2,3");
}

BOOST_AUTO_TEST_CASE(texts_are_counted_in_characters_against_their_limits) {
    tc::bench b;
    std::string wide;
    for (int i = 0; i < 1500; ++i) wide += "ü";
    const auto id = b.new_case(R"("description":")" + wide + "\"");
    BOOST_TEST(b.put("cases/" + id, R"({"description":")" + wide + "x\"}").code() == "0x2005");
    BOOST_TEST(b.put("cases/" + id, R"({"name":")" + std::string(255, 'n') + "\"}").status == 200u);
    BOOST_TEST(b.put("cases/" + id, R"({"name":")" + std::string(256, 'n') + "\"}").status == 400u);
    BOOST_TEST(
        b.put("cases/" + id, R"({"tags":{"data":[{"name":")" + std::string(129, 't') + "\"}]}}").status ==
        400u);
    BOOST_TEST(b.put("cases/" + id, R"({"description":""})").status == 200u);
}

BOOST_AUTO_TEST_CASE(put_changes_only_what_it_names) {
    tc::bench b;
    b.pass(60);
    const auto a = b.put("cases/2", R"({"severity":"High"})");
    BOOST_TEST(a.status == 200u);
    BOOST_TEST(a.message() == "Updated");
    BOOST_TEST(text(a, "severity") == "High");
    BOOST_TEST(text(a, "description") == "Case to investigate new malware");
    BOOST_TEST(text(a, "lastUpdated") == "2026-03-01T10:01:00Z");
    BOOST_TEST(b.put("cases/2", R"({"xid":"0123456789"})").code() == "0x2005");
    BOOST_TEST(b.put("cases/2", "{}").status == 200u);
}

BOOST_AUTO_TEST_CASE(a_time_that_is_sent_back_as_it_was_is_no_change) {
    tc::bench b;
    const auto a = b.put(
        "cases/1", R"({"caseOpenTime":"2023-03-09T14:41:27.622000+00:00","name":"Phishing Investigation"})");
    BOOST_TEST(text(a, "caseOpenTime") == "2023-03-09T14:41:27.622Z");
    BOOST_TEST(text(a, "lastUpdated") == "2023-03-09T14:41:27.622Z");
}

BOOST_AUTO_TEST_CASE(closing_sets_time_and_user_and_reopening_removes_them) {
    tc::bench b;
    const auto id = b.new_case();
    const auto closed = b.put("cases/" + id, R"({"status":"Closed"})");
    BOOST_TEST(text(closed, "caseCloseTime") == "2026-03-01T10:00:00Z");
    BOOST_TEST(data(closed).contains("caseCloseUser"));
    b.pass(60);
    BOOST_TEST(text(b.put("cases/" + id, R"({"status":"Closed"})"), "caseCloseTime") ==
               "2026-03-01T10:00:00Z");
    const auto open = b.put("cases/" + id, R"({"status":"Open"})");
    BOOST_TEST(!data(open).contains("caseCloseTime"));
    BOOST_TEST(!data(open).contains("caseCloseUser"));
    const auto given =
        b.put("cases/" + id, R"({"status":"Closed","caseCloseTime":"2024-05-06T07:08:09+02:00"})");
    BOOST_TEST(text(given, "caseCloseTime") == "2024-05-06T05:08:09Z");
}

BOOST_AUTO_TEST_CASE(assignees_are_taken_by_id_and_name_and_can_be_removed) {
    tc::bench b;
    const auto set = [&](std::string_view assignee) {
        return b.put("cases/2", R"({"assignee":)" + std::string(assignee) + "}");
    };
    const auto who = [](const tc::answer& a) {
        const auto& x = data(a).at("assignee").as_object();
        return std::string(x.at("type").as_string()) +
               std::to_string(x.at("data").as_object().at("id").as_int64());
    };
    BOOST_TEST(who(set(R"({"type":"User","data":{"userName":"smithj@threatconnect.com"}})")) == "User1");
    BOOST_TEST(who(set(R"({"type":"Group","data":{"name":"SOC Team"}})")) == "Group1");
    BOOST_TEST(who(set(R"({"type":"User","data":{"id":3}})")) == "User3");
    BOOST_TEST(who(set(R"({"type":null,"data":{"id":3,"userName":"smithj@threatconnect.com"}})")) == "User3");
    BOOST_TEST(who(set(R"({"type":"user","data":{"id":"4","userName":"nobody"}})")) == "User4");
    BOOST_TEST(set(R"({"type":"User","data":{"userName":"nobody"}})").status == 400u);
    BOOST_TEST(set(R"({"type":"Robot","data":{"id":1}})").code() == "0x2005");
    BOOST_TEST(set(R"({"type":"User"})").code() == "0x2003");
    BOOST_TEST(who(b.get("cases/2")) == "User4");
    BOOST_TEST(!data(set(R"({"type":"None"})")).contains("assignee"));
}

BOOST_AUTO_TEST_CASE(tags_append_by_default_and_obey_mode_in_any_letter_case) {
    tc::bench b;
    const auto id = b.new_case(R"("tags":{"data":[{"name":"a"},{"name":"b"}],"mode":"replace"})");
    const auto put = [&](std::string_view tags) {
        return names(b.put("cases/" + id + "?fields=tags", R"({"tags":)" + std::string(tags) + "}"), "tags",
                     "name");
    };
    BOOST_TEST(put(R"({"data":[{"name":"c"},{"name":"a"}]})") == "a,b,c");
    BOOST_TEST(put(R"({"data":[{"name":"b"},{"name":"unknown"}],"mode":"delete"})") == "a,c");
    BOOST_TEST(put(R"({"data":[{"name":" d "},{"name":"a"}],"mode":"Replace"})") == "d,a");
    BOOST_TEST(put(R"({"data":[],"mode":"replace"})") == "");
    BOOST_TEST(put(R"({"data":[{"name":"ransom ware"},{"name":"Ransom-Ware"}]})") ==
               "ransom ware,Ransomware");
    BOOST_TEST(b.put("cases/" + id, R"({"tags":{"data":[],"mode":"merge"}})").status == 400u);
    BOOST_TEST(b.put("cases/" + id, R"({"tags":{"data":[{"techniqueId":"T0000"}]}})").status == 400u);
}

BOOST_AUTO_TEST_CASE(attributes_need_a_type_of_cases_and_keep_its_limits) {
    tc::bench b;
    const auto id = b.new_case();
    const auto add = [&](std::string_view type, std::string_view value) {
        return b.put("cases/" + id, R"({"attributes":{"data":[{"type":")" + std::string(type) +
                                        R"(","value":")" + std::string(value) + "\"}]}}");
    };
    BOOST_TEST(add("Bridge State", std::string(500, 'x')).status == 200u);
    BOOST_TEST(add("Bridge State", std::string(501, 'x')).status == 400u);
    BOOST_TEST(add("No Such Type", "x").status == 400u);
    BOOST_TEST(add("Adversary Type", "x").status == 400u);
    BOOST_TEST(add("Root Cause", "Malware").status == 200u);
    BOOST_TEST(add("Root Cause", "Malware").code() == "0x1001");
    BOOST_TEST(b.put("caseAttributes/2", R"({"value":"Nonsense"})").message() ==
               "Please enter a valid Root Cause.");
    for (int i = 0; i < 5; ++i) BOOST_TEST(add("Region", "more").status == 200u);
    BOOST_TEST(add("Region", "too many").code() == "0x1001");
    BOOST_TEST(b.post("caseAttributes", R"({"caseId":)" + id + R"(,"type":"Region","value":"x"})").code() ==
               "0x1001");
}

BOOST_AUTO_TEST_CASE(attributes_are_appended_replaced_and_deleted_by_id) {
    tc::bench b;
    const auto id =
        b.new_case(R"("attributes":{"data":[{"type":"Region","value":"A"},{"type":"Region","value":"B"}]})");
    const auto put = [&](std::string_view attributes) {
        return names(
            b.put("cases/" + id + "?fields=attributes", R"({"attributes":)" + std::string(attributes) + "}"),
            "attributes", "value");
    };
    BOOST_TEST(put(R"({"data":[{"type":"Region","value":"C","source":"s","default":true,"pinned":true}]})") ==
               "A,B,C");
    BOOST_TEST(put(R"({"data":[{"id":2}],"mode":"delete"})") == "A,C");
    BOOST_TEST(put(R"({"data":[{"id":1},{"type":"Region","value":"D"}],"mode":"replace"})") == "A,D");
    BOOST_TEST(put(R"({"data":[{"id":"1","value":"A2"}],"mode":"append"})") == "A2,D");
    BOOST_TEST(
        b.put("cases/" + id, R"({"attributes":{"data":[{"type":"Region"}],"mode":"delete"}})").code() ==
        "0x2003");
    BOOST_TEST(b.put("cases/1", R"({"attributes":{"data":[{"id":1,"value":"stolen"}]}})").status == 400u);
}

BOOST_AUTO_TEST_CASE(a_refused_write_changes_nothing) {
    tc::bench b;
    const auto before = b.get("cases/1?fields=_all_").text;
    const auto a = b.put("cases/1", R"({"name":"changed","tags":{"data":[{"name":"new"}]},
        "artifacts":{"data":[{"summary":"x","type":"Host"}]},"attributes":{"data":[{"type":"No Such Type","value":"v"}]}})");
    BOOST_TEST(a.status == 400u);
    BOOST_TEST(b.get("cases/1?fields=_all_").text == before);
    BOOST_TEST(b.ids("tags", "name = \"new\"") == "");
    BOOST_TEST(b.ids("artifacts", "id > 0") == "");
}

BOOST_AUTO_TEST_CASE(an_xid_is_unique_until_its_case_is_gone_and_ids_never_return) {
    tc::bench b;
    const auto first = b.new_case(R"("xid":"my-xid-0001")");
    BOOST_TEST(
        b.post("cases", R"({"name":"n","severity":"Low","status":"Open","xid":"my-xid-0001"})").code() ==
        "0x1006");
    BOOST_TEST(b.get("cases/my-xid-0001").status == 200u);
    BOOST_TEST(b.remove("cases/" + first).text == R"({"message":"Deleted","status":"Success"})");
    BOOST_TEST(b.get("cases/" + first).status == 404u);
    BOOST_TEST(b.get("cases/my-xid-0001").code() == "0x1004");
    const auto second = b.new_case(R"("xid":"my-xid-0001")");
    BOOST_TEST(second != first);
}

BOOST_AUTO_TEST_CASE(user_access_hides_a_case_from_everybody_else) {
    tc::bench b;
    const auto id = b.new_case(
        R"("artifacts":{"data":[{"summary":"x","type":"Host"}]},"userAccess":{"data":[{"id":4}]})");
    BOOST_TEST(b.get("cases/" + id).status == 200u);
    BOOST_TEST(
        b.put("cases/" + id, R"({"userAccess":{"data":[{"userName":"smithj@threatconnect.com"}]}})").status ==
        200u);
    BOOST_TEST(b.get("cases/" + id).status == 404u);
    BOOST_TEST(b.put("cases/" + id, "{}").status == 404u);
    BOOST_TEST(b.ids("cases", "id > 0") == "1,2,3");
    BOOST_TEST(b.ids("artifacts", "id > 0") == "");
    BOOST_TEST(b.put("cases/1", R"({"userAccess":{"data":[{"userName":"nobody"}]}})").status == 400u);
}

BOOST_AUTO_TEST_CASE(cases_live_in_organizations_only) {
    tc::bench b;
    const auto body = R"({"name":"n","severity":"Low","status":"Open"})";
    BOOST_TEST(b.post("cases?owner=Demo+Community", body).code() == "0x1003");
    BOOST_TEST(b.get("cases?owner=Demo+Source").status == 403u);
    BOOST_TEST(b.get("cases?owner=No+Such+Owner").status == 403u);
    BOOST_TEST(b.get("cases?owner=Demo+Organization").status == 200u);
    BOOST_TEST(b.get("tags?owner=Demo+Community").status == 200u);
}

BOOST_AUTO_TEST_CASE(associated_cases_link_both_ways) {
    tc::bench b;
    b.put("cases/1", R"({"associatedCases":{"data":[{"id":2}],"mode":"append"}})");
    BOOST_TEST(names(b.get("cases/2?fields=associatedCases"), "associatedCases", "name") ==
               "Phishing Investigation");
    BOOST_TEST(b.ids("cases", "hasCase(id = 1)") == "2");
    b.put("cases/2", R"({"associatedCases":{"data":[{"id":1}],"mode":"delete"}})");
    BOOST_TEST(names(b.get("cases/1?fields=associatedCases"), "associatedCases", "name") == "");
    BOOST_TEST(b.put("cases/1", R"({"associatedCases":{"data":[{"id":99}]}})").status == 400u);
}

BOOST_AUTO_TEST_CASE(fractions_are_unpadded_when_switched_on) {
    tc::service_options o;
    o.fractions = true;
    tc::bench b(o);
    b.now.micros += 270'000;
    const auto id = b.new_case();
    BOOST_TEST(text(b.get("cases/" + id), "dateAdded") == "2026-03-01T10:00:00.27Z");
}

BOOST_AUTO_TEST_SUITE_END()
