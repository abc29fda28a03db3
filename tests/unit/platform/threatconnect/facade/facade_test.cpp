#include "support.hpp"

#include "platform/threatconnect/facade/objects.hpp"
#include "platform/threatconnect/facade/routes.hpp"

#include <set>

using namespace casebridge;
using namespace casebridge::platform;
using namespace casebridge::platform::threatconnect;
using namespace casebridge::platform::threatconnect::test;

namespace {

const std::string whole_case =
    R"({"xid":"0123456789","id":42,"name":"n","assignee":{"type":"None"},"description":null,"hidden":1,)"
    R"("createdBy":{"id":9,"userName":"u","firstName":"f","systemRole":"Api User","email":"e"},)"
    R"("tags":{"data":[{"name":"t","id":3,"cases":{"data":[]},"secret":1}]},)"
    R"("attributes":{"data":[{"id":5,"type":"T","value":"v","caseId":42}]},)"
    R"("userAccess":{"data":[{"id":9,"userName":"u"}]},"owner":"Acme","ownerId":1})";

}  // namespace

BOOST_AUTO_TEST_SUITE(facade_records)

BOOST_AUTO_TEST_CASE(routes_are_rows_with_objects_in_them) {
    BOOST_TEST(find_route("GET", "/api/v3/cases").name() == "cases.list");
    BOOST_TEST(find_route("GET", "/v3/security/users/7").name() == "security/users.get");
    BOOST_TEST(find_route("GET", "/api/v3/cases/a%2Fb").id == "a/b");
    BOOST_TEST(find_route("OPTIONS", "/api/v3/cases/fields").name() == "cases.fields");
    BOOST_TEST(find_route("GET", "/api/v3/cases/fields").name() == "cases.get");
    BOOST_TEST(find_route("GET", "/api/v2/owners/mine").name() == "v2.owners.mine");
    BOOST_TEST(find_route("GET", "/api/v2/owners/2").name() == "v2.owners.get");
    BOOST_CHECK(!find_route("GET", "/api/v3/cases/1/notes").row);
    BOOST_CHECK(!find_route("GET", "/api/v3/casesX").row);
    BOOST_CHECK(!find_route("GET", "/api/v3/user").row);
    BOOST_CHECK(!find_route("GET", "/api").row);
    BOOST_TEST(!find_route("PATCH", "/api/v3/cases/1").method_fits);
}

BOOST_AUTO_TEST_CASE(unknown_paths_and_methods_are_enveloped) {
    world w;
    CHECK_REFUSED(w.ask("GET", "/api/v3/nothing"), 404u, "0x1004", "not found");
    CHECK_REFUSED(w.ask("GET", "/"), 404u, "0x1004", "not found");
    CHECK_REFUSED(w.ask("PATCH", "/api/v3/cases/1"), 405u, "0x1005", "not supported");
    BOOST_TEST(header(w.ask("POST", "/api/v2/whoami"), "allow") == "GET");
    CHECK_REFUSED(w.ask("POST", "/api/v3/attributeTypes", "{}"), 405u, "0x1005", "not supported");
    CHECK_REFUSED(w.ask("DELETE", "/api/v3/security/users/1"), 405u, "0x1005", "not supported");
    CHECK_REFUSED(w.ask("DELETE", "/api/v3/tags?tql=id+%3D+1"), 405u, "0x1005", "not supported");
    BOOST_TEST(w.ask("PUT", "/api/v2/owners").body ==
               R"({"message":"This operation is not supported.","status":"Failure"})");
}

BOOST_AUTO_TEST_CASE(a_case_shows_its_default_members_in_order_and_nothing_else) {
    world w;
    w.backend.say({whole_case});
    const auto res = w.ask("GET", "/api/v3/cases/42", "{}");
    BOOST_TEST(
        res.body ==
        R"({"data":{"id":42,"xid":"0123456789","name":"n","detectionOverdue":false,"responseOverdue":false,)"
        R"("createdBy":{"id":9,"userName":"u","firstName":"f"},"owner":"Acme","ownerId":1},"status":"Success"})");
    BOOST_TEST(*w.backend.last().request.number == 42);
    BOOST_TEST(w.backend.last().request.members.empty());
}

