// Notes, tasks, artifacts and timeline events of cases that lie in Tracecat: what it takes goes there, the rest lies
// beside it, and ThreatConnect's clients read back what they wrote.
#include "kept_child.hpp"
#include "property.hpp"

using namespace mapping_test;
namespace bj = boost::json;
using casebridge::errc;

namespace {

child comment() {
    return {"comment",
            R"({"id":"0b0f3c1e-7a52-4a61-9a0e-2f3b5c6d7e8f","created_at":"2026-01-05T09:30:00.123456Z",
        "updated_at":"2026-01-05T09:31:00Z","content":"seen on VPN","parent_id":null,"workflow":null,"agent":null,
        "user":{"id":"ana-id","email":"ana@example.com"},"last_edited_at":null,"deleted_at":null,"is_deleted":false,
        "mentions":[]})"};
}
child task() {
    return {"task", R"({"id":"5f0e8c1a-0b2d-4c3e-8a7b-6d5e4f3a2b1c","created_at":"2026-01-05T09:30:00Z",
        "updated_at":"2026-01-05T09:30:00Z","case_id":"c","title":"Block sender","description":null,
        "priority":"high","status":"in_progress","assignee":null,"workflow_id":null,"default_trigger_values":null})"};
}
child artifact() {
    return {"attachment",
            R"({"id":"a1","case_id":"c","file_id":"f1","file_name":"x.log","content_type":"text/plain",
        "size":5,"sha256":"abcd","created_at":"2026-01-05T09:30:00.5Z","updated_at":"2026-01-05T09:30:00.5Z",
        "creator_id":null,"is_deleted":false})"};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(children_reverse)

BOOST_AUTO_TEST_CASE(a_comment_reads_as_a_note_of_its_user) {
    auto c = comment();
    BOOST_TEST(bj::serialize(c.shown()) ==
               R"({"id":2147483665,"caseId":42,"caseXid":"case-xid-0042","text":"seen on VPN",)"
               R"("summary":"seen on VPN","author":"ana@example.com","dateAdded":"2026-01-05T09:30:00Z",)"
               R"("lastModified":"2026-01-05T09:31:00Z","edited":false})");
    c.doc["last_edited_at"] = "2026-01-06T00:00:00Z";
    BOOST_TEST(c.member("edited") == "true");
    c.doc["user"] = nullptr;
    BOOST_TEST(c.member("author") == "(absent)");
}

BOOST_AUTO_TEST_CASE(a_note_is_its_callers_whoever_writes_for_him_and_stays_so) {
    auto c = comment();
    const auto p = c.write(R"({"text":"first"})", true);
    BOOST_TEST(p.members == R"("content":"first")");
    BOOST_TEST(p.entries == R"({"author":"12345678901234567890"})");
    BOOST_TEST(c.member("author") == R"("12345678901234567890")");
    c.refs.who = "somebody else";
    c.write(R"({"text":"second"})");
    BOOST_TEST(c.member("author") == R"("12345678901234567890")");
    BOOST_TEST(c.member("text") == R"("second")");
    BOOST_TEST(c.plan(R"({"text":"second"})")->empty());
}

BOOST_AUTO_TEST_CASE(a_summary_is_the_first_hundred_characters) {
    auto c = comment();
    std::string text;
    for (int i = 0; i < 99; ++i) text += "x";
    c.doc["content"] = text + "\xf0\x9f\x98\x80yz";
    BOOST_TEST(c.member("summary") == "\"" + text + "\"");  // never half a character
    c.doc["content"] = text + "\xc3\xa4z";
    BOOST_TEST(c.member("summary") == "\"" + text + "\xc3\xa4\"");
}

