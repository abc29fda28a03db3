#include "support.hpp"

#include "http/target.hpp"

#include "platform/tracecat/facade/router.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge;
using namespace casebridge::platform;
using namespace casebridge::platform::tracecat;
using namespace casebridge::platform::tracecat::test;

namespace {

const std::string cases_path = std::string("/workspaces/") + workspace_1 + "/cases";
const std::string one_case = cases_path + "/9c32be6c-0475-424c-b11c-0f9429447041";
const std::string valid_case =
    R"({"summary":"s","description":"d","status":"new","priority":"low","severity":"low"})";

std::string member_of(const http::response& res, std::string_view name) {
    json::tape t;
    BOOST_REQUIRE(t.parse(res.body, json::policy{}).has_value());
    const json::value v = t.root().member(name);
    return v.is_string() ? std::string(v.text()) : std::string();
}

outcome page_of(std::initializer_list<std::int64_t> ids, bool before, bool after) {
    outcome out;
    for (const std::int64_t id : ids)
        out.items.push_back({{1000 + id, id}, "{\"n\":" + std::to_string(id) + "}"});
    out.more_before = before;
    out.more_after = after;
    out.total = 9;
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(facade_answers)

BOOST_AUTO_TEST_CASE(routes_are_found_on_both_mounts_and_behind_the_prefix) {
    for (const std::string prefix : {"", "/api"}) {
        BOOST_TEST(find_route("GET", prefix + "/cases").row->name == "cases.list");
        BOOST_TEST(find_route("GET", prefix + cases_path).row->name == "cases.list");
        BOOST_CHECK(find_route("GET", prefix + cases_path).below_workspace);
        BOOST_TEST(find_route("GET", prefix + cases_path + "/search").row->name == "cases.search");
        BOOST_TEST(find_route("PATCH", prefix + one_case).row->name == "cases.update");
    }
    BOOST_TEST(find_route("GET", "/workspaces/%41/cases").captures.front().value == "A");
    BOOST_CHECK(!find_route("GET", "/apix/cases").row);
    BOOST_CHECK(!find_route("GET", cases_path + "//search").row);
    BOOST_CHECK(!find_route("GET", "/ready").row);
}

BOOST_AUTO_TEST_CASE(the_first_route_of_a_path_names_the_allowed_method) {
    world w;
    const std::pair<std::string, const char*> rows[] = {
        {cases_path, "GET"},
        {one_case, "GET"},
        {cases_path + "/batch-update", "POST"},
        {"/auth/login", "POST"},
        {one_case + "/comments/" + unknown_id, "PATCH"},
        {std::string("/workspaces/") + workspace_1 + "/case-fields/x", "PATCH"}};
    for (const auto& [path, allowed] : rows) {
        const http::response res = w.ask("PUT", path);
        BOOST_TEST(res.status == 405U);
        BOOST_TEST(header(res, "allow") == allowed);
    }
    BOOST_TEST(w.ask("HEAD", cases_path).status == 405U);
    BOOST_TEST(w.ask("OPTIONS", cases_path).status == 405U);
}

BOOST_AUTO_TEST_CASE(a_trailing_slash_redirects_only_where_a_route_would_fit) {
    world w;
    const http::response res = w.ask("POST", "/api" + cases_path + "/?limit=1", "admin", "{}");
    BOOST_TEST(res.status == 307U);
    BOOST_TEST(header(res, "location") == "http://127.0.0.1:8000/api" + cases_path + "?limit=1");
    BOOST_TEST(res.body.empty());
    BOOST_TEST(w.ask("GET", "/no-such-thing/").status == 404U);
    BOOST_TEST(w.ask("GET", std::string("/workspaces/") + workspace_1 + "//cases").status == 404U);
}

BOOST_AUTO_TEST_CASE(a_created_case_is_null_with_its_place_in_a_header) {
    world w;
    const http::response res =
        w.ask("POST", "/api/cases?workspace_id=" + std::string(workspace_1), "editor", valid_case);
    BOOST_TEST(res.status == 201U);
    BOOST_TEST(res.body == "null");
    BOOST_TEST(header(res, "location") == "/api" + cases_path + "/11111111-2222-4333-8444-555555555555");
    BOOST_TEST(res.route == "cases.create");
    BOOST_TEST(res.account == "editor@example.com");
}

BOOST_AUTO_TEST_CASE(a_handlers_204_has_a_type_and_no_length) {
    world w;
    const http::response res = w.ask("PATCH", one_case, "editor", R"({"status":"closed"})");
    BOOST_TEST(res.status == 204U);
    BOOST_TEST(res.content_type == "application/json");
    BOOST_CHECK(res.no_length && res.body.empty());
}

BOOST_AUTO_TEST_CASE(checks_come_in_tracecats_order) {
    world w;
    const std::string bad_workspace = "/workspaces/bad/cases";
    BOOST_TEST(w.ask("POST", bad_workspace, {}, "{").body.find("json_invalid") != std::string::npos);
    BOOST_TEST(w.ask("POST", bad_workspace, {}, "{}").body ==
               R"({"detail":"Invalid workspace_id path parameter"})");
    BOOST_TEST(w.ask("POST", cases_path, {}, "{}").status == 403U);
    BOOST_TEST(w.ask("POST", cases_path, "member", "{}").status == 403U);
    BOOST_TEST(w.ask("POST", cases_path, "viewer", "{}").status == 422U);
    BOOST_TEST(w.ask("POST", cases_path, "viewer", valid_case).status == 403U);
    BOOST_TEST(w.ask("DELETE", cases_path + "/bad", "viewer").status == 422U);
    BOOST_TEST(w.ask("DELETE", cases_path + "/" + unknown_id, "viewer").status == 403U);
    BOOST_TEST(w.ask("DELETE", cases_path + "/" + unknown_id, "lead").status == 404U);
    BOOST_TEST(w.ask("GET", "/cases?workspace_id=" + std::string(unknown_id), "lead").status == 404U);
    BOOST_TEST(w.ask("GET", cases_path + "?workspace_id=" + workspace_2, {}).status == 400U);
    const http::response both = w.ask("GET", "/cases?workspace_id=&limit=0", {});
    BOOST_TEST(both.status == 422U);
    BOOST_TEST(both.body.find("workspace_id") < both.body.find("\"limit\""));
}

BOOST_AUTO_TEST_CASE(text_that_cannot_be_stored_fails_as_a_create_and_as_an_update_do) {
    world w;
    for (
        const char* body :
        {R"({"summary":"a\u0000b","description":"d","status":"new","priority":"low","severity":"low"})",
         R"({"summary":"a\ud800b","description":"d","status":"new","priority":"low","severity":"low"})",
         R"({"summary":"s","description":"d","status":"new","priority":"low","severity":"low","payload":{"x":NaN}})"}) {
        const http::response made = w.ask("POST", cases_path, "editor", body);
        BOOST_TEST(made.status == 500U);
        BOOST_TEST(made.body == R"({"message":"An unexpected error occurred. Please try again later."})");
        BOOST_TEST(header(made, "x-content-type-options").empty());
        BOOST_TEST(w.ask("PATCH", one_case, "editor", body).body ==
                   R"({"detail":"Database operation failed"})");
    }
    BOOST_TEST(w.ask("POST", cases_path, "editor", R"({"ignored":"\u0000",)" + valid_case.substr(1)).status ==
               201U);
}

BOOST_AUTO_TEST_CASE(deep_bodies_fail_where_python_fails) {
    world w;
    const auto nested = [](std::size_t n) {
        return "{\"a\":" + std::string(n, '[') + std::string(n, ']') + "}";
    };
    BOOST_TEST(w.ask("POST", cases_path, "editor", nested(100000)).body ==
               R"({"detail":"There was an error parsing the body"})");
    BOOST_TEST(w.ask("POST", cases_path, "editor", nested(500)).body.find("unexpected error") !=
               std::string::npos);
    BOOST_TEST(w.ask("POST", cases_path, "editor", nested(50)).status == 422U);
    BOOST_TEST(
        w.ask("POST", cases_path, "editor", R"({"payload":)" + nested(500) + "," + valid_case.substr(1))
            .status == 201U);
}

BOOST_AUTO_TEST_CASE(missing_entitlements_are_said_in_each_routes_way) {
    world w(without_addons());
    BOOST_TEST(w.ask("GET", one_case + "/tasks", "viewer").body.find("EntitlementRequired") !=
               std::string::npos);
    BOOST_TEST(w.ask("POST", one_case + "/tasks", "editor", R"({"title":"t"})").body ==
               R"({"detail":"Failed to create task"})");
    BOOST_TEST(w.ask("POST", one_case + "/tasks", "viewer", R"({"title":"t"})").status == 403U);
    BOOST_TEST(w.ask("PATCH", one_case, "editor", R"({"dropdown_values":[]})").status == 403U);
    BOOST_TEST(w.ask("PATCH", cases_path + "/" + unknown_id, "editor", R"({"dropdown_values":[]})").status ==
               404U);
    BOOST_TEST(w.ask("GET", std::string("/workspaces/") + workspace_1 + "/case-dropdowns", "viewer").status ==
               403U);
}

BOOST_AUTO_TEST_CASE(with_add_ons_what_no_backend_has_is_empty_and_cannot_be_made) {
    world w;
    const std::string here = std::string("/workspaces/") + workspace_1, id = unknown_id;
    const std::string page = R"({"items":[],"next_cursor":null,"prev_cursor":null,"has_more":false,)"
                             R"("has_previous":false,"total_estimate":null})";
    const std::string no_dropdown = R"({"detail":"Dropdown definition )" + id + R"( not found"})";
    const std::string no_definition =
        R"({"detail":"Case duration definition )" + id + R"( not found in this workspace"})";
    const std::string no_duration = R"({"detail":"Case duration )" + id + R"( not found for this case"})";
    struct row {
        const char* method;
        std::string path;
        unsigned status;
        std::string body;
    };
    const row rows[] = {
        {"GET", here + "/case-dropdowns", 200, "[]"},
        {"GET", here + "/case-dropdowns/" + id, 404, no_dropdown},
        {"PATCH", here + "/case-dropdowns/" + id, 404, no_dropdown},
        {"DELETE", here + "/case-dropdowns/" + id, 404, no_dropdown},
        {"POST", here + "/case-dropdowns/" + id + "/options", 404, no_dropdown},
        {"PUT", here + "/case-dropdowns/" + id + "/options/reorder", 404, no_dropdown},
        {"GET", one_case + "/dropdowns", 200, "[]"},
        {"PUT", one_case + "/dropdowns/" + id, 404, no_dropdown},
        {"GET", here + "/case-durations", 200, "[]"},
        {"GET", here + "/case-durations/" + id, 404, no_definition},
        {"PATCH", here + "/case-durations/" + id, 404, no_definition},
        {"DELETE", here + "/case-durations/" + id, 404, no_definition},
        {"GET", one_case + "/durations", 200, "[]"},
        {"GET", one_case + "/durations/" + id, 404, no_duration},
        {"PATCH", one_case + "/durations/" + id, 404, no_duration},
        {"DELETE", one_case + "/durations/" + id, 404, no_duration},
        {"GET", one_case + "/rows", 200, page},
        {"POST", one_case + "/rows", 404, R"({"detail":"Table not found"})"},
        {"DELETE", one_case + "/rows/" + id + "/" + id, 404, R"({"detail":"Linked row not found"})"},
        {"GET", here + "/workflows?limit=0", 200, page},
        {"GET", here + "/folders", 200, "[]"}};
    for (const row& r : rows) {
        const bool body = std::string_view(r.method) != "GET" && std::string_view(r.method) != "DELETE";
        const http::response res =
            w.ask(r.method, r.path, "admin", body ? R"({"name":"n","label":"l","ref":"r"})" : "");
        BOOST_TEST(res.status == r.status, r.method << " " << r.path);
        BOOST_TEST(res.body == r.body, r.method << " " << r.path);
    }
    for (const char* path : {"/case-dropdowns", "/case-durations"}) {
        const http::response res = w.ask("POST", here + path, "admin", R"({"name":"n","ref":"r"})");
        BOOST_TEST(res.status == 400U);
        BOOST_TEST(res.body.find("cannot be made here") != std::string::npos);
    }
    BOOST_TEST(w.ask("POST", here + "/case-dropdowns", "viewer", R"({"name":"n","ref":"r"})").status == 403U);
    BOOST_TEST(w.ask("POST", here + "/case-dropdowns", "viewer", "{}").status == 422U);
    BOOST_TEST(w.ask("GET", one_case + "/rows?limit=0", "viewer").status == 422U);
    BOOST_TEST(w.ask("GET", "/organization/entitlements", "viewer").body.find(R"("case_addons":true)") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_search_passes_its_filter_on_and_a_list_has_none) {
    world w;
    BOOST_TEST(w.ask("GET", cases_path + "?status=new", "viewer").status == 200U);
    BOOST_CHECK(w.backend.last_filter.is_everything());
    BOOST_TEST(w.ask("GET",
                     cases_path + "/search?status=new&search_term=%25a&include_payload=1&order_by="
                                  "severity&sort=asc&limit=7",
                     "viewer")
                   .status == 200U);
    BOOST_CHECK(!w.backend.last_filter.is_everything());
    BOOST_CHECK(w.backend.last_page.order == sort_key::severity && !w.backend.last_page.descending);
    BOOST_TEST(w.backend.last_page.limit == 7U);
    BOOST_CHECK(w.backend.last_payload);
    w.backend.list_answer.total = 7;
    w.backend.list_answer.groups = {{"new", 7}, {"closed", 0}};
    BOOST_TEST(w.ask("GET", cases_path + "/search/aggregate?status=new", "viewer").body ==
               R"({"total":7,"status_groups":{"new":7,"in_progress":0,"on_hold":0,"resolved":0,"closed":0,)"
               R"("unknown":0,"other":0}})");
    BOOST_CHECK(w.backend.calls.back() == verb::count && w.backend.last_group_by == "status");
}

BOOST_AUTO_TEST_CASE(pages_lead_forward_and_back) {
    world w;
    w.backend.list_answer = page_of({9, 8}, false, true);
    const http::response first = w.ask("GET", cases_path + "?limit=2", "viewer");
    BOOST_TEST(member_of(first, "prev_cursor").empty());
    BOOST_TEST(first.body.find(R"("has_more":true,"has_previous":false,"total_estimate":9)") !=
               std::string::npos);
    const std::string next = member_of(first, "next_cursor");

    w.backend.list_answer = page_of({7, 6}, true, false);
    const http::response second = w.ask("GET", cases_path + "/search?limit=5&cursor=" + next, "viewer");
    BOOST_REQUIRE(w.backend.last_page.from.has_value());
    BOOST_TEST(w.backend.last_page.from->id == 8);
    BOOST_TEST(w.backend.last_page.from->rank == 1008);
    BOOST_CHECK(!w.backend.last_page.backward && !w.backend.last_page.inclusive);
    BOOST_TEST(member_of(second, "next_cursor").empty());
    const std::string back = member_of(second, "prev_cursor");

    w.backend.list_answer = page_of({9, 8}, false, true);
    const http::response again = w.ask("GET", cases_path + "?cursor=" + back, "viewer");
    BOOST_TEST(w.backend.last_page.from->id == 7);
    BOOST_CHECK(w.backend.last_page.backward);
    BOOST_TEST(member_of(again, "prev_cursor").empty());
    BOOST_TEST(!member_of(again, "next_cursor").empty());
}

BOOST_AUTO_TEST_CASE(an_emptied_page_offers_one_way_back) {
    world w;
    w.backend.list_answer = page_of({9, 8}, false, true);
    const std::string next = member_of(w.ask("GET", cases_path, "viewer"), "next_cursor");
    w.backend.list_answer = page_of({}, true, false);
    const http::response empty = w.ask("GET", cases_path + "?cursor=" + next, "viewer");
    BOOST_TEST(empty.body.find(R"("has_more":false,"has_previous":true)") != std::string::npos);
    static_cast<void>(w.ask("GET", cases_path + "?cursor=" + member_of(empty, "prev_cursor"), "viewer"));
    BOOST_TEST(w.backend.last_page.from->id == 8);
    BOOST_CHECK(w.backend.last_page.backward && w.backend.last_page.inclusive);
}

BOOST_AUTO_TEST_CASE(cursors_are_bound_to_their_query_and_cannot_be_changed) {
    world w;
    w.backend.list_answer = page_of({9}, false, true);
    const std::string cursor = member_of(w.ask("GET", cases_path, "admin"), "next_cursor");
    const auto detail = [&](const std::string& target) { return w.ask("GET", target, "admin").body; };
    const std::string mismatch = R"({"detail":"Pagination cursor does not match the current query"})",
                      invalid = R"({"detail":"Invalid pagination cursor"})";
    BOOST_TEST(detail(cases_path + "?sort=asc&cursor=" + cursor) == mismatch);
    BOOST_TEST(detail(cases_path + "?order_by=status&cursor=" + cursor) == mismatch);
    BOOST_TEST(detail(cases_path + "/search?search_term=x&cursor=" + cursor) == mismatch);
    BOOST_TEST(detail("/workspaces/" + std::string(workspace_2) + "/cases?cursor=" + cursor) == mismatch);
    for (std::size_t i = 0; i < cursor.size(); i += 7) {
        std::string changed = cursor;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        BOOST_TEST(detail(cases_path + "?cursor=" + changed) == invalid);
    }
    for (const char* bad : {"", "garbage", "a.b", ".", "%C3%A9"})
        BOOST_TEST(detail(cases_path + "?cursor=" + bad) == invalid);
    BOOST_TEST(detail(cases_path + "?cursor=" + std::string(8193, 'A'))
                   .find("1 validation error for PageParams\\ncursor\\n") != std::string::npos);

    digest other{};
    other.fill(7);
    const std::string foreign =
        cursors(other).write({{9, 9}, false, false}, cursors::fingerprint(id_of(workspace_1), {}, {}));
    BOOST_TEST(detail(cases_path + "?cursor=" + foreign) == invalid);
}

BOOST_AUTO_TEST_CASE(the_native_id_does_not_show_in_a_cursor) {
    digest key{};
    const cursors c(key);
    const std::string a = c.write({{5, 4711}, false, false}, "f"),
                      b = c.write({{5, 4711}, false, false}, "f");
    BOOST_TEST(a != b);
    const auto payload = base64url_decode(a.substr(0, a.find('.')));
    BOOST_REQUIRE(payload.has_value());
    BOOST_TEST(payload->find("4711") == std::string::npos);
    cursor back;
    BOOST_CHECK(c.read(a, "f", back) == cursor_error::none);
    BOOST_TEST(back.at.id == 4711);
}

BOOST_AUTO_TEST_CASE(a_batch_names_each_case_once_and_words_each_failure) {
    world w;
    const std::string one = "14194e26-a0ff-4929-bf53-830600be00ba";
    std::string shouted = one;
    for (char& c : shouted) c = static_cast<char>(std::toupper(c));
    const auto body = [&](const std::string& change) {
        return R"({"case_ids":[")" + one + R"(",")" + unknown_id + R"(",")" + shouted + R"("],"update":)" +
               change + "}";
    };
    const auto answer = [&](const std::string& error) {
        return R"({"results":[{"case_id":")" + one + R"(","success":)" +
               (error == "null" ? "true" : "false") + R"(,"error":)" + error + R"(},{"case_id":")" +
               unknown_id + R"(","success":false,"error":"Case not found"}],"succeeded":)" +
               (error == "null" ? "1" : "0") + R"(,"failed":)" + (error == "null" ? "1" : "2") + "}";
    };
    const std::pair<const char*, const char*> rows[] = {
        {R"({"status":"new"})", "null"},
        {R"({"summary":null})", R"("Database operation failed")"},
        {R"({"summary":"a\u0000"})", R"("Database operation failed")"},
        {R"({"fields":{"nope":1}})", R"("Column 'nope' does not exist in table case_fields")"}};
    for (const auto& [change, error] : rows) {
        const http::response res = w.ask("POST", cases_path + "/batch-update", "editor", body(change));
        BOOST_TEST(res.status == 200U);
        BOOST_TEST(res.body == answer(error));
        BOOST_TEST(w.backend.last_ids.size() == 2U);
    }
    w.backend.forced = fail(errc::conflict, "busy", "/case_ids");
    BOOST_TEST(w.ask("POST", cases_path + "/batch-delete", "admin", body("{}")).body ==
               R"({"detail":"Timed out waiting to lock cases for batch delete"})");
    w.backend.forced.reset();
    world plain(without_addons());
    BOOST_TEST(
        plain.ask("POST", cases_path + "/batch-update", "editor", body(R"({"dropdown_values":[]})")).status ==
        403U);
}

