#include "platform/tracecat/client/case_form.hpp"
#include "platform/tracecat/client/case_index.hpp"
#include "platform/tracecat/client/memory.hpp"
#include "platform/tracecat/client/open_answer.hpp"
#include "platform/tracecat/client/release.hpp"
#include "platform/tracecat/client/sessions.hpp"
#include "platform/tracecat/client/storable.hpp"
#include "platform/tracecat/client/targets.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using namespace casebridge;
using namespace casebridge::platform::tracecat::client;

upstream::answer json_answer(unsigned status, std::string body) {
    upstream::answer a;
    a.status = status;
    a.content_type = "application/json";
    a.body = std::move(body);
    return a;
}

failure failure_of(unsigned status, std::string body) {
    return check_answer(json_answer(status, std::move(body))).error();
}

struct read_text {
    std::string text;
    json::tape tape;
    explicit read_text(std::string_view of) : text(of) {
        BOOST_REQUIRE(tape.parse(text, json::policy{.max_depth = 600}).has_value());
    }
    json::value root() const { return tape.root(); }
};

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

uuid id_number(std::uint8_t n) {
    std::array<std::uint8_t, 16> raw{};
    raw[0] = n;
    return uuid::from_bytes_v4(raw);
}

known_case known(std::uint8_t n, std::string updated, std::string description = "text") {
    return {id_number(n), n, std::move(updated), std::move(description), {}, {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(client_answers)

BOOST_AUTO_TEST_CASE(each_error_body_becomes_a_failure_with_the_servers_text) {
    const auto code = [](unsigned status, const char* body) { return failure_of(status, body).code; };
    BOOST_TEST((code(404, R"({"detail":"Case with ID x not found"})") == errc::not_found));
    BOOST_TEST((code(404, R"({"detail":"Workspace not found"})") == errc::upstream_forbidden));
    BOOST_TEST((code(404, R"({"detail":"Not Found"})") == errc::upstream_malformed));
    BOOST_TEST((code(403, R"({"detail":"Forbidden"})") == errc::upstream_unauthorized));
    BOOST_TEST((code(401, R"({"detail":"Unauthorized"})") == errc::upstream_unauthorized));
    BOOST_TEST((code(409, R"({"detail":"x"})") == errc::conflict));
    BOOST_TEST((code(503, R"({"detail":{"code":"auth_database_unavailable","message":"busy"}})") ==
                errc::upstream_unavailable));
    BOOST_TEST((code(500, R"({"detail":"Database operation failed"})") == errc::upstream_rejected));
    BOOST_TEST((code(500, R"({"type":"TracecatNotFoundError","message":"x","detail":null})") ==
                errc::upstream_rejected));
    BOOST_TEST(
        (code(500, R"({"type":"TracecatException","message":"x","detail":null})") == errc::upstream_error));
    BOOST_TEST((code(500, R"({"detail":"Failed to retrieve cases"})") == errc::upstream_error));
    BOOST_TEST((code(500, R"({"message":"An unexpected error occurred."})") == errc::upstream_error));
    BOOST_TEST(failure_of(503, R"({"detail":{"code":"x","message":"busy"}})").detail == "busy");
    BOOST_TEST(
        failure_of(
            422,
            R"({"detail":[{"loc":["body","summary"],"msg":"Field required"},{"loc":["body","x"],"msg":"No"}]})")
            .detail == "body.summary: Field required; body.x: No");
    const failure scope = failure_of(
        403,
        R"({"error":{"code":"insufficient_scope","message":"You don't have permission to perform this action.","missing_scopes":["case:delete"]}})");
    BOOST_TEST((scope.code == errc::upstream_forbidden));
    BOOST_TEST(scope.detail ==
               "You don't have permission to perform this action. Missing scope: case:delete");
    const failure paid = failure_of(
        403,
        R"({"type":"EntitlementRequired","message":"Feature 'case_addons' requires an upgraded plan.","detail":{"entitlement":"case_addons"}})");
    BOOST_TEST((paid.code == errc::upstream_forbidden));
    BOOST_TEST(paid.detail == "Feature 'case_addons' requires an upgraded plan.");
    BOOST_TEST(
        failure_of(500, R"({"type":"TracecatNotFoundError","message":"Dropdown not found","detail":null})")
            .detail == "Dropdown not found");
    upstream::answer html = json_answer(200, "<html>");
    html.content_type = "text/html";
    BOOST_TEST((open_answer(std::move(html)).error().code == errc::upstream_malformed));
}

BOOST_AUTO_TEST_CASE(only_the_bare_forbidden_and_401_speak_of_the_login) {
    BOOST_TEST(refuses_caller(json_answer(403, R"({"detail":"Forbidden"})")));
    BOOST_TEST(refuses_caller(json_answer(401, R"({"detail":"Unauthorized"})")));
    BOOST_TEST(!refuses_caller(json_answer(403, R"({"error":{"code":"insufficient_scope"}})")));
    BOOST_TEST(!refuses_caller(
        json_answer(403, R"({"type":"EntitlementRequired","message":"x","detail":{"entitlement":"y"}})")));
    BOOST_TEST(!refuses_caller(json_answer(404, R"({"detail":"Forbidden"})")));
    BOOST_TEST(is_generic_error(json_answer(500, R"({"message":"An unexpected error occurred."})")));
    BOOST_TEST(!is_generic_error(json_answer(500, R"({"detail":"Failed to retrieve cases"})")));
    BOOST_TEST(!is_generic_error(json_answer(500, R"({"type":"X","message":"y","detail":null})")));
}

BOOST_AUTO_TEST_CASE(the_release_is_known_by_what_the_probe_is_answered) {
    const auto judge = [](unsigned status, const char* body) {
        return judge_probe(json_answer(status, body));
    };
    BOOST_TEST((judge(422, R"({"detail":[{"loc":["query","limit"]},{"loc":["query","include_payload"]}]})") ==
                verdict::good));
    BOOST_TEST((judge(422, R"({"detail":[{"loc":["query","limit"]}]})") == verdict::too_old));
    BOOST_TEST((judge(422, R"({"detail":[{"loc":["path","case_id"]}]})") == verdict::too_old));
    BOOST_TEST((judge(200, "[]") == verdict::too_old));
    BOOST_TEST((judge(404, R"({"detail":"Not Found"})") == verdict::no_mount));
    BOOST_TEST((judge(404, R"({"detail":"Workspace not found"})") == verdict::unclear));
    BOOST_TEST((judge(500, R"({"message":"x"})") == verdict::unclear));
    BOOST_TEST((judge(422, R"({"detail":"workspace_id is required"})") == verdict::unclear));
    BOOST_TEST(version_of(json_answer(200, R"({"version":"1.0.0-beta.40"})")) == "1.0.0-beta.40");
    BOOST_TEST(too_old_sentence("1.0.0-beta.40").find("1.0.0-beta.40") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(whatever_cookies_a_login_sets_are_sent_back) {
    BOOST_TEST(cookies_of({{"Set-Cookie", "fastapiusersauth=abc; HttpOnly; Path=/"}, {"x", "y"}}) ==
               "fastapiusersauth=abc");
    BOOST_TEST(cookies_of({{"set-cookie", "tracecat_auth_1a2b=x=y"}, {"Set-Cookie", "other=1; Path=/"}}) ==
               "tracecat_auth_1a2b=x=y; other=1");
    BOOST_TEST(cookies_of({{"Set-Cookie", "fastapiusersauth=\"\"; Max-Age=0"},
                           {"Set-Cookie", "nonsense"},
                           {"Set-Cookie", "a="}}) == "");
    BOOST_TEST(login_form("a+b@example.com", "p&=ü") ==
               "username=a%2Bb%40example.com&password=p%26%3D%C3%BC");
}

BOOST_AUTO_TEST_CASE(an_expired_session_does_not_take_a_newer_one_with_it) {
    sessions all;
    all.logged_in("main", "a=1");
    const auto old = all.current("main");
    all.logged_in("main", "a=2");
    all.expired("main", old.serial);
    BOOST_TEST(all.current("main").cookie == "a=2");
    all.expired("main", all.current("main").serial);
    BOOST_TEST(all.current("main").cookie.empty());
    const auto now = http::clock::now();
    all.note_refusal("x", now + std::chrono::seconds(1));
    BOOST_TEST(all.refused("x", now));
    BOOST_TEST(!all.refused("x", now + std::chrono::seconds(1)));
    BOOST_TEST(!all.refused("y", now));
}

BOOST_AUTO_TEST_CASE(targets_of_both_mounts) {
    const uuid w = *uuid::parse("a3b92b3a-81a3-4481-83a5-de4bf26872a3");
    platform::store_listing what;
    what.filter = "status=new";
    what.cursor = "a+b";
    what.limit = 20;
    BOOST_TEST(listing_target({"/api", mount::canonical, w}, what, {"risk_score"}, true) ==
               "/api/workspaces/a3b92b3a-81a3-4481-83a5-de4bf26872a3/cases/"
               "search?limit=20&order_by=created_at&sort=asc&include_payload=true&field_ids=risk_score&"
               "status=new&cursor=a%2Bb");
    what = {};
    what.by_update = what.descending = true;
    BOOST_TEST(
        listing_target({"", mount::legacy, w}, what, {}, false) ==
        "/cases/"
        "search?workspace_id=a3b92b3a-81a3-4481-83a5-de4bf26872a3&limit=200&order_by=updated_at&sort=desc");
    BOOST_TEST(time_filter("updated_after", 1767225600'000000) == "updated_after=2026-01-01T00%3A00%3A00Z");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(client_storable)

BOOST_AUTO_TEST_CASE(what_would_make_a_case_unreadable_is_refused) {
    for (const std::string good :
         {"{}", "1e15", "18446744073709551615", "-9223372036854775808", "1.5e-300", "1e18", "0.1"})
        BOOST_TEST(check_storable(R"({"payload":{"n":)" + good + "}}").has_value(), good);
    for (const std::string bad : {"18446744073709551616", "-9223372036854775809", "1e22", "-1e19", "1e400",
                                  "99999999999999999999999"}) {
        const auto refused = check_storable(R"({"payload":{"a/b":[0,)" + bad + "]}}");
        BOOST_REQUIRE(refused.has_error());
        BOOST_TEST((refused.error().code == errc::invalid_value), bad);
        BOOST_TEST(refused.error().pointer == "/payload/a~1b/1");
    }
    BOOST_TEST(check_storable("{\"p\":" + nested(199) + "}").has_value());
    BOOST_TEST((check_storable("{\"p\":" + nested(260) + "}").error().code == errc::invalid_value));
    BOOST_TEST((check_storable(R"({"summary":"a\u0000b"})").error().code == errc::invalid_value));
    BOOST_TEST((check_storable(R"({"a\u0000b":1})").error().code == errc::invalid_value));
    BOOST_TEST((check_storable(R"({"summary":"\ud800"})").error().code == errc::invalid_document));
    BOOST_TEST((check_storable("{").error().code == errc::invalid_document));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(client_case_form)

constexpr const char* single =
    R"({"id":"0b0f3c1e-7a52-4a61-9a0e-2f3b5c6d7e8f","short_id":"CASE-12345","created_at":"2026-01-05T09:30:00.123456Z",
"updated_at":"2026-01-05T09:30:00.120001Z","summary":"Phishing","status":"new","priority":"high","severity":"medium","description":"d\n\"e\"",
"fields":[{"id":"id","reserved":true,"value":"x"},{"id":"risk","reserved":false,"value":"12.50"},{"id":"none","reserved":false,"value":null}],
"assignee":null,"payload":{"n":1.0,"_bridge":{"s":{"xid":"alert-7"}}},"tags":[],"dropdown_values":[],"rows":[]})";

BOOST_AUTO_TEST_CASE(a_single_read_takes_the_form_of_a_list_item) {
    const read_text t(single);
    case_parts parts;
    parts.base = t.root();
    parts.state_key = "_bridge";
    const auto made = make_case(parts);
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST((*made)->number == 12345);
    BOOST_TEST((*made)->updated == "2026-01-05T09:30:00.120001Z");
    BOOST_TEST(
        (*made)->body ==
        R"({"id":"0b0f3c1e-7a52-4a61-9a0e-2f3b5c6d7e8f","short_id":"CASE-12345","created_at":"2026-01-05T09:30:00.123456Z","updated_at":"2026-01-05T09:30:00.120001Z","summary":"Phishing","status":"new","priority":"high","severity":"medium","assignee":null,"payload":{"n":1.0,"_bridge":{"s":{"xid":"alert-7"}}},"tags":[],"dropdown_values":[],"description":"d\n\"e\"","field_values":{"risk":"12.50"}})");
    BOOST_TEST(text_at(state_of((*made)->document(), "_bridge"), "s.xid") == "alert-7");
    BOOST_TEST(text_at(state_of((*made)->document(), "_bridge"), "s.other.xid") == "");
    BOOST_TEST(!state_of((*made)->document(), "other").exists());
}

BOOST_AUTO_TEST_CASE(what_is_no_case_is_refused) {
    for (const char* short_id : {"CASE-x", "CASE-", "7", "CASE-0", "CASE-2147483648",
                                 "CASE-9223372036854775807", "CASE-99999999999999999999"}) {
        const read_text t(R"({"id":"0b0f3c1e-7a52-4a61-9a0e-2f3b5c6d7e8f","short_id":")" +
                          std::string(short_id) + "\"}");
        case_parts parts;
        parts.base = t.root();
        const auto made = make_case(parts);
        BOOST_REQUIRE_MESSAGE(made.has_error(), short_id);
        BOOST_TEST((made.error().code == errc::upstream_malformed));
    }
    const read_text last(R"({"id":"0b0f3c1e-7a52-4a61-9a0e-2f3b5c6d7e8f","short_id":"CASE-2147483647"})");
    BOOST_TEST(names_of(last.root())->number == 2'147'483'647);
}

BOOST_AUTO_TEST_CASE(history_says_who_made_and_closed_a_case) {
    const auto history = [](const char* events, const char* status) {
        const read_text t(
            std::string(R"({"users":[{"id":"u1","email":"a@x"},{"id":"u2","email":"b@x"}],"events":)") +
            events + "}");
        return read_history(t.root(), status, "T0");
    };
    constexpr const char* ana = R"("created_by":{"id":"u1","email":"a@x"})";
    const char* events = R"([{"type":"case_viewed","user_id":"u1","created_at":"T4"},
        {"type":"case_closed","old":"resolved","new":"closed","user_id":"u1","created_at":"T3"},
        {"type":"status_changed","old":"new","new":"resolved","user_id":"u2","created_at":"T2"},
        {"type":"case_reopened","old":"closed","new":"new","user_id":"u1","created_at":"T1"},
        {"type":"case_created","user_id":"u1","created_at":"T0"}])";
    // Closed since it left the open statuses the last time.
    BOOST_TEST(history(events, "closed") ==
               std::string(ana) + R"(,"closed_at":"T2","closed_by":{"id":"u2","email":"b@x"})");
    BOOST_TEST(
        history(
            R"([{"type":"case_reopened","old":"closed","new":"new","user_id":"u1","created_at":"T1"},{"type":"case_created","user_id":"u1","created_at":"T0"}])",
            "new") == std::string(ana) + R"(,"closed_at":null,"closed_by":null)");
    BOOST_TEST(history(R"([{"type":"case_created","user_id":"u1","created_at":"T0"}])", "resolved") ==
               std::string(ana) + R"(,"closed_at":"T0","closed_by":{"id":"u1","email":"a@x"})");
    // Made by a key: nobody.
    BOOST_TEST(history(R"([{"type":"case_created","created_at":"T0"}])", "new") ==
               R"("created_by":null,"closed_at":null,"closed_by":null)");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(client_case_index)

BOOST_AUTO_TEST_CASE(what_is_known_holds_for_one_updated_at_only) {
    case_index index({});
    index.put(known(1, "T1"));
    known_case more{id_number(1), 1, "T1", {}, "\"created_by\":null", "{\"s\":{}}"};
    index.put(more);
    const auto both = index.find(id_number(1), "T1");
    BOOST_REQUIRE(both);
    BOOST_TEST(*both->description == "text");
    BOOST_TEST(both->history == "\"created_by\":null");
    BOOST_TEST(!index.find(id_number(1), "T2"));
    index.put({id_number(1), 1, "T2", {}, {}, {}});
    const auto later = index.find(id_number(1), "T2");
    BOOST_REQUIRE(later);
    BOOST_TEST(!later->description.has_value());
    BOOST_TEST(later->history.empty());
    BOOST_TEST(later->state == "{\"s\":{}}");   // the last copy seen
    index.forget(id_number(1), true);
    BOOST_TEST(index.find(id_number(1))->state.empty());
    BOOST_TEST(*both->description == "text");   // entries are immutable
}

BOOST_AUTO_TEST_CASE(the_longest_unused_goes_first) {
    case_index index({.cases = 2});
    index.put(known(1, "T"));
    index.put(known(2, "T"));
    BOOST_TEST(index.find(id_number(1), "T"));
    index.put(known(3, "T"));
    BOOST_TEST(index.size() == 2U);
    BOOST_TEST(index.find(id_number(1), "T"));
    BOOST_TEST(!index.find(id_number(2), "T"));
    BOOST_TEST(!index.id_of(2).has_value());
    BOOST_TEST(index.id_of(3).has_value());
}

BOOST_AUTO_TEST_CASE(its_bytes_are_bounded_and_counted) {
    case_index index({.bytes = 10'000});
    for (std::uint8_t n = 1; n < 100; ++n) index.put(known(n, "T", std::string(1000, 'x')));
    BOOST_TEST(index.bytes() <= 10'000U);
    BOOST_TEST(index.size() == 7U);
    for (std::uint8_t n = 1; n < 100; ++n) index.erase(id_number(n));
    BOOST_TEST(index.size() == 0U);
    BOOST_TEST(index.bytes() == 0U);
}

BOOST_AUTO_TEST_CASE(external_ids_lead_to_the_lowest_number) {
    case_index index({});
    index.note_external_id(7, "x");
    index.note_external_id(3, "x");
    index.note_external_id(9, "y");
    BOOST_TEST(*index.number_of("x") == 3);
    index.note_external_id(3, "z");
    BOOST_TEST(*index.number_of("x") == 7);
    BOOST_TEST(*index.number_of("z") == 3);
    index.erase(std::int64_t{7});
    BOOST_TEST(!index.number_of("x").has_value());
    index.note_external_id(9, "");
    BOOST_TEST(!index.number_of("y").has_value());
}

BOOST_AUTO_TEST_CASE(more_external_ids_than_there_is_room_for_make_it_incomplete) {
    case_index index({.external_ids = 2});
    index.note_complete(5);
    index.note_external_id(1, "a");
    index.note_external_id(2, "b");
    BOOST_TEST(index.complete_since().has_value());
    index.note_external_id(3, "c");
    BOOST_TEST(!index.complete_since().has_value());
    BOOST_TEST(*index.number_of("c") == 3);
}

// What was asked for before a write and comes after it must not be believed.
BOOST_AUTO_TEST_CASE(an_answer_that_is_older_than_a_change_is_not_remembered) {
    remembered<int> memory;
    const auto now = casebridge::http::clock::now();
    const auto later = now + std::chrono::seconds(10);
    const std::uint64_t before = memory.turn();
    memory.forget();
    memory.set_in_turn(before, 1, later);
    BOOST_TEST(!memory.get(now).has_value());
    memory.set_in_turn(memory.turn(), 2, later);
    BOOST_TEST(memory.get(now).value() == 2);
}

BOOST_AUTO_TEST_SUITE_END()
