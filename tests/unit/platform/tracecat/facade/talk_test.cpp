// Comments and tasks as the façade checks, hands on and words them (Tracecat fact sheet §3.1, §3.2).
#include "support.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge;
using namespace casebridge::platform;
using namespace casebridge::platform::tracecat;
using namespace casebridge::platform::tracecat::test;

namespace {

const std::string comments =
    std::string("/workspaces/") + workspace_1 + "/cases/9c32be6c-0475-424c-b11c-0f9429447041/comments";
const std::string tasks =
    std::string("/workspaces/") + workspace_1 + "/cases/9c32be6c-0475-424c-b11c-0f9429447041/tasks";
const std::string unknown_case = std::string("/workspaces/") + workspace_1 + "/cases/" + unknown_id;
const std::string some_id = "/11111111-2222-4333-8444-555555555555";

std::string detail(std::string_view text) { return "{\"detail\":\"" + std::string(text) + "\"}"; }

http::request with_key(world& w, const std::string& target, std::string body) {
    http::request req;
    req.method = "POST";
    req.target = target;
    req.fields = {{"Host", "127.0.0.1:8000"},
                  {"Cookie", "fastapiusersauth=" + w.session("admin")},
                  {"Content-Type", "application/json"},
                  {"Idempotency-Key", "a key"}};
    req.body = std::move(body);
    return req;
}

std::string comment(std::string_view id, std::string_view parent, std::string_view updated) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("id", id).key("parent_id");
    if (parent.empty())
        w.null();
    else
        w.string(parent);
    w.member("updated_at", updated).end_object();
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(facade_talk)

BOOST_AUTO_TEST_CASE(a_comment_is_handed_on_trimmed_and_answered_with_null) {
    world w;
    const auto res =
        w.ask("POST", comments, "editor", R"({"content":"  \n padded \t ","mood":"bad","parent_id":null})");
    BOOST_TEST(res.status == 201U);
    BOOST_TEST(res.body == "null");
    BOOST_TEST(header(res, "location") == comments + some_id);
    BOOST_TEST(w.backend.last_document == R"({"content":"padded"})");
    BOOST_CHECK(w.backend.last_what == object::comment);
    w.ask("POST", comments, "editor", R"({"content":"x","parent_id":"111111112222433384445555ffffffff"})");
    BOOST_TEST(w.backend.last_document ==
               R"({"content":"x","parent_id":"11111111-2222-4333-8444-5555ffffffff"})");
}

BOOST_AUTO_TEST_CASE(only_creates_hand_on_an_idempotency_key) {
    world w;
    w.ask(with_key(w, comments, R"({"content":"x"})"));
    BOOST_TEST(w.backend.last_key == "a key");
    w.ask(with_key(w, tasks, R"({"title":"x"})"));
    BOOST_TEST(w.backend.last_key == "a key");
    auto edit = with_key(w, comments + some_id, R"({"content":"x"})");
    edit.method = "PATCH";
    w.ask(edit);
    BOOST_TEST(w.backend.last_key.empty());
}

BOOST_AUTO_TEST_CASE(what_an_edit_may_not_do_is_told_after_whose_comment_it_is) {
    world w;
    const std::pair<const char*, const char*> rows[] = {
        {R"({"parent_id":null})", "Changing a comment parent is not supported"},
        {R"({"content":"x","parent_id":"11111111-2222-4333-8444-555555555555"})",
         "Changing a comment parent is not supported"},
        {R"({"content":null})", "Comment content is required"}};
    for (const auto& [body, text] : rows) {
        const auto res = w.ask("PATCH", comments + some_id, "admin", body);
        BOOST_TEST(res.status == 400U);
        BOOST_TEST(res.body == detail(text));
        BOOST_TEST(w.backend.last_document == "{}");  // who and what, but no change
    }
    const auto nul = w.ask("PATCH", comments + some_id, "admin", R"({"content":"a\u0000b"})");
    BOOST_TEST(nul.status == 500U);
    BOOST_TEST(w.backend.last_document == "{}");
    BOOST_TEST(w.ask("PATCH", comments + some_id, "admin", R"({"content":" x "})").status == 204U);
    BOOST_TEST(w.backend.last_document == R"({"content":"x"})");
}

BOOST_AUTO_TEST_CASE(failures_of_comments_in_tracecats_words) {
    struct row {
        const char* method;
        std::string path;
        errc code;
        const char* pointer;
        unsigned status;
        const char* text;
    };
    const std::string one = comments + some_id;
    const row rows[] = {
        {"POST", comments, errc::unresolved_reference, "/parent_id", 400, "Parent comment not found"},
        {"POST", comments, errc::unresolved_reference, "/parent_id/case", 400,
         "Parent comment must belong to the same case"},
        {"POST", comments, errc::conflict, "/parent_id/parent_id", 400, "Replies cannot have replies"},
        {"POST", comments, errc::conflict, "/parent_id/deleted_at", 400, "Cannot reply to a deleted comment"},
        {"PATCH", one, errc::not_found, "/comment", 404,
         "Comment with ID 11111111-2222-4333-8444-555555555555 not found"},
        {"PATCH", one, errc::not_found, "", 404,
         "Case with ID 9c32be6c-0475-424c-b11c-0f9429447041 not found"},
        {"PATCH", one, errc::forbidden, "/comment", 403, "You cannot update this comment"},
        {"PATCH", one, errc::conflict, "/comment/deleted_at", 400, "Deleted comments cannot be updated"},
        {"DELETE", one, errc::forbidden, "/comment", 403, "You can only delete your own comments"},
        {"DELETE", one, errc::not_found, "/comment", 404,
         "Comment with ID 11111111-2222-4333-8444-555555555555 not found"},
        {"POST", tasks, errc::not_found, "", 404, "Case not found"},
        {"POST", tasks, errc::unresolved_reference, "/assignee_id", 400, "Failed to create task"},
        {"PATCH", tasks + some_id, errc::not_found, "/task", 404, "Task not found"},
        {"PATCH", tasks + some_id, errc::unresolved_reference, "/task/case", 400, "Failed to update task"},
        {"PATCH", tasks + some_id, errc::unresolved_reference, "/assignee_id", 400, "Failed to update task"},
        {"DELETE", tasks + some_id, errc::not_found, "/task", 404, "Task not found"},
        {"DELETE", tasks + some_id, errc::unresolved_reference, "/task/case", 500, "Failed to delete task"},
    };
    world w;
    for (const row& r : rows) {
        w.backend.forced = failure(r.code, "", r.pointer);
        const std::string body =
            r.path.find("tasks") != std::string::npos ? R"({"title":"x"})" : R"({"content":"x"})";
        const auto res = w.ask(r.method, r.path, "admin", std::string_view(r.method) == "DELETE" ? "" : body);
        BOOST_TEST(res.status == r.status);
        BOOST_TEST(res.body == detail(r.text));
    }
    w.backend.forced = failure(errc::not_found);
    BOOST_TEST(w.ask("GET", tasks, "admin").body == "[]");
}

BOOST_AUTO_TEST_CASE(threads_are_roots_in_their_order_with_what_was_last_done) {
    world w;
    w.backend.list_answer.items = {{{}, comment("a", "", "2026-01-01T00:00:00.900000Z")},
                                   {{}, comment("b", "", "2026-01-01T00:00:01Z")},
                                   {{}, comment("c", "a", "2026-01-01T00:00:01Z")},
                                   {{}, comment("d", "a", "2026-01-01T00:00:00.950000Z")}};
    const auto res = w.ask("GET", comments + "/threads", "viewer");
    const auto& items = w.backend.list_answer.items;
    BOOST_TEST(res.status == 200U);
    BOOST_TEST(res.body ==
               "[{\"comment\":" + items[0].document + ",\"replies\":[" + items[2].document + "," +
                   items[3].document +
                   "],\"reply_count\":2,\"last_activity_at\":\"2026-01-01T00:00:01Z\"},"
                   "{\"comment\":" +
                   items[1].document +
                   ",\"replies\":[],\"reply_count\":0,\"last_activity_at\":\"2026-01-01T00:00:01Z\"}]");
}

BOOST_AUTO_TEST_CASE(nulls_that_a_task_ignores_are_not_handed_on) {
    world w;
    w.ask("PATCH", tasks + some_id, "admin",
          R"({"title":null,"description":null,"priority":null,"status":null,"assignee_id":null})");
    BOOST_TEST(w.backend.last_document == "{}");
    w.ask("PATCH", tasks + some_id, "admin",
          R"({"status":"blocked","workflow_id":null,"default_trigger_values":null,"due_date":"x"})");
    BOOST_TEST(w.backend.last_document ==
               R"({"status":"blocked","workflow_id":null,"default_trigger_values":null})");
    const auto made =
        w.ask("POST", tasks, "admin", R"({"title":"  ","description":null,"assignee_id":null})");
    BOOST_TEST(made.status == 201U);
    BOOST_TEST(w.backend.last_document == R"({"title":"  ","priority":"unknown","status":"todo"})");
}

BOOST_AUTO_TEST_CASE(tasks_that_need_a_workflow_fail_where_the_case_exists) {
    world w;
    for (const char* more :
         {R"("workflow_id":"wf_0000000000000000000001")", R"("default_trigger_values":{})"}) {
        const std::string body = std::string(R"({"title":"x",)") + more + "}";
        BOOST_TEST(w.ask("POST", tasks, "admin", body).body == detail("Failed to create task"));
        BOOST_CHECK(w.backend.calls.back() == verb::list);
        BOOST_TEST(w.ask("POST", unknown_case + "/tasks", "admin", body).body == detail("Case not found"));
        BOOST_TEST(w.ask("PATCH", tasks + some_id, "admin", body).body == detail("Failed to update task"));
        BOOST_TEST(w.backend.last_document == "{}");
    }
}

BOOST_AUTO_TEST_CASE(without_the_add_ons_nothing_of_them_is_asked_for) {
    world w(without_addons());
    const auto asked = [&] { return w.backend.calls.size(); };
    for (const auto& [method, path] : {std::pair<const char*, std::string>{"GET", comments + "/threads"},
                                       {"GET", tasks},
                                       {"POST", tasks},
                                       {"PATCH", tasks + some_id},
                                       {"DELETE", tasks + some_id}}) {
        const auto before = asked();
        const std::string body = std::string_view(method) == "POST" || std::string_view(method) == "PATCH"
                                     ? R"({"title":"x"})"
                                     : "";
        const auto res = w.ask(method, path, "admin", body);
        BOOST_TEST((res.status == 403U || res.status == 400U || res.status == 500U));
        BOOST_TEST(asked() == before);
    }
    const auto reply = w.ask("POST", comments, "admin",
                             R"({"content":"x","parent_id":"11111111-2222-4333-8444-555555555555"})");
    BOOST_TEST(reply.status == 403U);
    BOOST_TEST(reply.body.find("EntitlementRequired") != std::string::npos);
    BOOST_CHECK(w.backend.calls.back() == verb::list);  // whether the case is there
    BOOST_TEST(w.ask("POST", comments, "admin", R"({"content":"x"})").status == 201U);
}

BOOST_AUTO_TEST_SUITE_END()
