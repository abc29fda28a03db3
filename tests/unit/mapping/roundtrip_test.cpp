#include "stored_case.hpp"

#include "json/writer.hpp"
#include "mapping/enum_map.hpp"
#include "mapping/laws.hpp"

#include <fstream>
#include <sstream>

using namespace mapping_test;

namespace {

std::string create_body(const std::string& status, const std::string& priority, const std::string& severity) {
    return R"({"summary":"s","description":"d","status":")" + status + R"(","priority":")" + priority +
           R"(","severity":")" + severity + "\"}";
}

const char* const statuses[] = {"unknown", "new", "in_progress", "on_hold", "resolved", "closed", "other"};
const char* const priorities[] = {"unknown", "low", "medium", "high", "critical", "other"};
const char* const severities[] = {"unknown", "informational", "low",   "medium",
                                  "high",    "critical",      "fatal", "other"};

}  // namespace

BOOST_AUTO_TEST_SUITE(roundtrip)

BOOST_AUTO_TEST_CASE(every_combination_of_enums_reads_back_as_it_was_written) {
    const auto& b = shipped();
    const auto f = fields(b);
    for (const std::string status : statuses) {
        for (const std::string priority : priorities) {
            for (const std::string severity : severities) {
                stored_case c(b, f);
                c.write(create_body(status, priority, severity), true);
                for (const std::string shape : {"read", "item"}) {
                    BOOST_TEST(c.member("status", shape) == "\"" + status + "\"");
                    BOOST_TEST(c.member("priority", shape) == "\"" + priority + "\"");
                    BOOST_TEST(c.member("severity", shape) == "\"" + severity + "\"");
                }
                const bool closed = status == "closed" || status == "resolved";
                BOOST_TEST(c.native("status") == (closed ? "\"Closed\"" : "\"Open\""));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_carried_for_values_that_both_sides_share) {
    const auto& b = shipped();
    const auto f = fields(b);
    stored_case c(b, f);
    const auto plan = c.write(create_body("new", "unknown", "high"), true);
    BOOST_TEST((plan.carry == mapping::write_plan::carry_action::keep));
    BOOST_TEST(c.attributes().empty());
}

BOOST_AUTO_TEST_CASE(writing_back_what_was_read_is_an_empty_plan) {
    const auto& b = shipped();
    const auto f = fields(b);
    for (const std::string status : statuses) {
        stored_case c(b, f);
        c.write(
            R"({"summary":")" + std::string(400, 'x') + R"(","description":")" + std::string(4000, 'y') +
                R"(","status":")" + status +
                R"(","priority":"high","severity":"fatal","payload":{"a":[1.0,-0.0,1e22]},"fields":{"asset_owner":"Kim"},"assignee_id":"ben"})",
            true);
        const parsed seen(c.view());
        std::string back = "{";
        for (const char* name : {"summary", "description", "status", "priority", "severity", "payload"}) {
            if (back.size() > 1) back += ',';
            json::append_string(back, name);
            back += ':';
            json::append_value(back, seen.root().member(name));
        }
        const auto plan = c.write(back + R"(,"fields":{"asset_owner":"Kim"},"assignee_id":"ben"})", false);
        BOOST_TEST(plan.empty(), status << ": " << plan.members << " " << plan.carry_text);
    }
}

BOOST_AUTO_TEST_CASE(texts_of_any_length_come_back_whole) {
    const auto& b = shipped();
    const auto f = fields(b);
    for (const std::size_t n : {0U, 1U, 254U, 255U, 256U, 300U, 1499U, 1500U, 1501U, 6000U, 100000U}) {
        std::string text;
        for (std::size_t i = 0; i < n; ++i)
            text += i % 5 == 0 ? "\xc3\xbc" : i % 97 == 0 ? "\xf0\x9f\x95\xb5" : "a";
        std::string quoted;
        json::append_string(quoted, text);
        stored_case c(b, f);
        c.write(R"({"summary":)" + quoted + R"(,"description":)" + quoted +
                    R"(,"status":"new","priority":"low","severity":"low"})",
                true);
        BOOST_TEST((c.member("summary") == quoted), n);
        BOOST_TEST((c.member("description") == quoted), n);
        const parsed name(c.native("name"));
        BOOST_TEST(mapping::utf16_length(name.root().text()) <= 255U);
        BOOST_TEST(!mapping::is_blank(name.root().text()));
    }
}

BOOST_AUTO_TEST_CASE(a_native_edit_of_a_long_text_wins_and_an_appended_one_stays) {
    const auto& b = shipped();
    const auto f = fields(b);
    stored_case c(b, f);
    const std::string text(2000, 'x');
    c.write(
        R"({"summary":"s","description":")" + text + R"(","status":"new","priority":"low","severity":"low"})",
        true);
    std::string& native = c.native("description");
    native.insert(native.size() - 1, " seen by Kim");
    BOOST_TEST(c.member("description") == "\"" + text + " seen by Kim\"");
    native = "\"rewritten\"";
    BOOST_TEST(c.member("description") == "\"rewritten\"");
}