BOOST_AUTO_TEST_CASE(a_note_of_any_length_comes_back_and_a_native_edit_wins) {
    auto c = comment();
    const std::string text = std::string(24'990, 'a') + "\xc3\xa4" + std::string(40'000, 'b');
    const auto p = c.write(R"({"text":")" + text + "\"}", true);
    const auto stored = bj::parse("{" + p.members + "}").as_object().at("content").as_string();
    BOOST_TEST(stored.size() <= 25'001U);
    BOOST_TEST(std::string_view(stored).ends_with("[continued in the bridge's state]"));
    BOOST_TEST(p.entries.find(R"("n":")") != std::string::npos);  // numbers as texts
    BOOST_TEST(c.member("text") == "\"" + text + "\"");
    BOOST_TEST(c.plan(R"({"text":")" + text + "\"}")->empty());
    // Somebody appends on Tracecat; then somebody rewrites it.
    c.doc["content"] = std::string(c.doc.at("content").as_string()) + "!";
    BOOST_TEST(c.member("text") == "\"" + text + "!\"");
    c.doc["content"] = "short";
    BOOST_TEST(c.member("text") == R"("short")");
    c.write(R"({"text":"shorter"})");
    BOOST_TEST(c.entries == R"({"author":"12345678901234567890"})");
}

BOOST_AUTO_TEST_CASE(blanks_that_tracecat_would_strip_come_back) {
    auto c = comment();
    const auto p = c.write("{\"text\":\" \\tfirst\xc2\xa0\\n\"}", true);
    BOOST_TEST(p.members == R"("content":"first")");
    BOOST_TEST(c.member("text") == "\" \\tfirst\xc2\xa0\\n\"");
    auto blank = comment();
    blank.write("{\"text\":\"\xe2\x80\x83 \"}", true);
    BOOST_TEST(blank.doc.at("content").as_string() == "(no text)");
    BOOST_TEST(blank.member("text") == "\"\xe2\x80\x83 \"");
}

BOOST_AUTO_TEST_CASE(what_clients_cannot_write_is_refused) {
    for (const char* body : {R"({"author":"me"})", R"({"summary":"x"})", R"({"edited":true})", R"({"id":1})",
                             R"({"dateAdded":"2026-01-01T00:00:00Z"})"}) {
        const auto p = comment().plan(body);
        BOOST_REQUIRE_MESSAGE(p.has_error(), body);
        BOOST_TEST((p.error().code == errc::read_only));
    }
}

BOOST_AUTO_TEST_CASE(a_native_task_has_threatconnects_defaults) {
    BOOST_TEST(
        bj::serialize(task().shown()) ==
        R"({"id":2147483665,"xid":"5f0e8c1a-0b2d-4c3e-8a7b-6d5e4f3a2b1c","caseId":42,"caseXid":"case-xid-0042",)"
        R"("name":"Block sender","workflowPhase":0,"workflowStep":1,"required":false,"status":"Open",)"
        R"("owner":"Acme"})");
}

BOOST_AUTO_TEST_CASE(a_task_comes_back_as_it_was_written) {
    auto t = task();
    const auto p =
        t.write(R"({"name":"Call","description":"d","xid":"task-xid-0001","workflowPhase":2,"workflowStep":3,
        "required":true,"dueDate":"2026-05-01T12:00:00.678901+02:00","durationType":"days","status":"pending",
        "assignee":{"type":"User","data":{"userName":"ana@example.com"}},"dependentOnId":5})",
                true);
    const auto native = bj::parse("{" + p.members + "}").as_object();
    BOOST_TEST(native.at("status").as_string() == "blocked");
    BOOST_TEST(native.at("priority").as_string() == "unknown");
    BOOST_TEST(native.at("assignee_id").as_string() == "ana-id");
    t.doc["assignee"] = bj::parse(R"({"id":"ana-id","email":"ana@example.com"})");
    BOOST_TEST(
        bj::serialize(t.shown()) ==
        R"({"id":2147483665,"xid":"task-xid-0001","caseId":42,"caseXid":"case-xid-0042","name":"Call",)"
        R"("description":"d","workflowPhase":2,"workflowStep":3,"dependentOnId":5,)"
        R"("dueDate":"2026-05-01T10:00:00Z","durationType":"Days","required":true,"status":"Pending",)"
        R"("assignee":{"type":"User","data":{"userName":"ana@example.com"}},"owner":"Acme"})");
    // Clients send back all they have read, in their own spellings.
    BOOST_TEST(t.plan(R"({"name":"Call","description":"d","dueDate":"2026-05-01T10:00:00Z","required":true,
        "workflowPhase":2,"durationType":"DAYS","status":"Pending"})")
                   ->empty());
    t.write(R"({"required":false,"dueDate":null})");
    BOOST_TEST(t.member("required") == "false");
    BOOST_TEST(t.member("dueDate") == "(absent)");
}

