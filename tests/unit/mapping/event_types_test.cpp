// Which change makes which event, and how events are told (Tracecat fact sheet §3.6, §4.4).
#include "support.hpp"

#include "mapping/event_types.hpp"

using namespace mapping_test;

namespace {

const mapping::event_types& events() { return shipped().events(); }

// "status_changed{"old":…} …": what an update of a case makes happen.
std::string of_update(const std::string& before, const std::string& update,
                      const mapping::ledger& notes = {}) {
    const parsed b(before), u(update);
    std::string out;
    const auto& cases = *shipped().object("case").source;
    for (const auto& e : events().of_update(cases, fields(shipped()), b.root(), u.root(), notes))
        out += (out.empty() ? "" : " ") + e.type + "{" + e.members + "}";
    return out;
}

std::string of_document(std::string_view on, const std::string& document) {
    const parsed d(document);
    const auto told = events().of_document(on, d.root());
    return told ? told->type + "{" + told->members + "}" : "none";
}

std::string told(const std::string& type, const std::string& stored, const std::string& user = "ana") {
    const parsed e(stored);
    std::string out;
    events().append(out, *events().find(type), e.root(), user, "\"now\"",
                    [](std::string_view id) { return id == "ana" || id == "ben"; });
    return out;
}

const std::string open_case =
    R"({"summary":"A","status":"new","priority":"low","severity":"low","assignee":null,"payload":null,"fields":[]})";
const std::string lee = "268e1802-2ebf-40c2-9158-73e22ad48bce", kim = "6087fd56-e134-4062-813a-25040ec6c695";

}  // namespace

BOOST_AUTO_TEST_SUITE(event_types)

BOOST_AUTO_TEST_CASE(there_are_the_thirty_types_of_the_sheet) {
    BOOST_TEST(events().all().size() == 30U);
    for (const char* name : {"case_created",
                             "case_updated",
                             "case_closed",
                             "case_reopened",
                             "case_viewed",
                             "priority_changed",
                             "severity_changed",
                             "status_changed",
                             "fields_changed",
                             "assignee_changed",
                             "attachment_created",
                             "attachment_deleted",
                             "tag_added",
                             "tag_removed",
                             "payload_changed",
                             "task_created",
                             "task_deleted",
                             "task_status_changed",
                             "task_priority_changed",
                             "task_workflow_changed",
                             "task_assignee_changed",
                             "dropdown_value_changed",
                             "table_row_linked",
                             "table_row_unlinked",
                             "comment_created",
                             "comment_updated",
                             "comment_deleted",
                             "comment_reply_created",
                             "comment_reply_updated",
                             "comment_reply_deleted"})
        BOOST_TEST((events().find(name) != nullptr), name);
    BOOST_TEST((events().find("case_deleted") == nullptr));
}

BOOST_AUTO_TEST_CASE(closing_and_reopening_stand_instead_of_a_change_of_status) {
    const auto change = [](const std::string& from, const std::string& to) {
        return of_update(R"({"status":")" + from + "\"}", R"({"status":")" + to + "\"}");
    };
    BOOST_TEST(change("new", "closed") == R"(case_closed{"old":"new","new":"closed"})");
    BOOST_TEST(change("resolved", "closed") == R"(case_closed{"old":"resolved","new":"closed"})");
    BOOST_TEST(change("closed", "resolved") == R"(case_reopened{"old":"closed","new":"resolved"})");
    BOOST_TEST(change("new", "resolved") == R"(status_changed{"old":"new","new":"resolved"})");
    BOOST_TEST(change("closed", "closed") == "");
}

BOOST_AUTO_TEST_CASE(one_write_makes_its_events_in_tracecats_order) {
    BOOST_TEST(of_update(open_case, R"({"payload":{"a":1},"summary":"B","assignee_id":")" + lee +
                                        R"(","severity":"high","priority":"high","status":"closed"})") ==
               R"(case_closed{"old":"new","new":"closed"} priority_changed{"old":"low","new":"high"} )"
               R"(severity_changed{"old":"low","new":"high"} assignee_changed{"new":")" +
                   lee + R"("} case_updated{"field":"summary","old":"A","new":"B"} payload_changed{})");
}

