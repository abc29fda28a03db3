// Artifacts, events, notes, tasks, tags, lists, OPTIONS, v2, data files (ThreatConnect fact sheet §3, §4, §7, §11).
#include "support.hpp"

#include <boost/test/unit_test.hpp>

namespace tc = casebridge::sandbox::threatconnect;
namespace bj = boost::json;

namespace {

std::string text(const bj::value& v, std::string_view key) {
    const auto* m = v.as_object().if_contains(key);
    return m && m->is_string() ? std::string(m->get_string()) : std::string("(absent)");
}

std::string link(const tc::answer& a, std::string_view key) { return text(a.json, key); }

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_other)

BOOST_AUTO_TEST_CASE(a_file_artifact_gives_its_bytes_back_only_when_asked) {
    tc::bench b;
    const auto made = b.post(
        "artifacts", R"({"caseId":1,"summary":"a b","type":"Log File","fileData":"AAH/","source":"s"})");
    BOOST_TEST(made.status == 201u);
    BOOST_TEST(!made.data().as_object().contains("fileData"));
    BOOST_TEST(!made.data().as_object().contains("intelType"));
    BOOST_TEST(made.data().as_object().at("derivedLink").as_bool());
    BOOST_TEST(text(b.get("artifacts/1?fields=fileData").data(), "fileData") == "AAH/");
    const auto hash = text(made.data(), "hashCode");
    const auto changed = b.put("artifacts/1?fields=fileData", R"({"fileData":"AAAA"})");
    BOOST_TEST(text(changed.data(), "fileData") == "AAAA");
    BOOST_TEST(changed.data().as_object().at("id").as_int64() == 1);
    BOOST_TEST(text(changed.data(), "hashCode") != hash);
    BOOST_TEST(b.put("artifacts/1", R"({"fileData":"not base64"})").code() == "0x2005");
    BOOST_TEST(b.put("artifacts/1", R"({"type":"Host"})").code() == "0x2005");
    BOOST_TEST(b.remove("artifacts/1").status == 200u);
    BOOST_TEST(b.ids("artifacts", "caseId = 1") == "");
}

BOOST_AUTO_TEST_CASE(an_artifact_takes_after_its_type) {
    tc::bench b;
    const auto a =
        b.post("artifacts?fields=artifactType&fields=caseId&fields=parentCase",
               R"({"caseXid":"a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1","summary":"bad.example","type":"Host"})");
    BOOST_TEST(text(a.data(), "intelType") == "indicator-Host");
    BOOST_TEST(a.data().as_object().at("derivedLink").as_bool());
    BOOST_TEST(text(a.data(), "hashCode").size() == 40u);
    BOOST_TEST(a.data().as_object().at("artifactType").as_object().at("id").as_int64() == 2);
    BOOST_TEST(a.data().as_object().at("caseId").as_int64() == 1);
    BOOST_TEST(b.post("artifacts", R"({"caseId":1,"summary":"bad.example","type":"Host"})").status == 201u);
    BOOST_TEST(b.post("artifacts", R"({"caseId":1,"summary":"x","type":"Nothing"})").status == 400u);
    BOOST_TEST(b.post("artifacts", R"({"caseId":1,"summary":"x","type":"Host","fileData":"AAAA"})").code() ==
               "0x2002");
    BOOST_TEST(b.post("artifacts", R"({"summary":"x","type":"Host"})").code() == "0x2003");
    BOOST_TEST(b.post("artifacts", R"({"caseId":99,"summary":"x","type":"Host"})").status == 404u);
    BOOST_TEST(
        b.post("artifacts",
               R"({"caseId":2,"caseXid":"a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1","summary":"x","type":"Host"})")
            .code() == "0x2002");
}