BOOST_AUTO_TEST_CASE(native_edits_win_over_what_is_carried) {
    const auto& b = shipped();
    const auto f = fields(b);
    stored_case c(b, f);
    c.write(create_body("on_hold", "high", "fatal"), true);
    c.native("severity") = "\"Low\"";
    BOOST_TEST(c.member("severity") == "\"low\"");
    BOOST_TEST(c.member("status") == "\"on_hold\"");
    c.native("status") = "\"Closed\"";
    BOOST_TEST(c.member("status") == "\"closed\"");
    BOOST_TEST(c.member("priority") == "\"high\"");
}

BOOST_AUTO_TEST_CASE(a_resolved_case_that_was_reopened_is_in_progress_and_closed_again_is_closed) {
    const auto& b = shipped();
    const auto f = fields(b);
    stored_case c(b, f);
    c.write(create_body("resolved", "low", "low"), true);
    BOOST_TEST(c.native("caseCloseTime") == "\"2026-01-01T00:00:00Z\"");
    BOOST_TEST(c.member("status") == "\"resolved\"");
    c.native("status") = "\"Open\"";
    BOOST_TEST(c.member("status") == "\"in_progress\"");
    c.native("status") = "\"Closed\"";
    c.native("caseCloseTime") = "\"2026-02-02T00:00:00Z\"";
    BOOST_TEST(c.member("status") == "\"closed\"");
}

BOOST_AUTO_TEST_CASE(a_payload_whose_file_was_deleted_can_be_written_again) {
    const auto& b = shipped();
    const auto f = fields(b);
    stored_case c(b, f);
    const std::string payload = R"({"a":")" + std::string(2000, 'p') + "\"}";
    c.write(
        R"({"summary":"s","description":"d","status":"new","priority":"low","severity":"low","payload":)" +
            payload + "}",
        true);
    BOOST_REQUIRE(c.files().size() == 1U);
    c.files().clear();
    BOOST_TEST(c.member("payload") == "null");
    c.write("{\"payload\":" + payload + "}", false);
    BOOST_TEST((c.member("payload") == payload));
    BOOST_TEST(c.write("{\"payload\":" + payload + "}", false).empty());
}

BOOST_AUTO_TEST_CASE(the_resolution_refines_an_open_case_that_carries_nothing) {
    const auto& b = shipped();
    const auto f = fields(b);
    stored_case c(b, f);
    c.write(create_body("new", "low", "low"), true);
    c.native("resolution") = "\"In Progress / Investigating\"";
    BOOST_TEST(c.member("status") == "\"in_progress\"");
    c.native("resolution") = "\"Deferred / Delayed\"";
    BOOST_TEST(c.member("status") == "\"on_hold\"");
    c.write(R"({"status":"new"})", false);
    BOOST_TEST(c.member("status") == "\"new\"");
    BOOST_TEST(c.native("resolution") == "\"Deferred / Delayed\"");
    c.native("resolution") = "\"In Progress / Investigating\"";  // an analyst moved it on
    BOOST_TEST(c.member("status") == "\"in_progress\"");
}

BOOST_AUTO_TEST_CASE(payloads_come_back_digit_for_digit_inline_and_from_files) {
    const auto& b = shipped();
    const auto f = fields(b);
    for (const std::size_t size : {1U, 40'000U, 900'000U}) {
        stored_case c(b, f);
        const std::string payload = R"({"zeta":[1.5,1E3,-0.0,1e16,18446744073709551616,1e400],"a":")" +
                                    std::string(size, 'p') + R"(","n":null})";
        const auto plan = c.write(
            R"({"summary":"s","description":"d","status":"other","priority":"low","severity":"low","payload":)" +
                payload + "}",
            true);
        BOOST_TEST(plan.carry_text.size() <= 500U);
        BOOST_TEST((c.member("payload") == payload), size);
        BOOST_TEST(c.member("status") == "\"other\"");
        c.write(R"({"priority":"high"})", false);
        BOOST_TEST((c.member("payload") == payload), size);
        BOOST_TEST(c.files().size() == (size > 300 ? 1U : 0U));
        c.write(R"({"payload":null})", false);
        BOOST_TEST(c.member("payload") == "null");
        BOOST_TEST(c.files().empty());
    }
}