BOOST_AUTO_TEST_CASE(what_changes_nothing_makes_nothing_and_null_is_ignored) {
    BOOST_TEST(of_update(open_case, open_case) == "");
    BOOST_TEST(of_update(open_case,
                         R"({"status":null,"priority":null,"severity":null,"fields":null,"summary":null})") ==
               "");
    BOOST_TEST(of_update(open_case, R"({"description":"changed","nonsense":1})") == "");
    BOOST_TEST(of_update(open_case, R"({"assignee_id":null,"payload":null})") == "");
}

BOOST_AUTO_TEST_CASE(people_are_told_as_ids) {
    const std::string held = R"({"assignee":{"id":")" + lee + R"(","email":"l@example.com"}})";
    BOOST_TEST(of_update(held, R"({"assignee_id":")" + kim + R"("})") ==
               R"(assignee_changed{"old":")" + lee + R"(","new":")" + kim + R"("})");
    BOOST_TEST(of_update(held, R"({"assignee_id":null})") == R"(assignee_changed{"old":")" + lee + R"("})");
    BOOST_TEST(of_update(held, R"({"assignee_id":"268E1802-2EBF-40C2-9158-73E22AD48BCE"})") == "");
}

BOOST_AUTO_TEST_CASE(a_payload_that_means_the_same_is_no_change) {
    const auto change = [](const std::string& from, const std::string& to) {
        return of_update(R"({"payload":)" + from + "}", R"({"payload":)" + to + "}");
    };
    BOOST_TEST(change(R"({"a":1,"b":[1,2.5,null]})", R"({"b":[1.0,2.50,null],"a":1})") == "");
    BOOST_TEST(change(R"({"a":1})", R"({"a":2})") == "payload_changed{}");
    BOOST_TEST(change(R"({"a":1})", "null") == "payload_changed{}");
    BOOST_TEST(change(R"({"a":[1,2]})", R"({"a":[2,1]})") == "payload_changed{}");
    BOOST_TEST(change(R"({"a":1})", R"({"a":1,"b":null})") == "payload_changed{}");
}

BOOST_AUTO_TEST_CASE(changes_of_custom_fields_are_one_event_with_what_was_stored_and_what_was_sent) {
    const std::string before =
        R"({"fields":[{"id":"asset_owner","value":"Ana"},{"id":"tc_case_detection_time","value":"2026-03-01T10:00:00Z"}]})";
    BOOST_TEST(of_update(before, R"({"fields":{"asset_owner":"Ben","tc_case_detection_time":1767225600}})") ==
               R"(fields_changed{"changes":[{"field":"asset_owner","old":"Ana","new":"Ben"},)"
               R"({"field":"tc_case_detection_time","old":"2026-03-01T10:00:00Z","new":1767225600}]})");
    BOOST_TEST(of_update(before, R"({"fields":{"asset_owner":null}})") ==
               R"(fields_changed{"changes":[{"field":"asset_owner","old":"Ana"}]})");
    BOOST_TEST(of_update(before, R"({"fields":{"asset_owner":5}})") ==
               R"(fields_changed{"changes":[{"field":"asset_owner","old":"Ana","new":"5"}]})");
    BOOST_TEST(of_update(before, R"({"fields":{"asset_owner":"Ana"}})") == "");
    BOOST_TEST(of_update(before, R"({"fields":{}})") == "");
}

BOOST_AUTO_TEST_CASE(what_was_lost_did_not_happen) {
    mapping::ledger notes;
    notes.note(mapping::finding_code::loss_no_carry, "priority");
    BOOST_TEST(of_update(open_case, R"({"priority":"high","severity":"high"})", notes) ==
               R"(severity_changed{"old":"low","new":"high"})");
}