BOOST_AUTO_TEST_CASE(events_are_deleted_softly_and_with_a_reason) {
    tc::bench b;
    const auto made =
        b.post("workflowEvents", R"({"caseId":1,"summary":"called","eventDate":"2024-01-01T01:01:01"})");
    BOOST_TEST(text(made.data(), "eventDate") == "2024-01-01T01:01:01Z");
    BOOST_TEST(!made.data().as_object().at("systemGenerated").as_bool());
    BOOST_TEST(!made.data().as_object().contains("link"));
    BOOST_TEST(b.remove("workflowEvents/4").code() == "0x2003");
    BOOST_TEST(b.remove("workflowEvents/4", R"({"deletedReason":"dup"})").status == 200u);
    BOOST_TEST(text(b.get("workflowEvents/4").data(), "deletedReason") == "dup");
    BOOST_TEST(b.ids("workflowEvents", "deleted = false") == "1,2,3");
    BOOST_TEST(b.remove("workflowEvents/1", R"({"deletedReason":"dup"})").status == 400u);
    BOOST_TEST(b.put("workflowEvents/1", R"({"summary":"x"})").status == 400u);
    BOOST_TEST(b.put("workflowEvents/1", R"({"notes":{"data":[{"text":"n"}]}})").status == 200u);
}

BOOST_AUTO_TEST_CASE(a_note_shows_its_case_only_where_it_is_one_of_the_case) {
    tc::bench b;
    b.post("artifacts", R"({"caseId":1,"summary":"x","type":"Host"})");
    const auto own = b.post("notes", R"({"caseId":1,"text":"seen on VPN"})");
    BOOST_TEST(own.data().as_object().at("caseId").as_int64() == 1);
    BOOST_TEST(text(own.data(), "author") == "12345678901234567890");
    BOOST_TEST(!own.data().as_object().at("edited").as_bool());
    const auto of_artifact = b.post("notes", R"({"artifactId":1,"text":"n"})");
    BOOST_TEST(!of_artifact.data().as_object().contains("caseId"));
    BOOST_TEST(of_artifact.data().as_object().at("artifactId").as_int64() == 1);
    BOOST_TEST(b.get("notes/2?fields=caseId").data().as_object().at("caseId").as_int64() == 1);
    BOOST_TEST(b.put("notes/1", R"({"text":"new"})").data().as_object().at("edited").as_bool());
    BOOST_TEST(b.ids("notes", "hasCase(id = 1)") == "1,2");
    BOOST_TEST(b.get("cases/1?fields=notes")
                   .data()
                   .as_object()
                   .at("notes")
                   .as_object()
                   .at("data")
                   .as_array()
                   .size() == 1u);
    BOOST_TEST(b.remove("notes/1").status == 200u);
    BOOST_TEST(b.get("notes/1").code() == "0x1004");
}

BOOST_AUTO_TEST_CASE(a_task_gets_its_defaults_and_its_children) {
    tc::bench b;
    const auto a = b.post("tasks?fields=caseId", R"({"caseId":1,"name":"T"})");
    BOOST_TEST(a.data().as_object().at("workflowPhase").as_int64() == 0);
    BOOST_TEST(a.data().as_object().at("workflowStep").as_int64() == 1);
    BOOST_TEST(text(a.data(), "status") == "Open");
    BOOST_TEST(!a.data().as_object().at("required").as_bool());
    BOOST_TEST(b.post("artifacts", R"({"taskId":1,"summary":"x","type":"Host"})").status == 201u);
    BOOST_TEST(b.ids("artifacts", "hasTask(id = 1) and hasCase(id = 1)") == "1");
    BOOST_TEST(b.put("tasks/1", R"({"workflowStep":2})").code() == "0x2005");
    BOOST_TEST(text(b.put("tasks/1", R"({"status":"Closed"})").data(), "completedBy") ==
               "12345678901234567890");
    BOOST_TEST(b.remove("cases/1").status == 200u);
    BOOST_TEST(b.get("tasks/1").status == 404u);
    BOOST_TEST(b.get("artifacts/1").status == 404u);
}

