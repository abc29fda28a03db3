// Comments, tasks and attachments on ThreatConnect: what is written there, and that Tracecat's clients read back what
// they wrote, whatever happens natively in between.
#include "property.hpp"
#include "stored_child.hpp"

using namespace mapping_test;
using casebridge::errc;

namespace {

constexpr const char* user = "7c0e6d5a-1b2c-4d3e-8f90-a1b2c3d4e5f6";

stored_child comment() {
    stored_child c("comment", "note");
    c.native("dateAdded") = "2026-02-03T10:20:00Z";
    c.native("lastModified") = "2026-02-03T10:20:00Z";
    c.native("edited") = false;
    c.native("author") = "12345678901234567890";
    return c;
}
stored_child task() {
    stored_child t("task", "task");
    t.native("workflowPhase") = 1;
    return t;
}
stored_child attachment() {
    stored_child a("attachment", "artifact");
    a.native("dateAdded") = "2026-02-03T10:21:00.5Z";
    return a;
}

std::string quoted(const std::string& s) { return boost::json::serialize(boost::json::value(s)); }

}  // namespace

BOOST_AUTO_TEST_SUITE(children_forward)

BOOST_AUTO_TEST_CASE(a_native_note_reads_as_a_comment_of_its_author) {
    auto c = comment();
    c.native("text") = "seen on VPN";
    c.native("summary") = "seen on VPN";
    c.native("caseId") = 42;
    c.native("author") = "ana@example.com";
    BOOST_TEST(
        boost::json::serialize(c.view()) ==
        R"({"id":"comment-17","created_at":"2026-02-03T10:20:00Z","updated_at":"2026-02-03T10:20:00Z",)"
        R"("content":"seen on VPN","parent_id":null,"workflow":null,"agent":null,"user":{"user":"ana"},)"
        R"("last_edited_at":null,"deleted_at":null,"is_deleted":false,"mentions":[]})");
    c.native("author") = "nobody we know";
    BOOST_TEST(c.member("user") == "null");
    c.native("edited") = true;
    c.native("lastModified") = "2026-02-04T08:00:00.25Z";
    BOOST_TEST(c.member("last_edited_at") == R"("2026-02-04T08:00:00.250000Z")");
    BOOST_TEST(c.member("updated_at") == R"("2026-02-04T08:00:00.250000Z")");
}

BOOST_AUTO_TEST_CASE(a_comment_is_a_note_and_a_state_that_names_it) {
    auto c = comment();
    const auto p = c.write(R"({"content":"first","parent_id":null,"user_id":"ben","last_edited_at":null,)"
                           R"("deleted_at":null})",
                           true);
    BOOST_TEST(p.members == R"("text":"first")");
    BOOST_TEST(p.carry_text.starts_with(R"({"v":1,"of":["note",0],"r":1,"t":")"));
    BOOST_TEST(p.carry_text.ends_with(R"("s":{"user":"ben"}})"));
    BOOST_REQUIRE(c.entries.size() == 1U);
    BOOST_TEST(c.entries.begin()->second.starts_with(R"({"v":1,"of":["note",17],"r":1,)"));
    BOOST_TEST(c.member("user") == R"({"user":"ben"})");
    BOOST_TEST(c.member("parent_id") == "null");
}

BOOST_AUTO_TEST_CASE(a_comment_of_an_api_key_is_nobodys_although_its_note_has_an_author) {
    for (const char* nobody : {"null", "\"\""}) {
        auto c = comment();
        c.native("author") = "ana@example.com";
        c.write(std::string(R"({"content":"x","user_id":)") + nobody + "}", true);
        BOOST_TEST(c.member("user") == "null");
    }
}

BOOST_AUTO_TEST_CASE(a_person_who_is_gone_is_nobody_and_not_the_bridge) {
    auto c = comment();
    c.native("author") = "ana@example.com";
    c.write(std::string(R"({"content":"x","user_id":")") + user + "\"}", true);
    BOOST_TEST(c.member("user") == "null");
}

BOOST_AUTO_TEST_CASE(a_reply_carries_its_parents_number) {
    for (const char* parent : {"comment-12", "12"}) {
        auto c = comment();
        const auto p =
            c.write(std::string(R"({"content":"x","parent_id":")") + parent + R"(","user_id":"ben"})", true);
        BOOST_TEST(p.carry_text.find(R"("parent_id":"12")") != std::string::npos);
        BOOST_TEST(c.member("parent_id") == R"("comment-12")");
    }
    const auto refused = comment().plan(R"({"content":"x","parent_id":"task-12"})", true);
    BOOST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().code == errc::unresolved_reference));
    BOOST_TEST(refused.error().pointer == "/parent_id");
}

