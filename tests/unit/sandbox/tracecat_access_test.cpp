// Who gets in, in which order things are checked, and what stands around every answer (fact sheet §0, §5, §7.3).
#include "tracecat_bench.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge;
using namespace casebridge::sandbox::tracecat;

namespace {

struct door : bench {
    http::response raw(std::string method, std::string target, std::vector<http::field> fields = {},
                       std::string body = {}, bool addons = true) {
        http::request req;
        req.method = std::move(method);
        req.target = std::move(target);
        req.fields = std::move(fields);
        req.body = std::move(body);
        http::response res;
        (addons ? with_addons : without_addons).handle(req, res);
        return res;
    }
    static http::field cookie(const std::string& token) { return {"Cookie", "fastapiusersauth=" + token}; }
    static http::field bearer(const std::string& token) { return {"Authorization", token}; }
    static std::string header(const http::response& r, std::string_view name) {
        for (const auto& [k, v] : r.fields)
            if (http::iequals(k, name)) return v;
        return {};
    }
    std::string cases() const { return base + "/cases"; }
};

constexpr const char* form_type = "application/x-www-form-urlencoded";

}  // namespace

BOOST_AUTO_TEST_SUITE(tracecat_access)

BOOST_AUTO_TEST_CASE(a_login_gives_a_cookie_that_works_until_the_logout) {
    door d;
    d.data.users.front().password = "right";
    const auto login = [&](const std::string& body) {
        return d.raw("POST", "/auth/login", {{"Content-Type", form_type}}, body);
    };
    const auto res = login("username=ADMIN%40example.com&password=right");
    BOOST_TEST(res.status == 204u);
    BOOST_TEST(res.no_length);
    BOOST_TEST(res.content_type == "");
    const std::string set = d.header(res, "set-cookie");
    BOOST_TEST(set.ends_with("; HttpOnly; Max-Age=604800; Path=/; SameSite=lax"));
    const std::string token = set.substr(17, set.find(';') - 17);
    BOOST_TEST(token.size() == 43u);
    BOOST_TEST(d.raw("GET", d.cases(), {d.cookie(token)}).status == 200u);
    BOOST_TEST(d.raw("POST", "/auth/logout", {d.cookie(token)}).status == 204u);
    BOOST_TEST(d.raw("GET", d.cases(), {d.cookie(token)}).status == 403u);
    BOOST_TEST(d.raw("GET", "/users/me", {d.cookie(token)}).status == 401u);
    for (const std::string bad : {"username=admin%40example.com&password=wrong", "username=x&password=right"})
        BOOST_TEST(login(bad).body == R"({"detail":"LOGIN_BAD_CREDENTIALS"})");
    BOOST_TEST(login("username=a").status == 422u);
    d.data.users.front().active = false;
    BOOST_TEST(login("username=admin%40example.com&password=right").status == 400u);
}

BOOST_AUTO_TEST_CASE(missing_credentials_are_403_and_bad_keys_401) {
    door d;
    BOOST_TEST(d.raw("GET", d.cases()).body == R"({"detail":"Forbidden"})");
    BOOST_TEST(d.raw("GET", d.cases(), {d.cookie("made-up")}).status == 403u);
    BOOST_TEST(d.raw("GET", d.cases(), {d.bearer("Bearer abc")}).status == 403u);
    BOOST_TEST(d.raw("GET", d.cases(), {{"x-api-key", "tc_ws_sk_bench0000000_secret"}}).status == 403u);
    for (const char* bad : {"Bearer tc_ws_sk_x_y", "bearer tc_ws_sk_bench0000000_wrong",
                            "Bearer tc_org_sk_bench0000000_secret"}) {
        const auto r = d.raw("GET", d.cases(), {d.bearer(bad)});
        BOOST_TEST(r.status == 401u);
        BOOST_TEST(d.header(r, "www-authenticate") == "Cookie");
    }
    const auto no_key = d.raw("GET", d.cases(), {d.bearer("Bearer tc_ws_sk_")});  // recorded so
    BOOST_TEST(no_key.status == 401u);
    BOOST_TEST(d.header(no_key, "www-authenticate").empty());
    BOOST_TEST(d.raw("GET", d.cases(), {d.bearer("bEARER tc_ws_sk_bench0000000_secret")}).status == 200u);
    d.data.keys.front().enabled = false;
    BOOST_TEST(d.raw("GET", d.cases(), {d.bearer("Bearer tc_ws_sk_bench0000000_secret")}).status == 401u);
}