BOOST_AUTO_TEST_CASE(hostile_carry_never_breaks_a_read) {
    const auto& b = shipped();
    const auto f = fields(b);
    for (
        const char* bad :
        {"", "x", "{}", "[]", "null", R"({"v":1})", R"({"v":1,"r":1,"s":[]})", R"({"v":2,"r":1,"s":{}})",
         R"({"v":1,"r":-1,"s":{"severity":"fatal"}})",
         R"({"v":1,"r":1,"s":{"status":5,"severity":{},"priority":[],"payload":1}})",
         R"({"v":1,"r":1,"s":{"status":["closed","new",""],"severity":"nonsense","summary":{"n":-1,"l":99999999999,"h":"","rest":5}}})",
         R"({"v":1,"r":1,"s":{"assignee":{"x":1},"description":"y"},"x":{"payload":"z","summary":[1,2,3]}})",
         R"({"v":1,"r":9223372036854775807,"s":{},"x":[]})"}) {
        stored_case c(b, f);
        c.write(create_body("new", "unknown", "low"), true);
        c.add_attribute("Bridge State", bad);
        BOOST_TEST(c.member("summary") == "\"s\"", bad);
        const std::string status = c.member("status");
        BOOST_TEST((status == "\"new\"" || status == "\"in_progress\""), bad);
        BOOST_TEST(c.member("severity") == "\"low\"", bad);
        c.write(create_body("on_hold", "high", "informational"), false);
        BOOST_TEST(c.member("status") == "\"on_hold\"", bad);
        BOOST_TEST(c.member("severity") == "\"informational\"", bad);
    }
}

BOOST_AUTO_TEST_CASE(of_several_states_the_highest_valid_revision_counts) {
    const auto& b = shipped();
    const auto f = fields(b);
    stored_case c(b, f);
    c.write(create_body("new", "unknown", "low"), true);
    c.add_attribute("Bridge State", R"({"v":1,"r":2,"t":"x","s":{"priority":"high"}})");
    c.add_attribute("Bridge State", R"({"v":1,"r":5,"t":"x","s":{"priority":"critical"}})");
    c.add_attribute("Bridge State", R"({"v":1,"r":4,"t":"x","s":{"priority":"low"}})");
    BOOST_TEST(c.member("priority") == "\"critical\"");
    const auto plan = c.write(R"({"priority":"medium"})", false);
    BOOST_TEST(plan.old_carry.size() == 3U);
    BOOST_TEST(c.attributes().size() == 1U);
    BOOST_TEST(c.member("priority") == "\"medium\"");
}

BOOST_AUTO_TEST_CASE(without_a_place_for_the_carry_the_loss_is_declared) {
    const auto& b = shipped();
    const auto f = fields(b, 0);
    stored_case c(b, f);
    const auto plan = c.write(create_body("on_hold", "high", "low"), true);
    BOOST_TEST(plan.notes.losses() == "status=loss_no_carry, priority=loss_no_carry");
    BOOST_TEST(c.member("status") == "\"new\"");
}

BOOST_AUTO_TEST_CASE(people_that_the_backend_does_not_know_are_carried_and_native_assignees_win) {
    const auto& b = shipped();
    const auto f = fields(b);
    stored_case c(b, f);
    c.write(
        R"({"summary":"s","description":"","status":"new","priority":"unknown","severity":"low","assignee_id":"ben"})",
        true);
    BOOST_TEST(c.member("assignee") == R"({"user":"ben"})");
    c.write(R"({"assignee_id":"ana"})", false);
    BOOST_TEST(c.member("assignee") == R"({"user":1,"type":"User"})");
    BOOST_TEST(c.attributes().empty());
    c.write(R"({"assignee_id":"ben"})", false);
    BOOST_TEST(c.member("assignee") == R"({"user":"ben"})");
    c.native("assignee") = R"({"type":"Group","data":{"id":1,"name":"SOC Team"}})";
    BOOST_TEST(c.member("assignee") == R"({"user":1,"type":"Group"})");
    c.write(R"({"assignee_id":null})", false);
    BOOST_TEST(c.member("assignee") == "null");
}

BOOST_AUTO_TEST_CASE(the_published_cases_lose_nothing_without_a_row) {
    std::ifstream in(std::string(CASEBRIDGE_SOURCE_DIR) + "/tests/data/samples/threatconnect-cases.json");
    std::stringstream text;
    text << in.rdbuf();
    const parsed page(text.str());
    for (const auto& [none, doc] : page.root().member("data").elements()) {
        for (const auto& leaf : mapping::account_leaves(doc, *shipped().object("case").source, false, {})) {
            BOOST_TEST((leaf.what != mapping::fate::unknown), leaf.pointer);
            if (leaf.what == mapping::fate::dropped) BOOST_TEST(!leaf.reason.empty(), leaf.pointer);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_shipped_overlay_writes_the_resolution_and_spares_verdicts) {
    const auto b =
        load({std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings/overlays/status-with-resolution.jsonc"});
    const auto f = fields(*b);
    stored_case c(*b, f);
    c.write(create_body("on_hold", "unknown", "low"), true);
    BOOST_TEST(c.native("resolution") == "\"Deferred / Delayed\"");
    BOOST_TEST(c.member("status") == "\"on_hold\"");
    BOOST_TEST(c.attributes().empty());
    c.native("resolution") = "\"Escalated\"";
    c.write(R"({"status":"in_progress"})", false);
    BOOST_TEST(c.native("resolution") == "\"Escalated\"");
    BOOST_TEST(c.member("status") == "\"in_progress\"");
}

BOOST_AUTO_TEST_SUITE_END()