BOOST_AUTO_TEST_CASE(fields_add_members_by_name_by_path_and_all_of_them) {
    world w;
    w.backend.say({whole_case});
    auto res = w.ask("GET", "/api/v3/cases/42?fields=tags&fields=notes&fields=nonsense");
    BOOST_TEST(at(res, "data.tags") == R"({"data":[{"id":3,"name":"t"}]})");
    BOOST_TEST(at(res, "data.notes") == R"({"data":[]})");
    BOOST_TEST(at(res, "data.attributes") == "absent");
    BOOST_TEST((w.backend.last().request.members == std::set<std::string, std::less<>>{"tags", "notes"}));

    w.backend.say({whole_case});
    res = w.ask("GET", "/api/v3/cases/42?fields=tags.cases&fields=userDetails");
    BOOST_TEST(at(res, "data.tags.data.0.cases") == R"({"data":[]})");
    BOOST_TEST(at(res, "data.createdBy.systemRole") == "\"Api User\"");
    BOOST_TEST(at(res, "data.createdBy.email") == "absent");

    w.backend.say({whole_case});
    res = w.ask("GET", "/api/v3/cases/42?fields=_all_");
    BOOST_TEST(at(res, "data.attributes.data.0") ==
               R"({"id":5,"type":"T","value":"v","pinned":false,"default":false})");
    BOOST_TEST(at(res, "data.userAccess.data.0.userName") == "\"u\"");
    BOOST_TEST(at(res, "data.associatedGroups") == R"({"data":[]})");
    BOOST_TEST(at(res, "data.hidden") == "absent");
    BOOST_TEST(w.backend.last().request.members.count("attributes") == 1u);
}

BOOST_AUTO_TEST_CASE(an_assignee_is_a_user_or_a_group_or_not_there) {
    world w;
    w.backend.say({R"({"id":1,"assignee":{"type":"User","data":{"id":3,"userName":"u","x":1}}})"});
    BOOST_TEST(at(w.ask("GET", "/api/v3/cases/1"), "data.assignee") ==
               R"({"type":"User","data":{"id":3,"userName":"u"}})");
    w.backend.say({R"({"id":1,"assignee":{"type":"Group","data":{"id":3,"userName":"g","name":"g"}}})"});
    BOOST_TEST(at(w.ask("GET", "/api/v3/cases/1"), "data.assignee") ==
               R"({"type":"Group","data":{"id":3,"name":"g"}})");
}