BOOST_AUTO_TEST_CASE(a_valid_cookie_wins_over_a_key_and_a_bad_one_lets_the_key_decide) {
    door d;
    const http::field good = d.bearer("Bearer tc_ws_sk_bench0000000_secret"),
                      bad = d.bearer("Bearer tc_ws_sk_x_y");
    const std::string of = d.new_case();
    BOOST_TEST(d.raw("GET", d.base + of, {d.cookie("session-of-viewer"), good}).status == 200u);
    BOOST_TEST(d.history(of) == "case_viewed");
    BOOST_TEST(d.raw("GET", d.base + of, {d.cookie("session-of-viewer"), bad}).status == 200u);
    BOOST_TEST(d.raw("GET", d.base + of, {d.cookie("made-up"), good}).status == 200u);
    BOOST_TEST(d.raw("GET", d.base + of, {d.cookie("made-up"), bad}).status == 401u);
}

BOOST_AUTO_TEST_CASE(a_server_without_service_accounts_takes_no_key) {
    door d;
    behaviour b;
    b.service_accounts = false;
    service plain(d.data, b);
    http::request req;
    req.method = "GET";
    req.target = d.cases();
    req.fields = {d.bearer("Bearer tc_ws_sk_bench0000000_secret")};
    http::response res;
    plain.handle(req, res);
    BOOST_TEST(res.status == 401u);
}

BOOST_AUTO_TEST_CASE(roles_hold_their_scopes_and_no_more) {
    door d;
    const std::string body =
        R"({"summary":"s","description":"d","status":"new","priority":"low","severity":"low"})";
    const auto status = [&](const char* method, const std::string& path, const std::string& sent,
                            const char* who) { return d.ask(method, path, sent, who).status; };
    BOOST_TEST(status("GET", "/cases", "", "viewer") == 200u);
    BOOST_TEST(status("POST", "/cases", body, "viewer") == 403u);
    BOOST_TEST(status("POST", "/cases", body, "editor") == 201u);
    const std::string of = d.new_case();
    BOOST_TEST(status("PATCH", of, "{}", "viewer") == 403u);
    BOOST_TEST(status("PATCH", of, "{}", "editor") == 204u);
    BOOST_TEST(status("DELETE", of, "", "editor") == 403u);
    BOOST_TEST(
        d.ask("DELETE", of, "", "editor").text ==
        R"({"error":{"code":"insufficient_scope","message":"You don't have permission to perform this action.",)"
        R"("required_scopes":["case:delete"],"missing_scopes":["case:delete"]}})");
    BOOST_TEST(status("DELETE", of, "", "lead") == 204u);
    d.data.keys.front().scopes = {"case:update"};
    BOOST_TEST(status("GET", "/cases", "", "key") == 200u);  // an update grants the reading
    BOOST_TEST(status("POST", "/cases", body, "key") == 403u);
    d.data.keys.front().scopes = {"case:*"};
    BOOST_TEST(status("POST", "/cases", body, "key") == 201u);
}

BOOST_AUTO_TEST_CASE(workspaces_are_entered_by_members_their_keys_and_owners) {
    door d;
    const std::string elsewhere = "/workspaces/" + d.data.workspaces.back().id.to_string() + "/cases";
    const std::string unknown = "/workspaces/5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90/cases";
    const http::field key = d.bearer("Bearer tc_ws_sk_bench0000000_secret");
    BOOST_TEST(d.raw("GET", elsewhere, {d.cookie("session-of-admin")}).status == 200u);
    BOOST_TEST(d.raw("GET", elsewhere, {d.cookie("session-of-lead")}).status == 403u);
    BOOST_TEST(d.raw("GET", elsewhere, {key}).status == 403u);
    BOOST_TEST(d.raw("GET", unknown, {d.cookie("session-of-lead")}).status == 404u);
    BOOST_TEST(d.raw("GET", unknown, {key}).status == 403u);
    d.data.keys.push_back({"org", "s", true, {}, {"case:*"}, true});
    BOOST_TEST(d.raw("GET", elsewhere, {d.bearer("Bearer tc_org_sk_org_s")}).status == 200u);
    BOOST_TEST(d.raw("GET", unknown, {d.bearer("Bearer tc_org_sk_org_s")}).status == 404u);
}