BOOST_AUTO_TEST_CASE(pages_link_to_each_other_and_carry_the_query) {
    tc::service_options o;
    o.cases = 12;
    o.seed = 3;
    tc::bench b(o);
    const auto a = b.get(
        "cases?resultStart=5&resultLimit=10&tql=id+%3E+0&fields=tags&fields=notes&sorting=id+desc&owner=Demo+"
        "Organization&result_limit=10");
    BOOST_TEST(a.data().as_array().size() == 10u);
    BOOST_TEST(!a.json.as_object().contains("next"));
    BOOST_TEST(
        link(a, "prev") ==
        "https://tc.example.org/api/v3/cases?tql=id%20%3E%200&fields=tags&fields=notes&sorting=id%20desc"
        "&owner=Demo%20Organization&resultStart=0&resultLimit=10");
    const auto first = b.get("cases?resultLimit=2&count=True");
    BOOST_TEST(link(first, "next") == "https://tc.example.org/api/v3/cases?resultStart=2&resultLimit=2");
    BOOST_TEST(!first.json.as_object().contains("prev"));
    BOOST_TEST(first.json.as_object().at("count").as_int64() == 15);
    BOOST_TEST(!b.get("cases?resultLimit=2&resultStart=2&count=true").json.as_object().contains("count"));
    BOOST_TEST(!b.get("cases").json.as_object().contains("count"));
    const auto beyond = b.get("cases?resultStart=50");
    BOOST_TEST(beyond.data().as_array().empty());
    BOOST_TEST(!beyond.json.as_object().contains("next"));
    for (const auto* bad : {"resultLimit=10001", "resultLimit=x", "resultStart=-1", "resultLimit=0"})
        BOOST_TEST(b.get(std::string("cases?") + bad).status == 400u, bad);
}

BOOST_AUTO_TEST_CASE(following_next_reaches_every_case_once) {
    tc::service_options o;
    o.cases = 20;
    tc::bench b(o);
    std::set<std::int64_t> seen;
    std::string target = "/api/v3/cases?resultLimit=7&sorting=severity%20asc";
    while (!target.empty()) {
        const auto a = b.ask("GET", target);
        for (const auto& c : a.data().as_array())
            BOOST_TEST(seen.insert(c.as_object().at("id").as_int64()).second);
        const auto next = link(a, "next");
        target = next == "(absent)" ? "" : next.substr(std::string("https://tc.example.org").size());
    }
    BOOST_TEST(seen.size() == 23u);
}

BOOST_AUTO_TEST_CASE(sorting_has_levels_directions_and_nulls) {
    tc::bench b;
    BOOST_TEST(b.ids("cases", "id > 0", "&sorting=dateAdded%20DESC") == "2,3,1");
    BOOST_TEST(b.ids("cases", "id > 0", "&sorting=status%20desc%20name%20asc") == "3,1,2");
    BOOST_TEST(b.ids("cases", "id > 0", "&sorting=description%20asc%20nullslast") == "2,1,3");
    BOOST_TEST(b.ids("cases", "id > 0", "&sorting=description%20nullsfirst") == "1,3,2");
    BOOST_TEST(b.get("cases?sorting=hasTag%20asc").status == 400u);
    BOOST_TEST(b.get("cases?sorting=asc").status == 400u);
}

BOOST_AUTO_TEST_CASE(a_get_body_holds_parameters) {
    tc::bench b;
    const auto a = b.ask(
        "GET", "/api/v3/cases",
        R"x({"data":{"fields":["tags","notes"],"result_limit":1,"resultLimit":1,"count":true,"tql":"id IN (1,2)"}})x");
    BOOST_TEST(a.data().as_array().size() == 1u);
    BOOST_TEST(a.json.as_object().at("count").as_int64() == 2);
    BOOST_TEST(a.data().as_array()[0].as_object().contains("tags"));
    BOOST_TEST(b.ask("GET", "/api/v3/cases", "{}").data().as_array().size() == 3u);
}