BOOST_AUTO_TEST_CASE(a_read_only_bridge_and_one_without_deletes_refuse_what_they_must) {
    options o;
    o.read_only = true;
    world closed(o);
    BOOST_TEST(closed.ask("POST", cases_path, "editor", valid_case).status == 403U);
    BOOST_TEST(closed.ask("GET", cases_path, "editor").status == 200U);
    BOOST_TEST(closed.backend.calls.size() == 1U);
    options d;
    d.deletes = false;
    world keeping(d);
    BOOST_TEST(keeping.ask("DELETE", one_case, "lead").status == 403U);
    BOOST_TEST(keeping.ask("PATCH", one_case, "lead", "{}").status == 204U);
}

BOOST_AUTO_TEST_CASE(notes_of_the_exchange_become_headers) {
    world w;
    w.backend.list_answer.filter_note = "residual; scanned=40";
    w.backend.list_answer.upstream_requests = 3;
    const http::response res = w.ask("GET", cases_path, "viewer");
    BOOST_TEST(header(res, "casebridge-filter") == "residual; scanned=40");
    BOOST_TEST(res.upstream_requests == 3U);
}

BOOST_AUTO_TEST_CASE(other_failures_take_their_words_from_the_table) {
    world w;
    w.backend.forced = fail(errc::upstream_timeout, "secret host");
    w.backend.forced->retry_after = std::chrono::seconds(3);
    const http::response res = w.ask("GET", one_case, "viewer");
    BOOST_TEST(res.status == 504U);
    BOOST_TEST(res.body == R"({"detail":"upstream timeout"})");
    BOOST_TEST(header(res, "retry-after") == "3");
    BOOST_TEST(res.reason == "upstream_timeout");
    w.backend.forced = fail(errc::invalid_value, "Invalid integer value: 'abc'", "/fields/x");
    BOOST_TEST(w.ask("PATCH", one_case, "editor", "{}").body ==
               R"({"detail":"Invalid integer value: 'abc'"})");
}