BOOST_AUTO_TEST_CASE(editing_changes_the_text_alone_and_writing_back_nothing) {
    auto c = comment();
    c.write(R"({"content":"first","user_id":"ben"})", true);
    BOOST_TEST(c.plan(R"({"content":"first"})")->idle());
    const auto p = c.write(R"({"content":"second"})");
    BOOST_TEST(p.members == R"("text":"second")");
    BOOST_TEST((p.carry == mapping::write_plan::carry_action::keep));
    BOOST_TEST(c.member("content") == R"("second")");
    BOOST_TEST(c.member("user") == R"({"user":"ben"})");
}

BOOST_AUTO_TEST_CASE(a_soft_deletion_is_no_edit) {
    auto c = comment();
    c.write(R"({"content":"first","user_id":"ben"})", true);
    c.write(R"({"content":"Comment deleted","deleted_at":"2026-03-01T00:00:00.125Z","last_edited_at":null})");
    c.native("edited") = true;  // ThreatConnect says so of every change
    c.native("lastModified") = "2026-03-01T00:00:00Z";
    BOOST_TEST(c.member("content") == R"("Comment deleted")");
    BOOST_TEST(c.member("deleted_at") == R"("2026-03-01T00:00:00.125000Z")");
    BOOST_TEST(c.member("is_deleted") == "true");
    BOOST_TEST(c.member("last_edited_at") == "null");
    auto edited = comment();
    edited.write(R"({"content":"first","user_id":"ben"})", true);
    edited.write(R"({"content":"Comment deleted","deleted_at":"2026-03-01T00:00:00Z",)"
                 R"("last_edited_at":"2026-02-28T00:00:00Z"})");
    edited.native("edited") = true;
    BOOST_TEST(edited.member("last_edited_at") == R"("2026-02-28T00:00:00Z")");
}

BOOST_AUTO_TEST_CASE(a_line_that_names_the_author_is_stored_and_never_shown) {
    auto c = comment();
    const auto p =
        c.write(R"({"content":"first","user_id":"ben","shown_author":"ben (ben@example.com):"})", true);
    BOOST_TEST(p.members == R"("text":"ben (ben@example.com):\nfirst")");
    BOOST_TEST(c.member("content") == R"("first")");
    BOOST_TEST(c.plan(R"({"content":"first"})")->idle());
    BOOST_TEST(c.write(R"({"content":"second"})").members == R"("text":"ben (ben@example.com):\nsecond")");
    BOOST_TEST(c.member("content") == R"("second")");
    // An analyst's edit takes the line away; it does not come back, and no text is lost.
    c.native("text") = "third";
    BOOST_TEST(c.member("content") == R"("third")");
    BOOST_TEST(c.write(R"({"content":"fourth"})").members == R"("text":"fourth")");
    auto rewritten = comment();
    rewritten.write(R"({"content":"a","user_id":"ben","shown_author":"ben:"})", true);
    rewritten.native("text") = "ben:\r\na";
    BOOST_TEST(rewritten.member("content") == R"("a")");
    rewritten.native("text") = "ben: a";
    BOOST_TEST(rewritten.member("content") == R"("ben: a")");
    // A text that happens to begin like it, without a state that says so, is shown whole.
    auto native = comment();
    native.native("text") = "ben (ben@example.com):\nfirst";
    BOOST_TEST(native.member("content") == R"("ben (ben@example.com):\nfirst")");
}

