// What hangs on a case, in and around other objects (ThreatConnect fact sheet §4.2 to §4.6, §5.1, §6, §7, §12).
#include "support.hpp"

#include <boost/test/unit_test.hpp>

namespace tc = casebridge::sandbox::threatconnect;
namespace bj = boost::json;

namespace {

const bj::value& in(const bj::value& v, std::string_view key) { return v.as_object().at(key); }

std::string text(const bj::value& v, std::string_view key) {
    const auto* m = v.as_object().if_contains(key);
    return m && m->is_string() ? std::string(m->get_string()) : std::string("(absent)");
}

std::size_t entries(const bj::value& v, std::string_view key) {
    const auto* data = in(v, key).as_object().if_contains("data");
    return data ? data->as_array().size() : 0;
}

const bj::value& first(const bj::value& v, std::string_view key) { return in(in(v, key), "data").at(0); }

const char* const everything =
    R"("artifacts":{"data":[{"summary":"bad.example","type":"Host","notes":{"data":[{"text":"of an artifact"}]}}],"mode":"append"},)"
    R"("tasks":{"data":[{"name":"Call","notes":{"data":[{"text":"of a task"}]},"artifacts":{"data":[{"summary":"a.log",)"
    R"("type":"Log File","fileData":"AAH/","notes":{"data":[{"text":"deep"}]}}]}}]},)"
    R"("notes":{"data":[{"text":"own"}]},"workflowEvents":{"data":[{"summary":"e","notes":{"data":[{"text":"of an event"}]}}]})";

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_children)

BOOST_AUTO_TEST_CASE(a_case_is_created_with_children_of_any_depth) {
    tc::bench b;
    const auto id = b.new_case(everything);
    const auto got =
        b.get("cases/" + id +
              "?fields=notes&fields=artifacts.notes&fields=tasks.notes&fields=tasks.artifacts.notes&"
              "fields=tasks.artifacts.fileData&fields=workflowEvents.notes");
    const auto& c = got.data();
    BOOST_TEST(entries(c, "notes") == 1u);
    BOOST_TEST(entries(c, "artifacts") == 2u);  // the task's as well
    BOOST_TEST(entries(c, "workflowEvents") == 2u);
    const auto& task = first(c, "tasks");
    BOOST_TEST(text(first(task, "notes"), "text") == "of a task");
    BOOST_TEST(text(first(task, "artifacts"), "fileData") == "AAH/");
    BOOST_TEST(text(first(first(task, "artifacts"), "notes"), "text") == "deep");
    BOOST_TEST(b.ids("notes", "hasCase(id = " + id + ")").size() > 0u);
    const auto count = b.get("notes?count=true&tql=" + casebridge::http::encode("caseId = " + id));
    BOOST_TEST(in(count.json, "count").as_int64() == 5);
}

BOOST_AUTO_TEST_CASE(sending_children_again_doubles_them_whatever_the_mode) {
    tc::bench b;
    const auto id = b.new_case();
    for (const char* mode : {"append", "replace", "delete"})
        BOOST_TEST(
            b.put("cases/" + id, R"({"notes":{"data":[{"text":"t"}],"mode":")" + std::string(mode) + "\"}}")
                .status == 200u);
    BOOST_TEST(entries(b.get("cases/" + id + "?fields=notes").data(), "notes") == 3u);
}

BOOST_AUTO_TEST_CASE(a_wrong_child_refuses_the_whole_and_leaves_no_trace) {
    tc::bench b;
    const auto id = b.new_case();
    const char* wrong[] = {
        R"("notes":{"data":[{"text":"fine"},{"text":""}]})",
        R"("tasks":{"data":[{"name":"t","artifacts":{"data":[{"summary":"s","type":"No such type"}]}}]})",
        R"("artifacts":{"data":[{"summary":"s","type":"Host","fileData":"QQ=="}]})",
        R"("workflowEvents":{"data":[{"summary":"s","eventDate":"soon"}]})",
        R"("notes":[{"text":"bare"}])",
        R"("notes":{"data":[{"id":1,"text":"existing"}]})",
        R"("associatedGroups":{"data":[{"id":7}]})",
    };
    for (const char* w : wrong) {
        BOOST_TEST(b.put("cases/" + id, std::string(R"({"severity":"High",)") + w + "}").status == 400u, w);
        BOOST_TEST(text(b.get("cases/" + id).data(), "severity") == "Low", w);
        BOOST_TEST(b.ids("notes", "caseId = " + id) == "", w);
    }
}

BOOST_AUTO_TEST_CASE(a_collection_takes_a_thousand_entries) {
    tc::bench b;
    const auto id = b.new_case();
    std::string notes = R"({"notes":{"data":[)";
    for (int i = 0; i < 1000; ++i) notes += std::string(i ? "," : "") + R"({"text":"t"})";
    BOOST_TEST(b.put("cases/" + id, notes + R"(,{"text":"one more"}]}})").code() == "0x2005");
    BOOST_TEST(b.put("cases/" + id, notes + "]}}").status == 200u);
    BOOST_TEST(entries(b.get("cases/" + id + "?fields=notes").data(), "notes") == 1000u);
}

