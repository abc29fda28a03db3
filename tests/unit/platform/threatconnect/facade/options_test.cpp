#include "support.hpp"

#include "platform/threatconnect/facade/objects.hpp"

#include <map>
#include <set>
#include <sstream>

using namespace casebridge;
using namespace casebridge::platform::threatconnect;
using namespace casebridge::platform::threatconnect::test;

namespace {

// Fact sheet §5.1, copied row by row; hasX() without its parentheses.
const std::map<std::string, std::string> published = {
    {"cases",
     "calScore createdById hasWorkflowTemplate id missingArtifactCount owner targetId threatAssessScore "
     "timeToDetect timeToRespond assignedToUserOrGroup assigneeName attackTag caseCloseUser "
     "caseDetectionUser "
     "caseOccurrenceUser caseOpenUser createdBy description idAsString name ownerName resolution severity "
     "status "
     "tag targetType typeName xid caseCloseDate caseCloseTime caseDetectionTime caseOccurrenceTime "
     "caseOpenDate "
     "caseOpenTime dateAdded detectionDue lastUpdated responseDue detectionOverdue responseOverdue "
     "hasAllTags "
     "hasArtifact hasCase hasGroup hasIndicator hasNote hasTag hasTask"},
    {"caseAttributes",
     "caseId id intVal maxSize owner type ownerName shortText source text typeName user dateAdded dateVal "
     "lastModified default displayed pinned hasCase"},
    {"attributeTypes",
     "defaultOwnerId id maxsize owner associatedType defaultType description name ownerName default system"},
    {"tags",
     "associatedCase associatedGroup associatedIndicator associatedVictim caseId financialRiskScore "
     "financialRiskValue id owner description financialRisk name ownerName securityCoverage summary "
     "techniqueId "
     "lastUsed hasCase hasGroup hasIndicator hasVictim"},
    {"tasks",
     "caseId id missingArtifactCount owner targetId workflowPhase workflowStep assignedToUserOrGroup "
     "assigneeName "
     "caseIdAsString caseSeverity completedBy description name ownerName status targetType xid completedDate "
     "dueDate automated required hasArtifact hasCase hasNote"},
    {"notes",
     "artifactId caseId id taskId workflowEventId author data summary dateAdded lastModified hasArtifact "
     "hasCase "
     "hasTask"},
    {"artifacts",
     "analyticsScore caseId id noteId taskId source summary type typeName dateAdded indicatorActive hasCase "
     "hasGroup hasIndicator hasNote hasTask"},
    {"artifactTypes", "id dataType description intelType name active managed"},
    {"workflowEvents",
     "caseId id deletedReason link summary userName dateAdded eventDate deleted systemGenerated"},
    {"workflowTemplates", "id owner targetId version description name ownerName targetType active"},
    {"security/users",
     "groupId id tqlTimeout firstName jobFunction jobRole lastName pseudonym systemRole userName lastLogin "
     "lastPasswordChange termsAcceptedDate disabled locked passwordResetRequired termsAccepted"},
    {"security/userGroups", "id description name"},
    {"security/owners",
     "id ownerId userId ownerName permApps permArtifact permAttribute permAttributeType permCaseTag "
     "permComment "
     "permCopyData permGroup permIndicator permInvite permMembers permPlaybooks permPlaybooksExecute "
     "permPost "
     "permPublish permSecurityLabel permSettings permTag permTask permTimeline permTrack permUsers "
     "permVictim "
     "permWorkflowTemplate"},
};

std::set<std::string> names(const http::response& res, std::string_view list, std::string_view member) {
    json::tape t;
    BOOST_REQUIRE(t.parse(res.body, {}).has_value());
    std::set<std::string> out;
    for (const auto each : t.root().member(list).elements()) out.emplace(each.val.member(member).text());
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(facade_options)

BOOST_AUTO_TEST_CASE(the_bare_form_is_an_object_of_writable_fields) {
    world w;
    const auto res = w.ask("OPTIONS", "/api/v3/cases");
    BOOST_TEST(res.content_type == "application/json");
    BOOST_TEST(at(res, "status.type") == "\"String\"");       // the case's status, not an envelope's
    BOOST_TEST(at(res, "id") == "absent");
    BOOST_TEST(at(res, "name") ==
               R"({"type":"String","required":true,"readOnly":false,"read-only":false,"maxLength":255,)"
               R"("minLength":1,"description":"the name of the case"})");
    BOOST_TEST(at(res, "severity.allowableValues") == R"(["Low","Medium","High","Critical"])");
    BOOST_TEST(at(res, "xid.updatable") == "false");
    BOOST_TEST(at(res, "name.updatable") == "absent");
    BOOST_TEST(at(res, "artifacts.data.0.type") == "\"Artifact\"");
    BOOST_TEST(at(res, "artifacts.data.0.maxSize") == "1000");
    BOOST_TEST(at(res, "assignee.type") == "\"Assignee\"");
}

BOOST_AUTO_TEST_CASE(show_read_only_adds_the_rest_in_both_spellings) {
    world w;
    for (const char* show : {"readOnly", "readonly", "READONLY"}) {
        const auto res = w.ask("OPTIONS", std::string("/api/v3/cases?show=") + show);
        BOOST_TEST(at(res, "id.type") == "\"Long\"");
        BOOST_TEST(at(res, "id.readOnly") == "true");
        BOOST_TEST(at(res, "id.read-only") == "true");
        BOOST_TEST(at(res, "createdBy.type") == "\"User\"");
        BOOST_TEST(at(res, "name.read-only") == "false");
        BOOST_TEST(at(res, "related.data.0.read-only") == "true");
    }
}

BOOST_AUTO_TEST_CASE(options_describe_what_hangs_on_a_case) {
    world w;
    auto res = w.ask("OPTIONS", "/api/v3/notes");
    BOOST_TEST(at(res, "text.maxLength") == "65500");
    BOOST_TEST(at(res, "caseId.required") == "true");
    BOOST_TEST(at(res, "caseId.requiredAltField") == "\"caseXid\"");
    BOOST_TEST(at(res, "taskId.required") == "false");
    BOOST_TEST(at(res, "taskId.updatable") == "false");
    BOOST_TEST(at(res, "author") == "absent");
    res = w.ask("OPTIONS", "/api/v3/artifacts?show=readOnly");
    BOOST_TEST(at(res, "fileData.type") == "\"String\"");
    BOOST_TEST(at(res, "summary.maxLength") == "500");
    BOOST_TEST(at(res, "intelType.readOnly") == "true");
    BOOST_TEST(at(res, "notes.data.0.maxSize") == "1000");
    res = w.ask("OPTIONS", "/api/v3/tasks");
    BOOST_TEST(at(res, "status.allowableValues") == R"(["Pending","Open","Reopened","Closed"])");
    BOOST_TEST(at(res, "workflowPhase.minValue") == "0");
    BOOST_TEST(at(res, "workflowStep.minValue") == "1");
    BOOST_TEST(at(res, "completedBy") == "absent");
    res = w.ask("OPTIONS", "/api/v3/workflowEvents?show=readOnly");
    BOOST_TEST(at(res, "deletedReason.maxLength") == "255");
    BOOST_TEST(at(res, "deletedReason.readOnly") == "true");
}

BOOST_AUTO_TEST_CASE(options_name_the_types_that_artifacts_may_have) {
    world w;
    w.backend.say({R"({"id":1,"name":"Email Address"})", R"({"id":2,"name":"Host"})"});
    BOOST_TEST(at(w.ask("OPTIONS", "/api/v3/artifacts"), "type.allowableValues") ==
               R"(["Email Address","Host"])");
    BOOST_CHECK(w.backend.last().request.what == platform::record_kind::artifact_type);
    w.backend.fail_with(fail(errc::upstream_timeout));
    const auto res = w.ask("OPTIONS", "/api/v3/artifacts");
    BOOST_TEST(res.status == 200u);
    BOOST_TEST(at(res, "type.allowableValues") == "absent");
    BOOST_TEST(w.backend.calls.size() == 2u);
}

BOOST_AUTO_TEST_CASE(fields_names_what_the_parameter_takes) {
    world w;
    const auto res = w.ask("OPTIONS", "/api/v3/cases/fields");
    const std::set<std::string> expected = {
        "artifacts",       "associatedCases", "associatedGroups", "associatedIndicators",
        "attributes",      "notes",           "related",          "tags",
        "tasks",           "userAccess",      "userDetails",      "workflowEvents",
        "workflowTemplate"};
    BOOST_CHECK((names(res, "data", "name") == expected));
    BOOST_TEST(at(res, "count") == std::to_string(expected.size()));
    BOOST_TEST(at(res, "status") == "\"Success\"");
    BOOST_TEST(at(res, "data.0.includedByDefault") == "false");
    const std::set<std::string> of_notes = {"artifact", "caseId",  "caseXid",      "parentCase",
                                            "task",     "taskXid", "workflowEvent"};
    BOOST_CHECK((names(w.ask("OPTIONS", "/api/v3/notes/fields"), "data", "name") == of_notes));
    // Several members under one name are named once.
    BOOST_TEST(names(w.ask("OPTIONS", "/v3/artifacts/fields"), "data", "name").count("analytics") == 1u);
}

BOOST_AUTO_TEST_CASE(tql_names_every_published_keyword) {
    world w;
    for (const auto& [path, words] : published) {
        const auto res = w.ask("OPTIONS", "/api/v3/" + path + "/tql");
        auto listed = names(res, "data", "keyword");
        BOOST_TEST(at(res, "count") == std::to_string(listed.size()), path);
        std::istringstream in(words);
        for (std::string word; in >> word;) BOOST_TEST(listed.erase(word) == 1u, path << ": " << word);
        BOOST_TEST(listed.empty(), path << ": " << (listed.empty() ? std::string() : *listed.begin()));
    }
    // Taken, but unknown to the official client's classes (§5.1).
    BOOST_TEST(w.ask("GET", "/api/v3/tags?tql=normalized+%3D+true").status == 200u);
    const auto res = w.ask("OPTIONS", "/api/v3/cases/tql");
    BOOST_TEST((res.body.find(R"("keyword":"caseOpenTime","name":"Case Open Time","type":"DateTime")") !=
                std::string::npos));
    BOOST_TEST(
        (res.body.find(R"("keyword":"hasTag","name":"Has Tag","type":"Integer")") != std::string::npos));
}

BOOST_AUTO_TEST_CASE(every_object_answers_options) {
    for (const object_model& m : objects()) {
        world w;
        for (const char* tail : {"", "?show=readOnly", "/fields", "/tql"})
            BOOST_TEST(
                w.ask("OPTIONS", "/api/v3/" + std::string(m.path) + tail, {}, reader_token).status == 200u,
                m.path << tail);
    }
}

// A row that names another object or a path that leads nowhere would go unnoticed otherwise.
BOOST_AUTO_TEST_CASE(the_tables_refer_to_what_exists) {
    for (const object_model& m : objects()) {
        std::set<std::string_view> members, words;
        for (const field& f : m.fields) {
            BOOST_TEST(members.insert(f.name).second, m.path << "." << f.name);
            if (f.kind == shape::list || f.kind == shape::one || f.kind == shape::user)
                BOOST_TEST(find_object(f.of) != nullptr, m.path << "." << f.name);
            if (!f.alternative.empty()) BOOST_TEST(m.find(f.alternative) != nullptr, m.path << "." << f.name);
        }
        for (const query::keyword& k : m.words.keywords) {
            BOOST_TEST(words.insert(k.name).second, m.path << "." << k.name);
            if (k.type == query::value_type::nested)
                BOOST_TEST(find_vocabulary(k.object) != nullptr, m.path << "." << k.name);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_open_api_document_lists_what_is_served) {
    world w;
    const auto res = w.ask("GET", "/api/v3/openApi");
    BOOST_TEST(at(res, "openapi") == "\"3.0.1\"");
    BOOST_TEST(at(res, "servers.0.url") == "\"https://tc.example.org/api\"");
    BOOST_TEST(at(res, "paths./v3/cases.post.operationId") == "\"cases.create\"");
    BOOST_TEST(at(res, "paths./v3/cases/{id}.put.responses.200.description") == "\"Success\"");
    BOOST_TEST(at(res, "paths./v3/notes/{id}.delete.operationId") == "\"notes.delete\"");
    BOOST_TEST(at(res, "paths./v3/attributeTypes.post") == "absent");
    BOOST_TEST(at(res, "paths./v3/groups.post") == "absent");
    BOOST_TEST(at(res, "paths./v3/security/users.get.operationId") == "\"security/users.list\"");
}

BOOST_AUTO_TEST_SUITE_END()