BOOST_AUTO_TEST_CASE(blanks_around_a_text_and_a_line_before_it_come_back) {
    auto c = comment();
    c.write(R"({"content":" \u00a0first\n ","user_id":"ben","shown_author":"ben:"})", true);
    BOOST_TEST(c.native("text").as_string() == "ben:\nfirst");
    BOOST_TEST(c.member("content") == "\" \u00a0first\\n \"");
}

BOOST_AUTO_TEST_CASE(hostile_states_of_a_comment_are_not_shown) {
    const auto shown = [](const std::string& entries) {
        auto c = comment();
        c.native("text") = "text";
        c.native("author") = "ana@example.com";
        c.entries[1] = R"({"v":1,"of":["note",17],"r":1,"t":"x","s":)" + entries + "}";
        return c.view();
    };
    const auto plain = shown("{}");
    for (const char* bad :
         {R"({"user":7})", R"({"user":{"id":1}})", R"({"parent_id":12})", R"({"parent_id":"x"})",
          R"({"parent_id":"-3"})", R"({"parent_id":"99999999999999999999"})", R"({"parent_id":["12"]})",
          R"({"deleted_at":true})", R"({"deleted_at":"yesterday"})", R"({"last_edited_at":17})",
          R"({"last_edited_at":"tomorrow"})", R"({"content":"other"})",
          R"({"content":{"n":99,"l":1,"h":"x","rest":"y"}})", R"({"shown_author":9})",
          R"({"shown_author":"other"})", R"({"shown_author":""})", R"([])", R"(7)"}) {
        BOOST_TEST(boost::json::serialize(shown(bad)) == boost::json::serialize(plain), bad);
    }
    // Of another child, of none, or of a kind that is not there.
    for (const char* of :
         {R"(["note",18])", R"(["task",17])", R"(["note"])", R"("note")", R"([17,"note"])", "null"}) {
        auto c = comment();
        c.native("text") = "text";
        c.native("author") = "ana@example.com";
        c.entries[1] = std::string(R"({"v":1,"of":)") + of + R"(,"r":1,"t":"x","s":{"user":""}})";
        BOOST_TEST(boost::json::serialize(c.view()) == boost::json::serialize(plain), of);
    }
}

BOOST_AUTO_TEST_CASE(a_native_task_reads_as_old_as_its_case) {
    auto t = task();
    t.native("name") = "Block sender";
    t.native("status") = "Open";
    t.native("required") = false;
    BOOST_TEST(
        boost::json::serialize(t.view()) ==
        R"({"id":"task-17","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-02T00:00:00.250000Z",)"
        R"("case_id":"case-42","title":"Block sender","description":null,"priority":"unknown","status":"todo",)"
        R"("assignee":null,"workflow_id":null,"default_trigger_values":null})");
}

BOOST_AUTO_TEST_CASE(a_task_comes_back_as_it_was_written) {
    auto t = task();
    t.write(
        R"({"title":"Block","description":"all of it","priority":"high","status":"blocked","assignee_id":"ana",)"
        R"("workflow_id":"wf_1a2b","default_trigger_values":{"a":[1,2.50]},)"
        R"("created_at":"2026-02-01T00:00:00.000001Z","updated_at":"2026-02-01T00:00:00.000001Z"})",
        true);
    BOOST_TEST(t.native("status").as_string() == "Pending");
    BOOST_TEST(boost::json::serialize(t.native("assignee")) == R"({"type":"User","data":{"id":1}})");
    BOOST_TEST(boost::json::serialize(t.view()) ==
               R"({"id":"task-17","created_at":"2026-02-01T00:00:00.000001Z",)"
               R"("updated_at":"2026-02-01T00:00:00.000001Z","case_id":"case-42","title":"Block",)"
               R"("description":"all of it","priority":"high","status":"blocked",)"
               R"("assignee":{"user":1,"type":"User"},"workflow_id":"wf_1a2b",)"
               R"("default_trigger_values":{"a":[1,2.5E0]}})");
    t.write(R"({"workflow_id":null,"default_trigger_values":null,"assignee_id":"ben","priority":"unknown"})");
    BOOST_TEST(t.member("workflow_id") == "null");
    BOOST_TEST(t.member("default_trigger_values") == "null");
    BOOST_TEST(t.member("priority") == R"("unknown")");
    BOOST_TEST(boost::json::serialize(t.native("assignee")) == R"({"type":"None"})");
}