BOOST_AUTO_TEST_CASE(options_answers_in_three_forms) {
    tc::bench b;
    const auto bare = b.ask("OPTIONS", "/api/v3/cases").json.as_object();
    BOOST_TEST(!bare.contains("status") == false);  // a field of that name, and no envelope
    BOOST_TEST(bare.at("name").as_object().at("maxLength").as_int64() == 255);
    BOOST_TEST(bare.at("name").as_object().at("required").as_bool());
    BOOST_TEST(!bare.contains("id"));
    BOOST_TEST(bare.at("tags").as_object().at("data").as_array()[0].as_object().at("maxSize").as_int64() ==
               1000);
    BOOST_TEST(!bare.at("xid").as_object().at("updatable").as_bool());
    for (const auto* show : {"readOnly", "readonly", "READONLY"}) {
        const auto all = b.ask("OPTIONS", std::string("/api/v3/cases?show=") + show).json.as_object();
        BOOST_TEST(all.at("id").as_object().at("readOnly").as_bool());
        BOOST_TEST(all.at("id").as_object().at("read-only").as_bool());
    }
    const auto fields = b.ask("OPTIONS", "/api/v3/cases/fields");
    BOOST_TEST(fields.json.as_object().at("count").as_int64() ==
               static_cast<std::int64_t>(fields.data().as_array().size()));
    BOOST_TEST(fields.text.find("\"userDetails\"") != std::string::npos);
    BOOST_TEST(b.ask("OPTIONS", "/api/v3/cases/tql").text.find("\"keyword\":\"hasTag\"") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(paths_and_methods_that_do_not_exist_are_told_apart) {
    tc::bench b;
    BOOST_TEST(b.get("cases/").status == 200u);
    BOOST_TEST(b.get("nothing").code() == "0x1004");
    BOOST_TEST(b.get("cases/notanumber").status == 404u);
    BOOST_TEST(b.post("cases/1", "{}").code() == "0x1005");
    BOOST_TEST(b.put("cases", "{}").status == 405u);
    BOOST_TEST(b.ask("PATCH", "/api/v3/cases/1", "{}").status == 405u);
    BOOST_TEST(b.remove("security/users/1").status == 405u);
    BOOST_TEST(b.ask("GET", "/elsewhere").status == 404u);
}

BOOST_AUTO_TEST_CASE(bulk_delete_is_off_until_allowed) {
    tc::bench closed;
    BOOST_TEST(closed.remove("cases?tql=id%20%3D%201").status == 403u);
    BOOST_TEST(closed.remove("cases").status == 405u);
    tc::service_options o;
    o.allow_bulk_delete = true;
    tc::bench open(o);
    BOOST_TEST(open.remove("cases?tql=status%20%3D%20%22Open%22").status == 200u);
    BOOST_TEST(open.ids("cases", "id > 0") == "2");
}

BOOST_AUTO_TEST_CASE(the_catalogues_have_their_fixed_ids) {
    tc::bench b;
    const auto types = b.get("artifactTypes?resultLimit=100");
    BOOST_TEST(types.data().as_array().size() == 69u);
    BOOST_TEST(text(types.data().as_array()[0], "name") == "Email Address");
    BOOST_TEST(text(types.data().as_array()[2], "name") == "URL");
    BOOST_TEST(b.get("security/ownerRoles/1").status == 200u);
    BOOST_TEST(b.get("security/systemRoles/1").status == 200u);
    BOOST_TEST(b.get("security/owners").json.as_object().at("count").as_int64() == 3);
    BOOST_TEST(b.get("groups?resultLimit=1").status == 200u);
    BOOST_TEST(b.get("securityLabels?resultLimit=1").status == 200u);
}

BOOST_AUTO_TEST_CASE(version_two_answers_what_is_asked_first) {
    tc::bench b;
    const auto owners = b.ask("GET", "/api/v2/owners");
    BOOST_TEST(owners.data().as_object().at("resultCount").as_int64() == 3);
    BOOST_TEST(
        b.ask("GET", "/api/v2/whoami").data().as_object().at("user").as_object().at("userName").as_string() ==
        "12345678901234567890");
    BOOST_TEST(text(b.ask("GET", "/api/v2/owners/9").json, "status") == "Failure");
}

BOOST_AUTO_TEST_CASE(a_data_file_adds_an_organization_that_one_credential_can_select) {
    tc::bench b;
    const auto loaded = b.under_test.load(R"({"owners":[{"id":10,"name":"Acme","type":"Organization"}],
        "users":[{"id":20,"userName":"ann@acme.test","firstName":"Ann","lastName":"Lee","pseudonym":"al","owner":"Acme","systemRole":"User"},
                 {"id":21,"userName":"acme-api","firstName":"A","lastName":"P","pseudonym":"ap","owner":"Acme","systemRole":"Api User"}],
        "groups":[{"id":20,"name":"Acme Team","description":"d","users":[20],"owner":"Acme"}],
        "credentials":[{"user":"acme-api","token":"APIV2:acme","owners":["Acme","Demo Organization"]}],
        "attributeTypes":[{"name":"Acme Only","description":"d","maxSize":3,"maxAllowed":1,"owners":["Acme"]}],
        "cases":[{"id":50,"name":"Theirs","owner":"Acme","severity":"High","tags":{"data":[{"name":"x"}]},
                  "attributes":{"data":[{"type":"Acme Only","value":"abc"}]}}]})");
    BOOST_TEST(loaded.has_value());
    const auto as_acme = [&](std::string target) {
        return b.ask("GET", std::move(target), {}, "TC-Token APIV2:acme");
    };
    BOOST_TEST(as_acme("/api/v3/cases").data().as_array().size() == 1u);
    BOOST_TEST(as_acme("/api/v3/cases/1").status == 404u);
    BOOST_TEST(as_acme("/api/v3/cases/1?owner=Demo+Organization").status == 200u);
    BOOST_TEST(b.get("cases/50").status == 404u);
    BOOST_TEST(b.get("cases?owner=Acme").status == 403u);
    BOOST_TEST(b.ids("attributeTypes", "name = \"Acme Only\"") == "");
    BOOST_TEST(b.new_case(R"("assignee":{"type":"User","data":{"id":20}})").find("not found") !=
               std::string::npos);
    BOOST_TEST(b.new_case() == "51");
    b.under_test.reset();
    BOOST_TEST(as_acme("/api/v3/cases/50").status == 200u);
}

BOOST_AUTO_TEST_CASE(a_data_file_can_replace_everything_and_is_read_strictly) {
    tc::bench b;
    BOOST_TEST(
        b.under_test
            .load(R"({"replace":true,"owners":[{"name":"Solo"}],"users":[{"userName":"u","owner":"Solo"}],
        "credentials":[{"user":"u","token":"APIV2:u"}]})")
            .has_value());
    BOOST_TEST(b.get("cases").status == 401u);
    BOOST_TEST(b.ask("GET", "/api/v3/cases", {}, "TC-Token APIV2:u").data().as_array().empty());
    for (const auto* bad : {"[]", "{", R"({"case":[]})", R"({"cases":{}})", R"({"cases":[{}]})",
                            R"({"cases":[{"name":"x","owner":"nobody"}]})",
                            R"({"credentials":[{"user":"nobody","token":"t"}]})"}) {
        tc::bench fresh;
        BOOST_TEST(fresh.under_test.load(bad).has_error(), bad);
    }
}

