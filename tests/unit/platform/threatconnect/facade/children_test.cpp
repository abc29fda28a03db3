// What hangs on a case: its bodies, alone and inside others, what is shown of it, removals that say why, files.
#include "support.hpp"

#include "core/base64.hpp"
#include "platform/threatconnect/facade/bodies.hpp"
#include "platform/threatconnect/facade/projection.hpp"

using namespace casebridge;
using namespace casebridge::platform;
using namespace casebridge::platform::threatconnect;
using namespace casebridge::platform::threatconnect::test;

namespace {

using names = std::set<std::string, std::less<>>;

checked<written_body> read(std::string_view path, std::string_view body, bool create) {
    json::tape t;
    BOOST_REQUIRE_MESSAGE(t.parse(body, {}).has_value(), body);
    return read_body(*find_object(path), t.root(), create, "Acme");
}

std::string base64(std::string_view bytes) {
    std::string out;
    append_base64(out, bytes);
    return out;
}

struct row {
    const char *path, *body, *out;
};

void taken(const row& r, bool create) {
    const auto got = read(r.path, r.body, create);
    BOOST_REQUIRE_MESSAGE(got.has_value(), r.body << ": " << (got.has_error() ? got.error().text : ""));
    BOOST_TEST(got->text == r.out, r.body);
}

struct refused_row {
    const char *path, *body;
    err code;
    const char* part;
};

void refused(const refused_row& r, bool create) {
    const auto got = read(r.path, r.body, create);
    BOOST_REQUIRE_MESSAGE(got.has_error(), r.body << " was taken as " << (got.has_value() ? got->text : ""));
    BOOST_CHECK_MESSAGE(got.error().code == r.code, r.body << ": " << got.error().text);
    BOOST_TEST((got.error().text.find(r.part) != std::string::npos), r.body << ": " << got.error().text);
}

std::string in_case(std::string_view members) {
    return R"({"name":"n","severity":"Low","status":"Open",)" + std::string(members) + "}";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(facade_children)

// The bodies of §10.2 to §10.6.
BOOST_AUTO_TEST_CASE(children_are_created_as_the_official_client_sends_them) {
    const row rows[] = {
        {"tasks",
         R"({"caseId":1,"name":"T","description":"d","dueDate":"2024-01-02T03:04:05+00:00","durationType":"days",)"
         R"("required":true,"status":"open","workflowPhase":0,"workflowStep":2,"xid":"task-xid-00001",)"
         R"("completedDate":"2024-01-02T03:04:05.5","dependentOnId":"3","assignee":{"type":"None"},)"
         R"("notes":{"data":[{"text":"n"}]},"artifacts":{"data":[{"summary":"s","type":"Host"}],"mode":"append"}})",
         R"({"caseId":1,"name":"T","description":"d","dueDate":"2024-01-02T03:04:05Z","durationType":"Days",)"
         R"("required":true,"status":"Open","workflowPhase":0,"workflowStep":2,"xid":"task-xid-00001",)"
         R"("completedDate":"2024-01-02T03:04:05Z","dependentOnId":3,"assignee":{"type":"None"},)"
         R"("notes":{"data":[{"text":"n"}]},"artifacts":{"data":[{"summary":"s","type":"Host"}]}})"},
        {"notes", R"({"caseId":1,"text":"t"})", R"({"caseId":1,"text":"t"})"},
        {"notes", R"({"caseXid":"0123456789","taskId":"7","taskXid":"x","text":"t"})",
         R"({"caseXid":"0123456789","taskId":7,"taskXid":"x","text":"t"})"},
        {"notes", R"({"artifactId":4,"text":"t","author":"me","summary":"t"})",
         R"({"artifactId":4,"text":"t"})"},
        {"notes", R"({"workflowEventId":4,"text":"t","caseId":null})", R"({"workflowEventId":4,"text":"t"})"},
        {"artifacts",
         R"({"taskId":1,"taskXid":"task-xid-00001","summary":"a.txt","type":"Log File","source":"src",)"
         R"("fieldName":"f","derivedLink":false,"hashCode":"h","fileData":"QQ==","intelType":"x",)"
         R"("notes":{"data":[{"text":"n"}]}})",
         R"({"taskId":1,"taskXid":"task-xid-00001","summary":"a.txt","type":"Log File","source":"src",)"
         R"("fieldName":"f","derivedLink":false,"hashCode":"h","fileData":{"content":0},)"
         R"("notes":{"data":[{"text":"n"}]}})"},
        {"workflowEvents", R"({"caseXid":"0123456789","summary":"s","eventDate":"2024-01-01T01:01:01"})",
         R"({"caseXid":"0123456789","summary":"s","eventDate":"2024-01-01T01:01:01Z"})"},
        {"workflowTemplates",
         R"({"name":"n","description":"d","version":1,"configAttribute":[{"attributeTypeId":2}],"active":true})",
         R"({"name":"n","description":"d","version":1,"configAttribute":[{"attributeTypeId":2}]})"},
    };
    for (const row& r : rows) taken(r, true);
}

// As base64(1), MIME encoders and here-documents leave them.
BOOST_AUTO_TEST_CASE(a_file_may_come_in_lines) {
    for (const char* text :
         {"aGVsbG8=", "aGVs\\nbG8=", "aGVs\\r\\nbG8=\\r\\n", " aGVsbG8=\\n", "aG Vs\\tbG8="}) {
        const std::string body =
            R"({"caseId":1,"summary":"s","type":"Log File","fileData":")" + std::string(text) + "\"}";
        const auto got = read("artifacts", body, true);
        BOOST_REQUIRE_MESSAGE(got.has_value(), body);
        BOOST_TEST(got->contents.at(0) == "hello");
    }
}

BOOST_AUTO_TEST_CASE(updates_leave_out_what_only_a_create_may_say) {
    const row rows[] = {
        {"tasks",
         R"({"name":"old","required":false,"status":"Closed","workflowPhase":3,"xid":"task-xid-00001","caseId":9})",
         R"({"name":"old","required":false,"status":"Closed"})"},
        {"notes", R"({"text":"new","taskId":3,"caseId":2,"edited":true})", R"({"text":"new"})"},
        {"artifacts", R"({"derivedLink":true,"summary":"n","type":"Host","hashCode":"h","fileData":null})",
         R"({"derivedLink":true,"summary":"n"})"},
        {"artifacts", R"({"associatedIndicators":{"data":[{"id":"2"}],"mode":"Replace"}})",
         R"({"associatedIndicators":{"data":[{"id":2}],"mode":"replace"}})"},
        {"artifacts", R"({"notes":{"data":[{"text":"t"}],"mode":"delete"}})",
         R"({"notes":{"data":[{"text":"t"}],"mode":"append"}})"},
        {"workflowEvents", R"({"summary":"s","deleted":true,"systemGenerated":false})", R"({"summary":"s"})"},
        {"cases", R"({"workflowTemplate":{"id":"12","name":"x","version":3}})",
         R"({"workflowTemplate":{"id":12}})"},
        {"cases", R"({"workflowTemplate":{"name":"x"}})", R"({"workflowTemplate":{"name":"x"}})"},
        {"cases", R"({"workflowTemplate":null})", R"({"workflowTemplate":null})"},
        {"cases", R"({"userAccess":{"data":[{"id":3,"userName":"u"},{"userName":"v"}]}})",
         R"({"userAccess":{"data":[{"id":3},{"userName":"v"}],"mode":"replace"}})"},
        {"cases", R"({"userAccess":{"data":[{"id":3}],"mode":"append"}})",
         R"({"userAccess":{"data":[{"id":3}],"mode":"append"}})"},
        {"cases", R"({"userAccess":{"data":[]}})", "{}"},
        {"cases", R"({"userAccess":{"data":[],"mode":"replace"}})",
         R"({"userAccess":{"data":[],"mode":"replace"}})"},
        {"cases", R"({"userAccess":{"data":[{"userName":"v"}],"mode":"delete"}})",
         R"({"userAccess":{"data":[{"userName":"v"}],"mode":"delete"}})"},
        {"cases", R"({"associatedCases":{"data":[{"id":"9","name":"seen"}],"mode":"delete"}})",
         R"({"associatedCases":{"data":[{"id":9}],"mode":"delete"}})"},
        {"cases", R"({"associatedCases":{"data":[{"id":"9","name":"seen","severity":"Nonsense"}]}})",
         R"({"associatedCases":{"data":[{"id":9}],"mode":"append"}})"},
        {"cases", R"({"related":{"data":[{"id":9}]}})", "{}"},
    };
    for (const row& r : rows) taken(r, false);
}

BOOST_AUTO_TEST_CASE(a_case_is_created_with_everything_that_hangs_on_it) {
    const std::string body = in_case(
        R"("artifacts":{"data":[{"summary":"bad.example","type":"Host","caseId":5,"notes":{"data":[{"text":"n"}]}}]},)"
        R"("tasks":{"data":[{"name":"Call","workflowPhase":1,"artifacts":{"data":[{"summary":"f","type":"Log File",)"
        R"("fileData":"Zm9v","notes":{"data":[{"text":"deep"}]}}]}}]},)"
        R"("notes":{"data":[{"text":"first"}]},"workflowEvents":{"data":[{"summary":"Reported"}]},)"
        R"("associatedCases":{"data":[{"name":"c","severity":"Low","status":"open"},{"id":4}]},)"
        R"("associatedGroups":{"data":[{"id":"7"}]})");
    const auto got = read("cases", body, true);
    BOOST_REQUIRE_MESSAGE(got.has_value(), got.error().text);
    BOOST_TEST(
        got->text ==
        in_case(
            R"("artifacts":{"data":[{"summary":"bad.example","type":"Host","notes":{"data":[{"text":"n"}]}}]},)"
            R"("tasks":{"data":[{"name":"Call","workflowPhase":1,"artifacts":{"data":[{"summary":"f","type":"Log File",)"
            R"("fileData":{"content":0},"notes":{"data":[{"text":"deep"}]}}]}}]},)"
            R"("notes":{"data":[{"text":"first"}]},"workflowEvents":{"data":[{"summary":"Reported"}]},)"
            R"("associatedCases":{"data":[{"name":"c","severity":"Low","status":"Open"},{"id":4}]},)"
            R"("associatedGroups":{"data":[{"id":7}]})"));
    BOOST_TEST(got->contents == std::vector<std::string>{"foo"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(creates_of_children_name_what_is_missing_or_wrong) {
    const std::string long_note = R"({"caseId":1,"text":")" + std::string(65501, 'x') + "\"}";
    const std::string long_summary =
        R"({"caseId":1,"type":"Host","summary":")" + std::string(501, 'x') + "\"}";
    const std::string long_event = R"({"caseId":1,"summary":")" + std::string(256, 'x') + "\"}";
    std::string many = R"("notes":{"data":[)";
    for (int i = 0; i < 1001; ++i) many += std::string(i ? "," : "") + R"({"text":"t"})";
    many = in_case(many + "]}");
    const std::string deep_wrong =
        in_case(R"("tasks":{"data":[{"name":"t","artifacts":{"data":[{"summary":"s","type":"Host",)"
                R"("notes":{"data":[{"text":""}]}}]}}]})");
    const std::string deep_unknown = in_case(R"("tasks":{"data":[{"name":"t","colour":"red"}]})");
    const std::string inside = in_case(R"("notes":{"data":[{"text":"t","taskId":3}]})");
    const std::string known = in_case(R"("tasks":{"data":[{"id":4,"name":"t"}]})");
    const std::string intel = in_case(R"("associatedGroups":{"data":[{"name":"APT","type":"Adversary"}]})");
    const std::string nobody = in_case(R"("userAccess":{"data":[{}]})");
    const refused_row rows[] = {
        {"notes", R"({"text":"t"})", err::missing, "The caseId for this note is required"},
        {"notes", R"({"caseId":1})", err::missing, "The text for this note is required"},
        {"notes", R"({"caseId":1,"text":""})", err::improper, "between 1-65500 characters"},
        {"notes", long_note.c_str(), err::improper, "between 1-65500 characters"},
        {"tasks", R"({"name":"t"})", err::missing, "The caseId for this task is required"},
        {"tasks", R"({"caseId":1,"name":"t","status":"Done"})", err::improper,
         "Pending, Open, Reopened, Closed"},
        {"tasks", R"({"caseId":1,"name":"t","workflowPhase":128})", err::improper, "between 0-127"},
        {"tasks", R"({"caseId":1,"name":"t","workflowStep":0})", err::improper, "between 1-127"},
        {"tasks", R"({"caseId":1,"name":"t","durationType":"Weeks"})", err::improper, "Days, Hours, Minutes"},
        {"artifacts", R"({"summary":"s","type":"Host"})", err::missing, "The caseId for this artifact"},
        {"artifacts", R"({"caseId":1,"type":"Host"})", err::missing, "The summary for this artifact"},
        {"artifacts", R"({"caseId":1,"summary":"s"})", err::missing, "The type for this artifact"},
        {"artifacts", long_summary.c_str(), err::improper, "between 1-500 characters"},
        {"artifacts", R"({"caseId":1,"summary":"s","type":"Log File","fileData":"QQ="})", err::improper,
         "it must be Base64"},
        {"artifacts", R"({"caseId":1,"summary":"s","type":"Log File","fileData":12})", err::improper,
         "it must be Base64"},
        {"artifacts", R"({"caseId":1,"summary":"s","type":"Log File","fileData":"Q-=="})", err::improper,
         "it must be Base64"},
        {"artifacts", R"({"caseId":1,"summary":"s","type":"Log File","fileData":"-_=="})", err::improper,
         "it must be Base64"},
        {"workflowEvents", R"({"caseId":1})", err::missing, "The summary for this workflow event"},
        {"workflowEvents", long_event.c_str(), err::improper, "between 1-255 characters"},
        {"workflowTemplates", R"({"description":"d"})", err::missing, "The name for this workflow template"},
        {"workflowTemplates", R"({"name":"n","version":0})", err::improper, "from 1"},
        {"cases", many.c_str(), err::improper, "no more than 1000"},
        {"cases", deep_wrong.c_str(), err::improper, "The text for this note is invalid"},
        {"cases", deep_unknown.c_str(), err::improper, "Unknown field 'colour' for this task"},
        {"cases", inside.c_str(), err::improper, "the parent is the object around it"},
        {"cases", known.c_str(), err::improper, "An existing task is changed by its own endpoint"},
        {"cases", intel.c_str(), err::improper, "no threat intelligence"},
        {"cases", nobody.c_str(), err::missing, "The userName for this user is required"},
    };
    for (const refused_row& r : rows) refused(r, true);
    const refused_row updates[] = {
        {"cases", R"({"workflowTemplate":{"version":1}})", err::missing,
         "The name for this workflow template"},
        {"cases", R"({"workflowTemplate":"x"})", err::improper, "must be an object"},
        {"cases", R"({"associatedIndicators":{"data":[{"summary":"x"}],"mode":"append"}})", err::improper,
         "named by its id"},
        {"cases", R"({"associatedCases":{"data":[{"name":"x"}],"mode":"delete"}})", err::missing,
         "The id for this case is required"},
        {"notes", R"({"text":null})", err::missing, "The text for this note is required"},
    };
    for (const refused_row& r : updates) refused(r, false);
}

BOOST_AUTO_TEST_CASE(a_note_names_its_case_only_where_nothing_is_nearer) {
    const char* on_case = R"({"id":7,"caseId":42,"caseXid":"x","text":"t"})";
    const char* on_artifact = R"({"id":7,"caseId":42,"caseXid":"x","artifactId":3,"text":"t"})";
    const char* on_task = R"({"id":7,"caseId":42,"caseXid":"x","taskId":5,"taskXid":"tx","text":"t"})";
    world w;
    w.backend.say({on_case, on_artifact, on_task});
    BOOST_TEST(at(w.ask("GET", "/api/v3/notes"), "data") ==
               R"([{"id":7,"caseId":42,"caseXid":"x","text":"t"},{"id":7,"artifactId":3,"text":"t"},)"
               R"({"id":7,"taskId":5,"text":"t"}])");
    w.backend.say({on_artifact});
    BOOST_TEST(at(w.ask("GET", "/api/v3/notes/7?fields=caseId"), "data") ==
               R"({"id":7,"caseId":42,"artifactId":3,"text":"t"})");
    w.backend.say({on_task});
    BOOST_TEST(at(w.ask("GET", "/api/v3/notes/7?fields=_all_"), "data.taskXid") == "\"tx\"");
}

BOOST_AUTO_TEST_CASE(nested_members_are_asked_for_by_path_and_a_few_levels_deep) {
    struct asked_row {
        const char *target, *members;
    };
    const asked_row rows[] = {
        {"/api/v3/cases/1?fields=notes&fields=artifacts.notes", "artifacts artifacts.notes notes"},
        {"/api/v3/cases/1?fields=tasks.artifacts.fileData", "tasks tasks.artifacts tasks.artifacts.fileData"},
        {"/api/v3/cases/1?fields=notes.nonsense&fields=nonsense.notes", "notes"},
        {"/api/v3/notes/1?fields=parentCase.tags", "parentCase parentCase.tags"},
        {"/api/v3/notes/1?fields=caseId", ""},
        {"/api/v3/artifacts/1?fields=analytics&fields=fileData",
         "analyticsPriority analyticsPriorityLevel analyticsScore analyticsStatus analyticsType fileData"},
        {"/api/v3/workflowEvents/1?fields=user", "user"},
        {"/api/v3/notes/1?fields=parentCase.notes.parentCase.notes.parentCase.notes",
         "parentCase parentCase.notes parentCase.notes.parentCase parentCase.notes.parentCase.notes "
         "parentCase.notes.parentCase.notes.parentCase"},
    };
    for (const asked_row& r : rows) {
        world w;
        w.backend.say({R"({"id":1})"});
        w.ask("GET", r.target);
        std::string got;
        for (const auto& m : w.backend.last().request.members) got += (got.empty() ? "" : " ") + m;
        BOOST_TEST(got == r.members, r.target);
    }
}

BOOST_AUTO_TEST_CASE(what_hangs_on_a_case_is_shown_as_deep_as_asked) {
    const char* document =
        R"({"id":1,"tasks":{"data":[{"id":2,"xid":"t","name":"T","caseId":1,"owner":"Acme","hidden":1,)"
        R"("artifacts":[{"id":3,"summary":"s","type":"Host","caseId":1,"notes":[{"id":4,"text":"n","artifactId":3,)"
        R"("caseId":1}]}]}]}})";
    world w;
    w.backend.say({document});
    BOOST_TEST(at(w.ask("GET", "/api/v3/cases/1?fields=tasks"), "data.tasks") ==
               R"({"data":[{"id":2,"xid":"t","name":"T","owner":"Acme"}]})");
    w.backend.say({document});
    BOOST_TEST(
        at(w.ask("GET", "/api/v3/cases/1?fields=tasks.artifacts.notes"), "data.tasks.data.0.artifacts") ==
        R"({"data":[{"id":3,"summary":"s","type":"Host","notes":{"data":[{"id":4,"artifactId":3,"text":"n"}]}}]})");
}

BOOST_AUTO_TEST_CASE(an_event_shows_its_deletion_only_once_it_is_deleted) {
    world w;
    w.backend.say({R"({"id":1,"summary":"s","systemGenerated":false})",
                   R"({"id":2,"summary":"s","deleted":true,"deletedReason":"dup","systemGenerated":false})"});
    BOOST_TEST(at(w.ask("GET", "/api/v3/workflowEvents"), "data") ==
               R"([{"id":1,"summary":"s","systemGenerated":false},)"
               R"({"id":2,"summary":"s","deleted":true,"deletedReason":"dup","systemGenerated":false}])");
}

BOOST_AUTO_TEST_CASE(an_event_is_removed_with_a_reason_and_nothing_else_needs_one) {
    world w;
    const auto done = w.ask("DELETE", "/api/v3/workflowEvents/4", R"({"deletedReason":"dup"})");
    BOOST_TEST(done.body == R"({"message":"Deleted","status":"Success"})");
    BOOST_TEST(w.backend.last().request.reason == "dup");
    BOOST_CHECK(w.backend.last().request.what == record_kind::event);
    const auto calls = w.backend.calls.size();
    CHECK_REFUSED(w.ask("DELETE", "/api/v3/workflowEvents/4", "{}"), 400u, "0x2003", "deletedReason");
    CHECK_REFUSED(w.ask("DELETE", "/api/v3/workflowEvents/4"), 400u, "0x2003", "deletedReason");
    CHECK_REFUSED(w.ask("DELETE", "/api/v3/workflowEvents/4", R"({"deletedReason":""})"), 400u, "0x2005",
                  "between 1-255");
    CHECK_REFUSED(
        w.ask("DELETE", "/api/v3/workflowEvents/4", R"({"deletedReason":")" + std::string(256, 'x') + "\"}"),
        400u, "0x2005", "between 1-255");
    CHECK_REFUSED(w.ask("DELETE", "/api/v3/workflowEvents/4", R"({"deletedReason":7})"), 400u, "0x2005", "");
    BOOST_TEST(w.backend.calls.size() == calls);
    BOOST_TEST(w.ask("DELETE", "/api/v3/notes/4", "{}").status == 200u);
    BOOST_TEST(w.backend.last().request.reason.empty());
}