BOOST_AUTO_TEST_CASE(an_empty_description_is_not_a_missing_one) {
    auto t = task();
    t.write(R"({"title":"a","description":""})", true);
    BOOST_TEST(t.member("description") == R"("")");
    BOOST_TEST(t.plan(R"({"description":""})")->idle());
    t.native("description") = "an analyst's";
    BOOST_TEST(t.member("description") == R"("an analyst's")");
    t.write(R"({"description":"ours"})");
    BOOST_TEST(t.member("description") == R"("ours")");
    auto missing = task();
    missing.write(R"({"title":"a"})", true);
    BOOST_TEST(missing.member("description") == "null");
}

BOOST_AUTO_TEST_CASE(a_title_of_blanks_comes_back) {
    auto t = task();
    t.write(R"({"title":"   "})", true);
    BOOST_TEST(t.native("name").as_string() == "(no title)");
    BOOST_TEST(t.member("title") == R"("   ")");
}

// The law of a right value that is finer than its class, on the task's status: it reads as work in progress, it stays
// while Tracecat's clients stay within the class, and a native change wins.
BOOST_AUTO_TEST_CASE(reopened_reads_as_in_progress_and_stays_while_the_class_does) {
    const auto reopened = [] {
        auto t = task();
        t.native("name") = "a";
        t.native("status") = "Reopened";
        return t;
    };
    BOOST_TEST(reopened().member("status") == R"("in_progress")");
    BOOST_TEST(reopened().plan(R"({"status":"in_progress"})")->idle());
    auto t = reopened();
    t.write(R"({"status":"todo"})");
    BOOST_TEST(t.native("status").as_string() == "Reopened");
    BOOST_TEST(t.member("status") == R"("todo")");
    t.write(R"({"status":"completed"})");
    BOOST_TEST(t.native("status").as_string() == "Closed");
    BOOST_TEST(!t.has_native("completedDate"));
    t.native("status") = "Reopened";
    BOOST_TEST(t.member("status") == R"("in_progress")");
    t.write(R"({"status":"blocked"})");
    BOOST_TEST(t.native("status").as_string() == "Pending");
    t.write(R"({"status":"in_progress"})");
    BOOST_TEST(t.native("status").as_string() == "Open");
    t.native("status") = "REOPENED";
    BOOST_TEST(t.member("status") == R"("in_progress")");
    t.native("status") = "Something new";
    BOOST_TEST(t.member("status") == R"("todo")");
}

BOOST_AUTO_TEST_CASE(an_attachment_is_an_artifact_and_what_it_does_not_say) {
    auto a = attachment();
    const auto p =
        a.write(std::string(R"({"file_name":"report.pdf","artifact_type":"Log File","size":1048576,)") +
                    R"("content_type":"application/pdf","sha256":"ab12","creator_id":")" + user + "\"}",
                true);
    BOOST_TEST(p.members == R"("summary":"report.pdf","type":"Log File")");
    BOOST_TEST(
        boost::json::serialize(a.view()) ==
        std::string(
            R"({"id":"attachment-17","case_id":"case-42","file_id":"file-17","file_name":"report.pdf",)"
            R"("content_type":"application/pdf","size":1048576,"sha256":"ab12",)"
            R"("created_at":"2026-02-03T10:21:00.500000Z","updated_at":"2026-02-03T10:21:00.500000Z",)"
            R"("creator_id":")") +
            user + R"(","is_deleted":false})");
}

BOOST_AUTO_TEST_CASE(a_native_file_has_a_size_and_a_type_although_nobody_said_so) {
    auto a = attachment();
    a.native("summary") = "x.log";
    BOOST_TEST(a.member("size") == "0");
    BOOST_TEST(a.member("content_type") == R"("application/octet-stream")");
    BOOST_TEST(a.member("creator_id") == "null");
    a.entries[5] =
        R"({"v":1,"of":["artifact",17],"r":1,"t":"","s":{"size":"5","sha256":7,"creator_id":"me"}})";
    BOOST_TEST(a.member("size") == "0");
    BOOST_TEST(a.member("sha256") == R"("")");
    BOOST_TEST(a.member("creator_id") == "null");
}