BOOST_AUTO_TEST_CASE(texts_of_children_have_their_limits) {
    tc::bench b;
    const auto id = b.new_case();
    const auto post = [&](const char* path, const std::string& members) {
        return b.post(path, R"({"caseId":)" + id + "," + members + "}").status;
    };
    const auto quoted = [](std::size_t n) { return "\"" + std::string(n, 'x') + "\""; };
    BOOST_TEST(post("notes", "\"text\":" + quoted(65500)) == 201u);
    BOOST_TEST(post("notes", "\"text\":" + quoted(65501)) == 400u);
    BOOST_TEST(post("artifacts", R"("type":"Host","summary":)" + quoted(500)) == 201u);
    BOOST_TEST(post("artifacts", R"("type":"Host","summary":)" + quoted(501)) == 400u);
    BOOST_TEST(post("artifacts", R"("type":"Host","summary":"s","source":)" + quoted(101)) == 400u);
    BOOST_TEST(post("workflowEvents", "\"summary\":" + quoted(255)) == 201u);
    BOOST_TEST(post("workflowEvents", "\"summary\":" + quoted(256)) == 400u);
    BOOST_TEST(post("tasks", R"("name":"t","description":)" + quoted(1500)) == 201u);
    BOOST_TEST(post("tasks", R"("name":"t","description":)" + quoted(1501)) == 400u);
    BOOST_TEST(post("tasks", R"("name":"t","workflowPhase":127,"workflowStep":127)") == 201u);
    BOOST_TEST(post("tasks", R"("name":"t","workflowPhase":128)") == 400u);
    BOOST_TEST(post("tasks", R"("name":"t","workflowStep":0)") == 400u);
}

BOOST_AUTO_TEST_CASE(a_dependent_task_begins_pending_and_closing_says_who_and_when) {
    tc::bench b;
    const auto id = b.new_case();
    const auto one = b.post("tasks", R"({"caseId":)" + id + R"(,"name":"one"})");
    const auto number = std::to_string(in(one.data(), "id").as_int64());
    const auto two =
        b.post("tasks", R"({"caseId":)" + id + R"(,"name":"two","dependentOnId":)" + number + "}");
    BOOST_TEST(text(two.data(), "status") == "Pending");
    BOOST_TEST(b.post("tasks", R"({"caseId":)" + id + R"(,"name":"x","dependentOnId":424242})").status ==
               400u);
    const auto closed = b.put("tasks/" + number, R"({"status":"closed"})");
    BOOST_TEST(text(closed.data(), "status") == "Closed");
    BOOST_TEST(text(closed.data(), "completedDate") == "2026-03-01T10:00:00Z");
    const auto again = b.put("tasks/" + number, R"({"status":"Reopened"})");
    BOOST_TEST(text(again.data(), "completedDate") == "(absent)");
    BOOST_TEST(text(again.data(), "completedBy") == "(absent)");
    BOOST_TEST(b.ids("tasks", "automated = false and missingArtifactCount = 0 and caseId = " + id) ==
               number + "," + std::to_string(in(two.data(), "id").as_int64()));
}

BOOST_AUTO_TEST_CASE(notes_know_the_nearest_parent_and_parents_must_agree) {
    tc::bench b;
    const auto id = b.new_case(everything);
    const auto other = b.new_case();
    const auto task = b.ids("tasks", "caseId = " + id);
    const auto of_task = b.post("notes", R"({"taskId":)" + task + R"(,"text":"n"})");
    BOOST_TEST(std::to_string(in(of_task.data(), "taskId").as_int64()) == task);
    BOOST_TEST(!of_task.data().as_object().contains("caseId"));
    BOOST_TEST(b.post("notes", R"({"caseId":)" + other + R"(,"taskId":)" + task + R"(,"text":"n"})").code() ==
               "0x2002");
    BOOST_TEST(b.post("notes", R"({"text":"n"})").code() == "0x2003");
    BOOST_TEST(b.post("notes", R"({"taskXid":"none","text":"n"})").code() == "0x1004");
    BOOST_TEST(b.ids("notes", "hasTask(id = " + task + ") and data = \"n\"") ==
               std::to_string(in(of_task.data(), "id").as_int64()));
    BOOST_TEST(b.remove("tasks/" + task).status == 200u);
    BOOST_TEST(b.ids("notes", "taskId = " + task) == "");
    BOOST_TEST(b.ids("artifacts", "type = \"Log File\" and caseId = " + id) == "");
}

BOOST_AUTO_TEST_CASE(a_files_hash_is_the_servers_whatever_a_client_says_and_where) {
    tc::bench b;
    const auto hash = [&](const char* members) {
        const auto a = b.post("artifacts",
                              std::string(R"({"caseId":1,"summary":"f","type":"Log File",)") + members + "}");
        return text(a.data(), "hashCode");
    };
    const auto plain = hash(R"("fileData":"AAH/")");
    BOOST_TEST(hash(R"("hashCode":"mine","fileData":"AAH/")") == plain);
    BOOST_TEST(hash(R"("fileData":"AAH/","hashCode":"mine")") == plain);
    BOOST_TEST(hash(R"("fileData":"")") != plain);
    const auto host = b.post("artifacts", R"({"caseId":1,"summary":"h","type":"Host","hashCode":"mine"})");
    BOOST_TEST(text(host.data(), "hashCode") == "mine");
}

BOOST_AUTO_TEST_CASE(threat_intelligence_is_empty_and_can_be_asked_for) {
    tc::bench b;
    for (const char* path : {"groups", "indicators"}) {
        BOOST_TEST(b.ids(path, "hasCase(id = 1)") == "", path);
        BOOST_TEST(b.ids(path, "hasArtifact(id = 1)") == "", path);
        BOOST_TEST(b.get(std::string(path) + "/1").status == 404u);
        BOOST_TEST(b.post(path, R"({"name":"n"})").status == 405u);
    }
}

BOOST_AUTO_TEST_SUITE_END()