BOOST_AUTO_TEST_CASE(a_description_beyond_tracecats_limit_comes_back) {
    auto t = task();
    const std::string text(1500, 'd');
    const auto p = t.write(R"({"name":"a","description":")" + text + "\"}", true);
    BOOST_TEST(t.doc.at("description").as_string().size() == 1000U);
    BOOST_TEST(t.member("description") == "\"" + text + "\"");
    t.write(R"({"description":""})");
    BOOST_TEST(t.member("description") == "(absent)");
    BOOST_TEST(t.doc.at("description").as_string() == "");
}

BOOST_AUTO_TEST_CASE(closing_dates_a_task_and_reopening_takes_the_date_away) {
    auto t = task();
    t.write(R"({"status":"Closed"})");
    BOOST_TEST(t.doc.at("status").as_string() == "completed");
    BOOST_TEST(t.member("completedDate") == R"("2027-01-15T08:00:00Z")");
    BOOST_TEST(t.member("completedBy") == R"("12345678901234567890")");
    t.doc["status"] = "todo";  // on Tracecat
    BOOST_TEST(t.member("completedDate") == "(absent)");
    t.doc["status"] = "completed";
    t.write(R"({"status":"Reopened"})");
    BOOST_TEST(t.member("completedDate") == "(absent)");
    BOOST_TEST(t.member("completedBy") == "(absent)");
    t.doc["status"] = "completed";
    BOOST_TEST(t.member("completedDate") == "(absent)");
    auto made = task();
    made.write(R"({"name":"done","status":"Closed","completedDate":"2026-04-01T00:00:00Z"})", true);
    BOOST_TEST(made.member("completedDate") == R"("2026-04-01T00:00:00Z")");
    BOOST_TEST(made.member("completedBy") == R"("12345678901234567890")");
}

BOOST_AUTO_TEST_CASE(reopened_lies_beside_the_left_value_and_shows_while_the_class_holds) {
    auto t = task();
    t.doc["status"] = "completed";
    t.write(R"({"status":"Reopened"})");
    BOOST_TEST(t.doc.at("status").as_string() == "in_progress");
    BOOST_TEST(t.member("status") == R"("Reopened")");
    BOOST_TEST(t.plan(R"({"status":"Reopened"})")->empty());
    t.doc["status"] = "todo";
    BOOST_TEST(t.member("status") == R"("Reopened")");
    t.doc["status"] = "blocked";
    BOOST_TEST(t.member("status") == R"("Pending")");
    t.doc["status"] = "todo";
    const auto p = t.write(R"({"status":"Open"})");
    BOOST_TEST(p.members.empty());
    BOOST_TEST(t.member("status") == R"("Open")");
    auto made = task();
    made.write(R"({"name":"a","status":"Reopened"})", true);
    BOOST_TEST(made.doc.at("status").as_string() == "in_progress");
    BOOST_TEST(made.member("status") == R"("Reopened")");
}