BOOST_AUTO_TEST_CASE(things_that_come_and_go_tell_of_themselves) {
    BOOST_TEST(of_document("comment:create", R"({"id":"c1","parent_id":null,"content":"x"})") ==
               R"(comment_created{"comment_id":"c1","thread_root_id":"c1"})");
    BOOST_TEST(of_document("comment:delete", R"({"id":"c2","parent_id":"c1"})") ==
               R"(comment_reply_deleted{"comment_id":"c2","parent_id":"c1","thread_root_id":"c1"})");
    BOOST_TEST(of_document("tag:remove", R"({"id":"t","name":"Tier 2","ref":"tier-2","color":null})") ==
               R"(tag_removed{"tag_id":"t","tag_ref":"tier-2","tag_name":"Tier 2"})");
    BOOST_TEST(
        of_document("attachment:create",
                    R"({"id":"a","file_name":"x.txt","content_type":"text/plain","size":3})") ==
        R"(attachment_created{"attachment_id":"a","file_name":"x.txt","content_type":"text/plain","size":3})");
    BOOST_TEST(of_document("create", "{}") == "case_created{}");
    BOOST_TEST(of_document("nothing:ever", "{}") == "none");
}

BOOST_AUTO_TEST_CASE(members_are_told_in_tracecats_order_without_nulls) {
    BOOST_TEST(told("status_changed", R"({"new":"b","old":"a"})") ==
               R"({"type":"status_changed","old":"a","new":"b","user_id":"ana","created_at":"now"})");
    BOOST_TEST(told("comment_deleted",
                    R"({"type":"x","delete_mode":"soft","thread_root_id":")" + lee + R"(","comment_id":")" +
                        lee + R"("})",
                    "") == R"({"comment_id":")" + lee + R"(","thread_root_id":")" + lee +
                               R"(","type":"comment_deleted","delete_mode":"soft","created_at":"now"})");
    BOOST_TEST(
        told("fields_changed", R"({"changes":[{"field":"f","old":null,"new":{"a":null}},{"old":1},5]})") ==
        R"({"type":"fields_changed","changes":[{"field":"f","new":{"a":null}}],"user_id":"ana","created_at":"now"})");
}

BOOST_AUTO_TEST_CASE(a_forged_event_says_nothing_that_its_type_does_not_have) {
    BOOST_TEST(told("status_changed",
                    R"({"old":5,"new":["x"],"evil":"<script>","created_at":"1970","user_id":"root"})",
                    "root") == R"({"type":"status_changed","created_at":"now"})");
    BOOST_TEST(told("assignee_changed", R"({"old":"nobody","new":"ben"})") ==
               R"({"type":"assignee_changed","new":"ben","user_id":"ana","created_at":"now"})");
    BOOST_TEST(told("tag_added", R"({"tag_id":"no id","tag_ref":null})") ==
               R"({"type":"tag_added","user_id":"ana","created_at":"now"})");
}

BOOST_AUTO_TEST_CASE(mistakes_in_the_rows_are_found_with_their_place) {
    std::vector<json::diagnostic> findings;
    const auto file = json::read_jsonc("event.jsonc",
                                       R"({ "types": [
  { "type": "a", "on": "statu" },
  { "type": "a", "members": { "x": "texts @before" } },
  { "tpye": "b" } ] })",
                                       findings);
    BOOST_REQUIRE(file != nullptr);
    mapping::event_types::read(*file, shipped().object("case").source, findings);
    std::string all;
    for (const auto& f : findings) all += f.to_string().substr(0, f.to_string().find(" (")) + "\n";
    BOOST_TEST(all ==
               "event.jsonc:2:24: no rule \"statu\" in the table of cases\n"
               "event.jsonc:3:13: event type \"a\" stands twice\n"
               "event.jsonc:3:36: \"texts\" is no kind of a member\n"
               "event.jsonc:4:3: an event without a type\n"
               "event.jsonc:4:5: unknown key \"tpye\"\n");
}

BOOST_AUTO_TEST_SUITE_END()