BOOST_AUTO_TEST_CASE(a_case_is_named_by_number_or_external_id) {
    world w;
    w.backend.say({R"({"id":1})"});
    w.ask("GET", "/api/v3/cases/my-xid-0001");
    BOOST_TEST(!w.backend.last().request.number);
    BOOST_TEST(w.backend.last().request.external_id == "my-xid-0001");
    // Digits are a number; if there is none, they may be an external id.
    w.backend.fail_with(fail(errc::not_found));
    w.backend.say({R"({"id":1,"xid":"1234567890"})"});
    BOOST_TEST(w.ask("GET", "/api/v3/cases/1234567890").status == 200u);
    BOOST_TEST(w.backend.last().request.external_id == "1234567890");
    BOOST_TEST(!w.backend.last().request.number);
    w.backend.fail_with(fail(errc::not_found));
    CHECK_REFUSED(w.ask("GET", "/api/v3/cases/42"), 404u, "0x1004", "The requested case was not found");
    CHECK_REFUSED(w.ask("GET", "/api/v3/tags/vpn"), 404u, "0x1004", "The requested tag was not found");
    BOOST_TEST(w.backend.calls.size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_create_answers_201_with_what_was_asked_for) {
    world w;
    w.backend.say({whole_case});
    const auto res = w.ask("POST", "/api/v3/cases?fields=tags&owner=Acme",
                           R"({"name":"n","severity":"low","status":"Open","tags":{"data":[{"name":"t"}]}})");
    BOOST_TEST(res.status == 201u);
    BOOST_TEST(at(res, "message") == "\"Created\"");
    BOOST_TEST(at(res, "status") == "\"Success\"");
    BOOST_TEST(at(res, "data.tags.data.0.id") == "3");
    BOOST_CHECK(w.backend.last().request.action == record_verb::create);
    BOOST_TEST(w.backend.last().document ==
               R"({"name":"n","severity":"Low","status":"Open","tags":{"data":[{"name":"t"}]}})");
}

BOOST_AUTO_TEST_CASE(an_update_answers_200_an_empty_one_as_well) {
    world w;
    w.backend.say({whole_case});
    auto res = w.ask("PUT", "/api/v3/cases/42", R"({"status":"closed"})");
    BOOST_TEST(res.status == 200u);
    BOOST_TEST(at(res, "message") == "\"Updated\"");
    BOOST_TEST(w.backend.last().document == R"({"status":"Closed"})");
    w.backend.say({whole_case});
    res = w.ask("PUT", "/api/v3/cases/42", "{}");
    BOOST_TEST(res.status == 200u);
    BOOST_TEST(w.backend.last().document == "{}");
}

BOOST_AUTO_TEST_CASE(a_delete_answers_200_whatever_its_body) {
    world w;
    for (const char* body : {"{}", "", R"({"deletedReason":"dup"})"})
        BOOST_TEST(w.ask("DELETE", "/api/v3/cases/42?owner=Acme&create_activity_log=True", body).body ==
                   R"({"message":"Deleted","status":"Success"})");
    BOOST_CHECK(w.backend.last().request.action == record_verb::remove);
}

BOOST_AUTO_TEST_CASE(bodies_are_strict_json) {
    world w;
    for (const char* body : {"", "{", R"({"name":"a","name":"b"})", R"({"name":"a"} x)", "[1]", "null"})
        BOOST_TEST(w.ask("PUT", "/api/v3/cases/42", body).status == 400u, body);
    const std::string deep = std::string(R"({"name":)") + std::string(200, '[') + std::string(200, ']') + "}";
    BOOST_TEST(w.ask("PUT", "/api/v3/cases/42", deep).status == 400u);
    BOOST_TEST(w.backend.calls.empty());
}

BOOST_AUTO_TEST_CASE(failures_of_the_exchange_have_the_platforms_words) {
    struct row {
        failure why;
        unsigned status;
        const char *code, *part;
    };
    const row rows[] = {
        {fail(errc::not_found), 404, "0x1004", "The requested case was not found"},
        {fail(errc::not_found, "", "/caseId"), 404, "0x1004", "The requested case was not found"},
        {fail(errc::conflict, "", "/xid"), 409, "0x1006", "a case with this xid already exists"},
        {fail(errc::unresolved_reference, "a@x", "/assignee/data"), 400, "0x1001",
         "The requested assignee was not found: a@x"},
        {fail(errc::unresolved_reference, "77", "/taskId/case"), 400, "0x2002", "cannot belong together"},
        {fail(errc::invalid_value, "Too much", "/name"), 400, "0x2005", "Too much"},
        {fail(errc::upstream_timeout), 504, "0x1007", "did not answer in time"},
    };
    for (const row& r : rows) {
        world w;
        w.backend.fail_with(r.why);
        const auto res = w.ask("PUT", "/api/v3/cases/42", "{}");
        BOOST_TEST(res.status == r.status);
        BOOST_TEST(at(res, "errCode") == "\"" + std::string(r.code) + "\"");
        BOOST_TEST((at(res, "message").find(r.part) != std::string::npos), res.body);
        BOOST_TEST(res.reason == to_string(r.why.code));
    }
    world w;
    failure busy(errc::overloaded, "busy");
    busy.retry_after = std::chrono::seconds(3);
    w.backend.fail_with(busy);
    BOOST_TEST(header(w.ask("GET", "/api/v3/cases"), "retry-after") == "3");
}

BOOST_AUTO_TEST_CASE(notes_about_filters_and_losses_are_headers) {
    world w;
    record_answer a;
    a.documents = {R"({"id":1})"};
    a.filter_note = "residual; scanned=7";
    a.loss_note = "x";
    a.upstream_requests = 3;
    w.backend.answers.push_back(a);
    const auto res = w.ask("GET", "/api/v3/cases");
    BOOST_TEST(header(res, "Casebridge-Filter") == "residual; scanned=7");
    BOOST_TEST(header(res, "Casebridge-Loss") == "x");
    BOOST_TEST(res.upstream_requests == 3u);
}

BOOST_AUTO_TEST_CASE(configuration_switches_writes_off) {
    options o;
    o.read_only = true;
    world closed(o);
    CHECK_REFUSED(closed.ask("PUT", "/api/v3/cases/1", "{}"), 403u, "0x1003", "takes no writes");
    o = {};
    o.deletes = false;
    world keeps(o);
    CHECK_REFUSED(keeps.ask("DELETE", "/api/v3/cases/1"), 403u, "0x1003", "without deletes");
    CHECK_REFUSED(keeps.ask("DELETE", "/api/v3/tags/1"), 403u, "0x1003", "without deletes");
    BOOST_TEST(keeps.ask("DELETE", "/api/v3/caseAttributes/1").status == 200u);
    BOOST_TEST(keeps.backend.calls.size() == 1u);
}

BOOST_AUTO_TEST_CASE(bulk_delete_is_off_until_configured_and_never_without_a_query) {
    world w;
    CHECK_REFUSED(w.ask("DELETE", "/api/v3/cases?tql=id+%3D+1"), 403u, "0x1003", "\\\"bulk_delete\\\": true");
    options o;
    o.bulk_delete = true;
    world on(o);
    CHECK_REFUSED(on.ask("DELETE", "/api/v3/cases"), 400u, "0x2003", "tql");
    CHECK_REFUSED(on.ask("DELETE", "/api/v3/cases?tql=%20"), 400u, "0x2003", "tql");
    CHECK_REFUSED(on.ask("DELETE", "/api/v3/cases?tql=nonsense"), 400u, "0x2001", "");
    BOOST_TEST(on.backend.calls.empty());
    BOOST_TEST(on.ask("DELETE", "/api/v3/cases?tql=id+%3D+1").body ==
               R"({"message":"Deleted","status":"Success"})");
    BOOST_CHECK(on.backend.last().request.action == record_verb::remove);
    BOOST_TEST(!on.backend.last().request.number);
    BOOST_TEST(on.backend.last().query == "id = 1");
}

BOOST_AUTO_TEST_CASE(the_calls_of_v2_that_clients_begin_with) {
    const std::vector<std::string> owners = {
        R"({"id":1,"name":"Acme","type":"Organization","permTag":"FULL"})",
        R"({"id":2,"name":"ISAC","type":"Community"})"};
    world w;
    w.backend.say(owners);
    BOOST_TEST(
        w.ask("GET", "/v2/owners").body ==
        R"({"status":"Success","data":{"resultCount":2,"owner":[{"id":1,"name":"Acme","type":"Organization"},)"
        R"({"id":2,"name":"ISAC","type":"Community"}]}})");
    w.backend.say(owners);
    BOOST_TEST(
        w.ask("GET", "/api/v2/owners/2").body ==
        R"({"status":"Success","data":{"resultCount":1,"owner":{"id":2,"name":"ISAC","type":"Community"}}})");
    w.backend.say(owners);
    BOOST_TEST(w.ask("GET", "/api/v2/owners/3").body ==
               R"({"message":"The requested owner was not found","status":"Failure"})");
    w.backend.say(owners);
    BOOST_TEST(at(w.ask("GET", "/api/v2/owners/mine"), "data.owner.name") == "\"Acme\"");
    w.backend.say({R"({"id":9,"userName":"u","firstName":"f","lastName":"l","owner":"Acme"})"});
    BOOST_TEST(w.ask("GET", "/api/v2/owners/mine/members").body ==
               R"({"status":"Success","data":{"user":[{"userName":"u","firstName":"f","lastName":"l"}]}})");
    BOOST_TEST(
        w.ask("GET", "/api/v2/whoami").body ==
        R"({"status":"Success","data":{"user":{"userName":"12345678901234567890","firstName":"Bridge",)"
        R"("lastName":"Svc","pseudonym":"bridge","role":"Api User"}}})");
    BOOST_TEST(at(w.ask("GET", "/api/v2/types/indicatorTypes"), "data.indicatorType") == "[]");
    BOOST_TEST(at(w.ask("GET", "/api/v2/owners", {}, ""), "status") == "\"Failure\"");
}

BOOST_AUTO_TEST_CASE(a_request_that_the_gate_refused_is_enveloped) {
    world w;
    http::response res;
    w.face.refuse(fail(errc::invalid_document, "x"), res);
    BOOST_TEST(res.body == R"({"errCode":"0x1001","message":"Invalid JSON: x","status":"Error"})");
}

BOOST_AUTO_TEST_CASE(long_descriptions_may_come_in_lists_of_cases_only_where_they_are_written) {
    world w;
    BOOST_TEST(w.face.body_limit(world::make("POST", "/api/v3/cases")) == 32u * 1024 * 1024);
    BOOST_TEST(w.face.body_limit(world::make("POST", "/api/v3/tags")) == 1024u * 1024);
    BOOST_TEST(w.face.body_limit(world::make("POST", "/nonsense")) == 1024u * 1024);
}

BOOST_AUTO_TEST_SUITE_END()