BOOST_AUTO_TEST_CASE(the_same_seed_makes_the_same_cases) {
    tc::service_options o;
    o.cases = 50;
    o.seed = 42;
    tc::bench one(o), two(o);
    BOOST_TEST(one.get("cases?resultLimit=100").text == two.get("cases?resultLimit=100").text);
    o.seed = 43;
    tc::bench three(o);
    BOOST_TEST(one.get("cases?resultLimit=100").text != three.get("cases?resultLimit=100").text);
    BOOST_TEST(one.ids("cases", "severity = \"Critical\" and id > 3") != "");
    BOOST_TEST(one.ids("cases", "hasTag() and status = \"Closed\" and id > 3") != "");
}

BOOST_AUTO_TEST_CASE(tags_are_unique_by_name_and_can_be_renamed) {
    tc::bench b;
    BOOST_TEST(b.post("tags", R"({"name":"one","description":"d"})").status == 201u);
    BOOST_TEST(b.post("tags", R"({"name":"one"})").code() == "0x1006");
    BOOST_TEST(b.put("tags/5", R"({"name":"two"})").status == 200u);
    BOOST_TEST(b.post("tags", R"({"name":"one"})").status == 201u);
    const auto id = b.new_case(R"("tags":{"data":[{"name":"two"}]})");
    BOOST_TEST(b.ids("tags", "caseId = " + id) == "5");
    BOOST_TEST(b.remove("tags/5").status == 200u);
    BOOST_TEST(b.ids("cases", "tag = \"two\"") == "");
    BOOST_TEST(b.remove("tags/1").status == 403u);
}

BOOST_AUTO_TEST_SUITE_END()