BOOST_AUTO_TEST_CASE(removing_by_query_needs_both_switches) {
    options o;
    o.bulk_delete = true;
    o.deletes = false;
    world keeps(o);
    CHECK_REFUSED(keeps.ask("DELETE", "/api/v3/notes?tql=id+%3D+1"), 403u, "0x1003", "without deletes");
    BOOST_TEST(keeps.ask("DELETE", "/api/v3/notes/1").status == 200u);
    o.deletes = true;
    world on(o);
    for (const char* path : {"notes", "tasks", "artifacts"})
        BOOST_TEST(on.ask("DELETE", std::string("/api/v3/") + path + "?tql=caseId+%3D+1").status == 200u);
    CHECK_REFUSED(on.ask("DELETE", "/api/v3/workflowEvents?tql=caseId+%3D+1"), 400u, "0x2003",
                  "deletedReason");
    BOOST_TEST(
        on.ask("DELETE", "/api/v3/workflowEvents?tql=caseId+%3D+1", R"({"deletedReason":"r"})").status ==
        200u);
    BOOST_TEST(on.backend.last().request.reason == "r");
}

BOOST_AUTO_TEST_CASE(files_go_in_and_out_byte_for_byte_beside_the_documents) {
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    for (const std::string& bytes :
         {std::string(), std::string("A"), all, std::string(300'000, '\0') + all}) {
        world w;
        record_answer a;
        a.documents = {R"({"id":5,"summary":"f","type":"Log File","fileData":{"content":0}})"};
        a.contents = {bytes};
        w.backend.answers.push_back(a);
        const auto made =
            w.ask("POST", "/api/v3/artifacts?fields=fileData",
                  R"({"caseId":1,"summary":"f","type":"Log File","fileData":")" + base64(bytes) + "\"}");
        BOOST_TEST(made.status == 201u);
        BOOST_TEST((w.backend.last().request.contents == std::vector<std::string>{bytes}));
        BOOST_TEST((at(made, "data.fileData") == '"' + base64(bytes) + '"'));
        BOOST_TEST(at(made, "status") == "\"Success\"");
        BOOST_TEST(at(made, "message") == "\"Created\"");
    }
}

BOOST_AUTO_TEST_CASE(files_are_shown_only_when_asked_for_and_there) {
    world w;
    record_answer a;
    a.documents = {R"({"id":5,"fileData":{"content":0}})", R"({"id":6,"fileData":{"content":9}})",
                   R"({"id":7,"fileData":"a2VwdA=="})", R"({"id":8,"fileData":{"content":1}})"};
    a.contents = {"one", "two"};
    w.backend.answers.push_back(a);
    BOOST_TEST(at(w.ask("GET", "/api/v3/artifacts"), "data") == R"([{"id":5},{"id":6},{"id":7},{"id":8}])");
    w.backend.answers.push_back(a);
    const auto res = w.ask("GET", "/api/v3/artifacts?fields=fileData&resultStart=100&resultLimit=100");
    BOOST_TEST(at(res, "data") == R"([{"id":5,"fileData":"b25l"},{"id":6},{"id":7,"fileData":"a2VwdA=="},)"
                                  R"({"id":8,"fileData":"dHdv"}])");
    BOOST_TEST(at(res, "prev") ==
               R"("https://tc.example.org/api/v3/artifacts?fields=fileData&resultStart=0&resultLimit=100")");
}

BOOST_AUTO_TEST_CASE(a_file_that_stands_in_two_places_is_shown_in_both) {
    world w;
    record_answer a;
    a.documents = {
        R"({"id":1,"artifacts":[{"id":5,"fileData":{"content":0}},{"id":6,"fileData":{"content":1}}],)"
        R"("tasks":[{"id":2,"artifacts":[{"id":5,"fileData":{"content":0}}]}]})",
        R"({"id":3,"artifacts":[{"id":5,"fileData":{"content":0}}]})"};
    a.contents = {std::string(70'000, 'x'), ""};
    w.backend.answers.push_back(a);
    const auto res = w.ask("GET", "/api/v3/cases?fields=artifacts.fileData&fields=tasks.artifacts.fileData");
    const std::string whole = '"' + base64(std::string(70'000, 'x')) + '"';
    BOOST_TEST((at(res, "data.0.artifacts.data.0.fileData") == whole));
    BOOST_TEST((at(res, "data.0.tasks.data.0.artifacts.data.0.fileData") == whole));
    BOOST_TEST((at(res, "data.1.artifacts.data.0.fileData") == whole));
    BOOST_TEST(at(res, "data.0.artifacts.data.1.fileData") == "\"\"");
}

BOOST_AUTO_TEST_CASE(links_have_the_origin_that_clients_know) {
    world w;
    w.backend.say(
        {R"({"id":1,"link":"/api/v3/cases/7"})", R"({"id":2,"link":"https://elsewhere.example/x"})"});
    BOOST_TEST(
        at(w.ask("GET", "/api/v3/workflowEvents"), "data") ==
        R"([{"id":1,"link":"https://tc.example.org/api/v3/cases/7"},{"id":2,"link":"https://elsewhere.example/x"}])");
}

BOOST_AUTO_TEST_CASE(large_bodies_are_taken_where_files_and_lists_of_children_come_in) {
    world w;
    for (const char* path : {"cases", "tasks", "artifacts", "workflowEvents"})
        BOOST_TEST(w.face.body_limit(world::make("POST", std::string("/api/v3/") + path)) ==
                   32u * 1024 * 1024);
    BOOST_TEST(w.face.body_limit(world::make("POST", "/api/v3/notes")) == 1024u * 1024);
}

BOOST_AUTO_TEST_CASE(a_key_against_repetition_is_passed_on_with_creates) {
    world w;
    w.backend.say({R"({"id":1})"});
    auto req = world::make("POST", "/api/v3/notes", R"({"caseId":1,"text":"t"})");
    req.fields.push_back({"Authorization", "TC-Token " + std::string(token)});
    req.fields.push_back({"Idempotency-Key", "key-7"});
    BOOST_TEST(w.ask(req).status == 201u);
    BOOST_TEST(w.backend.last().request.idempotency_key == "key-7");
    w.backend.say({R"({"id":1})"});
    auto put = world::make("PUT", "/api/v3/notes/1", R"({"text":"t"})");
    put.fields = req.fields;
    BOOST_TEST(w.ask(put).status == 200u);
    BOOST_TEST(w.backend.last().request.idempotency_key.empty());
}

BOOST_AUTO_TEST_CASE(what_an_object_says_nothing_of_reads_as_false_or_zero) {
    struct query_row {
        const char *path, *query, *document;
        bool found;
    };
    const query_row rows[] = {
        {"workflowEvents", "deleted = False", R"({"id":1})", true},
        {"workflowEvents", "deleted = true", R"({"id":1})", false},
        {"workflowEvents", "deleted = False", R"({"id":1,"deleted":true})", false},
        {"workflowEvents", "deleted is null", R"({"id":1})", false},
        {"workflowEvents", "systemGenerated != true", R"({"id":1})", true},
        {"workflowEvents", "link = \"case:7\"", R"({"id":1,"link":"/api/v3/cases/7","linkAs":"case:7"})",
         true},
        {"tasks", "automated = false and required = false and missingArtifactCount = 0", R"({"id":1})", true},
        {"tasks", "missingArtifactCount > 0", R"({"id":1})", false},
        {"tasks", "required = false", R"({"id":1,"required":true})", false},
        {"cases", "missingArtifactCount in (0, 1)", R"({"id":1})", true},
        {"workflowTemplates", "active EQ true", R"({"id":1})", false},
        {"artifacts", "indicatorActive = false", R"({"id":1})", false},  // there is no indicator
        {"artifacts", "noteId != 4", R"({"id":1,"notes":{"data":[]}})", true},
        {"notes", "taskId is null and artifactId = 3", R"({"id":1,"artifactId":3})", true},
    };
    for (const query_row& r : rows) {
        const auto wanted = query::read_condition(r.query, *find_vocabulary(r.path), find_vocabulary, {});
        BOOST_REQUIRE_MESSAGE(wanted.has_value(), r.query);
        json::tape document;
        BOOST_REQUIRE(document.parse(r.document, {}).has_value());
        BOOST_TEST(query::matches(*wanted, query::document_subject(document.root())) == r.found, r.query);
    }
}

BOOST_AUTO_TEST_CASE(tasks_are_named_by_number_or_external_id) {
    world w;
    w.backend.say({R"({"id":1})"});
    w.ask("GET", "/api/v3/tasks/task-xid-00001");
    BOOST_TEST(w.backend.last().request.external_id == "task-xid-00001");
    BOOST_CHECK(w.backend.last().request.what == record_kind::task);
    w.backend.fail_with(fail(errc::not_found));
    CHECK_REFUSED(w.ask("GET", "/api/v3/notes/9"), 404u, "0x1004", "The requested note was not found");
}

BOOST_AUTO_TEST_SUITE_END()