BOOST_AUTO_TEST_CASE(hostile_entries_are_not_shown_and_break_nothing) {
    const auto shown = [](const std::string& entries) {
        auto t = task();
        t.entries = entries;
        return bj::serialize(t.shown());
    };
    const std::string plain = shown("{}");
    for (const char* bad : {R"({"required":"}{"})",
                            R"({"required":true})",
                            R"({"workflowPhase":"2}"})",
                            R"({"workflowPhase":"1.5"})",
                            R"({"workflowStep":["3"]})",
                            R"({"dueDate":"soon"})",
                            R"({"dueDate":"2026-13-01T00:00:00Z"})",
                            R"({"status":"Pending"})",
                            R"({"status":"Nonsense"})",
                            R"({"status":7})",
                            R"({"completedDate":"2026-01-01"})",
                            R"({"completedDate":["2026-01-01T00:00:00Z","2026-01-01T00:00:00Z","Closed"]})",
                            R"({"name":"other"})",
                            R"({"name":{"n":"0","l":"0","h":"x","rest":"other"}})",
                            R"({"xid":7})",
                            R"({"assignee":"me"})",
                            R"({"id":"9"})",
                            R"({"owner":"x"})",
                            R"([])",
                            R"("x")",
                            "7"})
        BOOST_TEST(shown(bad) == plain, bad);
}

BOOST_AUTO_TEST_CASE(a_native_attachment_reads_as_a_log_file) {
    BOOST_TEST(
        bj::serialize(artifact().shown()) ==
        R"({"id":2147483665,"caseId":42,"caseXid":"case-xid-0042","summary":"x.log","type":"Log File",)"
        R"("dateAdded":"2026-01-05T09:30:00Z","hashCode":"abcd"})");
}

BOOST_AUTO_TEST_CASE(an_artifacts_intel_type_follows_from_its_type) {
    child a("attachment", R"({"created_at":"2026-01-05T09:30:00Z"})");
    const auto p = a.write(R"({"summary":"bad.example","type":"Host","source":"EDR","derivedLink":false,
        "associatedIndicators":{"data":[{"id":7}]}})",
                           true);
    BOOST_TEST(p.members == R"("file_name":"bad.example")");
    BOOST_TEST(
        bj::serialize(a.shown()) ==
        R"({"id":2147483665,"caseId":42,"caseXid":"case-xid-0042","summary":"bad.example","type":"Host",)"
        R"("intelType":"indicator-Host","source":"EDR","dateAdded":"2026-01-05T09:30:00Z","derivedLink":false,)"
        R"("associatedIndicators":{"data":[{"id":7}]}})");
    a.write(R"({"source":"SIEM"})");
    BOOST_TEST(a.member("source") == R"("SIEM")");
}

BOOST_AUTO_TEST_CASE(a_case_has_one_system_event_and_others_are_their_writers) {
    child system("event", R"({"created_at":"2026-01-05T09:30:00.5Z","user":{"email":"ana@example.com"}})");
    BOOST_TEST(bj::serialize(system.shown()) ==
               R"({"id":2147483665,"caseId":42,"caseXid":"case-xid-0042","eventDate":"2026-01-05T09:30:00Z",)"
               R"("dateAdded":"2026-01-05T09:30:00Z","summary":"Case created","systemGenerated":true,)"
               R"("user":{"userName":"ana@example.com"}})");
    child own("event", R"({"created_at":"2026-02-05T09:30:00Z"})");
    own.write(R"({"summary":"Case created","eventDate":"2026-02-03T09:00:00Z"})", true);
    BOOST_TEST(bj::serialize(own.shown()) ==
               R"({"id":2147483665,"caseId":42,"caseXid":"case-xid-0042","eventDate":"2026-02-03T09:00:00Z",)"
               R"("dateAdded":"2026-02-05T09:30:00Z","summary":"Case created","systemGenerated":false,)"
               R"("user":{"userName":"12345678901234567890"}})");
    own.write(R"({"deleted":true,"deletedReason":"entered twice"})");
    BOOST_TEST(own.member("deleted") == "true");
    BOOST_TEST(own.member("deletedReason") == R"("entered twice")");
}