BOOST_AUTO_TEST_CASE(cross_origin_requests_are_answered_by_the_list_of_origins) {
    world w;
    const auto ask = [&](const char* method, const char* origin, bool preflight) {
        http::request req;
        req.method = method;
        req.target = "/health";
        req.fields = {{"Origin", origin}};
        if (preflight) req.fields.push_back({"Access-Control-Request-Method", "PATCH"});
        return w.ask(req);
    };
    const http::response good = ask("OPTIONS", "http://127.0.0.1:3000", true),
                         bad = ask("OPTIONS", "https://elsewhere.example.org", true);
    BOOST_TEST(good.status == 200U);
    BOOST_TEST(good.body == "OK");
    BOOST_TEST(header(good, "access-control-allow-origin") == "http://127.0.0.1:3000");
    BOOST_TEST(bad.status == 400U);
    BOOST_TEST(bad.body == "Disallowed CORS origin");
    BOOST_TEST(bad.content_type == "text/plain; charset=utf-8");
    const http::response simple = ask("GET", "https://elsewhere.example.org", false);
    BOOST_TEST(header(simple, "access-control-allow-credentials") == "true");
    BOOST_TEST(header(simple, "access-control-allow-origin").empty());
    BOOST_TEST(ask("OPTIONS", "http://127.0.0.1:3000", false).status == 405U);
}

BOOST_AUTO_TEST_CASE(limits_follow_the_route_and_refusals_speak_http) {
    world w;
    http::request req;
    req.method = "POST";
    req.target = cases_path;
    BOOST_TEST(w.face.body_limit(req) >= 16U * 1024 * 1024);
    req.target = "/auth/login";
    BOOST_TEST(w.face.body_limit(req) <= 64U * 1024);
    http::response res;
    w.face.refuse(fail(errc::malformed_request, "x"), res);
    BOOST_TEST(res.status == 400U);
    BOOST_TEST(res.body == "Invalid HTTP request received.");
    res = {};
    w.face.refuse(fail(errc::body_too_large), res);
    BOOST_TEST(res.body == R"({"detail":"Request body too large"})");
}

BOOST_AUTO_TEST_SUITE_END()