BOOST_AUTO_TEST_CASE(both_mounts_and_the_prefix_lead_to_the_same_place) {
    door d;
    d.new_case();
    const std::string id = d.home->id.to_string();
    const http::field c = d.cookie("session-of-viewer");
    const std::string expected = d.raw("GET", d.cases(), {c}).body;
    for (const std::string& target : {"/cases?workspace_id=" + id, "/api/cases?workspace_id=" + id,
                                      "/api" + d.cases(), d.cases() + "?workspace_id=" + id})
        BOOST_TEST(d.raw("GET", target, {c}).body == expected, target);
    BOOST_TEST(d.raw("GET", "/cases", {c}).body == R"({"detail":"workspace_id is required"})");
    BOOST_TEST(d.raw("GET", d.cases() + "?workspace_id=5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90", {c}).status ==
               400u);
    BOOST_TEST(d.raw("GET", "/workspaces/bad/cases").body ==
               R"({"detail":"Invalid workspace_id path parameter"})");
    const auto slash = d.raw("POST", "/api" + d.cases() + "/", {{"Host", "h:1"}});
    BOOST_TEST(slash.status == 307u);
    BOOST_TEST(d.header(slash, "location") == "http://h:1/api" + d.cases());
}

BOOST_AUTO_TEST_CASE(syntax_comes_before_workspace_before_credentials_before_models_before_scopes) {
    door d;
    const http::field json{"Content-Type", "application/json"}, viewer = d.cookie("session-of-viewer");
    BOOST_TEST(d.raw("POST", "/workspaces/bad/cases", {json}, "{").status == 422u);
    BOOST_TEST(d.raw("POST", "/workspaces/bad/cases", {json}, "{").body.find("json_invalid") !=
               std::string::npos);
    BOOST_TEST(d.raw("POST", d.cases(), {json}, "{\"x\":1}").status == 403u);
    BOOST_TEST(d.raw("POST", d.cases(), {json, viewer}, "{\"x\":1}").status == 422u);
    BOOST_TEST(d.raw("DELETE", d.cases() + "/bad", {viewer}).status == 422u);
    BOOST_TEST(d.raw("DELETE", d.cases() + "/5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90", {viewer}).status == 403u);
    BOOST_TEST(d.raw("PUT", d.cases(), {json}, "{").status == 405u);
    BOOST_TEST(d.header(d.raw("HEAD", d.cases()), "allow") == "GET");
    BOOST_TEST(d.raw("POST", d.cases(), {viewer}, "{}").status == 422u);  // no content type: raw bytes
}

BOOST_AUTO_TEST_CASE(every_answer_has_the_security_headers_but_the_generic_500) {
    door d;
    const http::field json{"Content-Type", "application/json"}, admin = d.cookie("session-of-admin");
    const http::field origin{"Origin", "http://ui.test"};
    BOOST_TEST(d.raw("GET", "/nowhere").constant_fields.find("nosniff") != std::string_view::npos);
    const auto ok = d.raw("GET", d.cases(), {admin, origin});
    BOOST_TEST(d.header(ok, "access-control-allow-origin") == "http://ui.test");
    const auto bad =
        d.raw("POST", d.cases(), {json, admin, origin},
              R"({"summary":"\u0000","description":"","status":"new","priority":"low","severity":"low"})");
    BOOST_TEST(bad.status == 500u);
    BOOST_TEST(bad.constant_fields.empty());
    BOOST_TEST(d.header(bad, "access-control-allow-origin") == "");
}

BOOST_AUTO_TEST_SUITE_END()