BOOST_AUTO_TEST_CASE(a_template_lies_in_its_entries_whole) {
    child t("template", "{}");
    t.write(R"({"name":"Phishing","description":"steps","configAttribute":[{"attributeTypeId":271}]})", true);
    BOOST_TEST(bj::serialize(t.shown()) ==
               R"({"id":2147483665,"name":"Phishing","description":"steps","active":false,"version":1,)"
               R"("configAttribute":[{"attributeTypeId":271}],"owner":"Acme","ownerId":7})");
    t.write(R"({"version":2})");
    BOOST_TEST(t.member("version") == "2");
}

BOOST_AUTO_TEST_CASE(a_carried_number_is_shown_as_a_number_however_somebody_else_wrote_it) {
    child t("task", R"({"title":"t","status":"todo"})");
    for (const auto& [text, shown] : std::vector<std::pair<const char*, const char*>>{
             {"007", "7"}, {"-05", "-5"}, {"+5", "0"}, {"5.0", "0"}, {"", "0"}, {"seven", "0"}}) {
        t.entries = R"({"workflowPhase":")" + std::string(text) + R"("})";
        BOOST_TEST(t.member("workflowPhase") == shown, text);
    }
    t.entries = R"({"durationType":"Fortnights"})";
    BOOST_TEST(!t.shown().contains("durationType"));
}

// Documents are complete without what the caller did not say.
BOOST_AUTO_TEST_CASE(without_a_case_and_a_number_the_document_tells) {
    const auto& program = *shipped().object("comment").reverse;
    const parsed d(R"({"id":"0123456789","content":"x","created_at":"2026-01-05T09:30:00Z"})");
    std::string out;
    mapping::ledger notes;
    program.run(mapping::subject_of(d.root(), {}), people(), nullptr, out, notes);
    BOOST_TEST(out ==
               R"({"id":7010,"text":"x","summary":"x","dateAdded":"2026-01-05T09:30:00Z","edited":false})");
}

// Any sequence of writes from ThreatConnect, with natives moving in between: what was written last is shown, and
// writing it back changes nothing.
BOOST_AUTO_TEST_CASE(random_tasks_are_shown_as_they_were_last_written) {
    const bool fine = holds("reverse tasks", 500, [] {
        auto t = task();
        std::map<std::string, std::string> model;
        const int steps = *rc::gen::inRange(1, 12);
        for (int i = 0; i < steps; ++i) {
            const bool first = i == 0;
            std::map<std::string, std::string> change;
            const auto maybe = [&](const char* name, const rc::Gen<std::string>& g) {
                if (first || *rc::gen::inRange(0, 3) == 0) change[name] = *g;
            };
            maybe("name", rc::gen::element<std::string>(R"("a")", R"(" b ")", R"("c")"));
            maybe("description",
                  rc::gen::element<std::string>(R"("x")", "\"" + std::string(1400, 'y') + "\""));
            maybe("status",
                  rc::gen::element<std::string>(R"("Pending")", R"("Open")", R"("Reopened")", R"("Closed")"));
            maybe("workflowPhase", rc::gen::element<std::string>("0", "1", "127"));
            maybe("required", rc::gen::element<std::string>("true", "false"));
            maybe("dueDate",
                  rc::gen::element<std::string>(R"("2026-05-01T10:00:00Z")", R"("2027-05-01T10:00:00Z")"));
            if (!first && *rc::gen::inRange(0, 4) == 0) {  // somebody works on Tracecat
                t.doc["status"] =
                    *rc::gen::element<std::string>("todo", "in_progress", "blocked", "completed");
                model["status"] = t.member("status");
            }
            std::string body = "{";
            for (const auto& [key, val] : change) {
                body += (body.size() > 1 ? ",\"" : "\"") + key + "\":" + val;
                model[key] = val;
            }
            body += "}";
            t.write(body, first);
            for (const auto& [key, val] : model) RC_ASSERT(t.member(key.c_str()) == val);
            RC_ASSERT(t.plan(body)->empty());
            RC_ASSERT((t.member("completedDate") != "(absent)") <= (model["status"] == R"("Closed")"));
        }
    });
    BOOST_TEST(fine);
}

BOOST_AUTO_TEST_SUITE_END()