BOOST_AUTO_TEST_CASE(a_file_name_of_any_length_comes_back) {
    auto a = attachment();
    const std::string name(700, 'n');
    a.write(R"({"file_name":")" + name + "\"}", true);
    BOOST_TEST(a.native("summary").as_string().size() == 500U);
    BOOST_TEST(a.member("file_name") == quoted(name));
}

BOOST_AUTO_TEST_CASE(the_key_that_made_an_object_lies_in_its_state) {
    for (auto [table, kind, text] :
         {std::tuple{"comment", "note", R"("content":"x")"}, std::tuple{"task", "task", R"("title":"x")"},
          std::tuple{"attachment", "artifact", R"("file_name":"x")"}}) {
        stored_child c(table, kind);
        const auto p = c.plan(std::string("{") + text + R"(,"idempotency_key":"00ff"})", true);
        BOOST_TEST(p->carry_text.find(R"("k":"00ff")") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(without_a_place_for_states_every_loss_is_declared) {
    auto c = comment();
    const auto p = c.plan(R"({"content":"x","parent_id":"12","user_id":"ben"})", true, 0);
    BOOST_TEST(p->members == R"("text":"x")");
    BOOST_TEST((p->carry == mapping::write_plan::carry_action::keep));
    BOOST_TEST(p->notes.lost_something());
    BOOST_TEST(p->notes.losses().find("parent_id=loss_no_carry") != std::string::npos);
    BOOST_TEST(p->notes.losses().find("user=loss_no_carry") != std::string::npos);
}

// Any sequence of writes: what was written last is read, and writing it back changes nothing.
BOOST_AUTO_TEST_CASE(random_tasks_are_read_as_they_were_last_written) {
    const bool fine = holds("tasks", 500, [] {
        auto t = task();
        std::map<std::string, std::string> model{
            {"title", "\"t\""},     {"description", "null"}, {"priority", "\"unknown\""},
            {"status", "\"todo\""}, {"workflow_id", "null"}, {"default_trigger_values", "null"}};
        t.write(R"({"title":"t"})", true);
        const auto words = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab \n\"\\x")));
        const int steps = *rc::gen::inRange(1, 12);
        for (int i = 0; i < steps; ++i) {
            std::map<std::string, std::string> change;
            const auto maybe = [&](const char* name, const rc::Gen<std::string>& g) {
                if (*rc::gen::inRange(0, 3) == 0) change[name] = *g;
            };
            const auto text = rc::gen::map(words, [](const std::string& s) { return quoted(s); });
            maybe("title", text);
            maybe("description", text);
            maybe("priority",
                  rc::gen::element<std::string>("\"low\"", "\"other\"", "\"unknown\"", "\"critical\""));
            maybe("status", rc::gen::element<std::string>("\"todo\"", "\"in_progress\"", "\"blocked\"",
                                                          "\"completed\""));
            maybe("workflow_id", rc::gen::element<std::string>("null", "\"wf_1\"", "\"wf_2\""));
            maybe("default_trigger_values", rc::gen::element<std::string>("null", "{}", R"({"a":1})"));
            if (*rc::gen::inRange(0, 4) == 0) {  // somebody works on ThreatConnect
                const std::string now(t.native("status").is_string() ? t.native("status").as_string()
                                                                     : "Open");
                const auto next = *rc::gen::element<std::string>("Pending", "Open", "Reopened", "Closed");
                t.native("status") = next;
                model["status"] = t.member("status");
            }
            std::string body = "{";
            for (const auto& [key, val] : change) {
                body += (body.size() > 1 ? ",\"" : "\"") + key + "\":" + val;
                model[key] = val;
            }
            body += "}";
            t.write(body);
            for (const auto& [key, val] : model) RC_ASSERT(t.member(key.c_str()) == val);
            RC_ASSERT(t.plan(body)->idle());
            RC_ASSERT(t.entries.size() <= 1U);
        }
    });
    BOOST_TEST(fine);
}

BOOST_AUTO_TEST_SUITE_END()
