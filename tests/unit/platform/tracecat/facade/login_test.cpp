#include "support.hpp"

#include "http/target.hpp"

#include "platform/tracecat/facade/credentials.hpp"
#include "platform/tracecat/wire/form.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge;
using namespace casebridge::platform;
using namespace casebridge::platform::tracecat;
using namespace casebridge::platform::tracecat::test;

namespace {

const std::string list_path = std::string("/workspaces/") + workspace_1 + "/cases";

unsigned status_with(world& w, std::initializer_list<http::field> fields, std::string target = list_path) {
    http::request req;
    req.method = "GET";
    req.target = std::move(target);
    req.fields = fields;
    return w.ask(req).status;
}

std::string token_of(const http::response& res) {
    const std::string cookie = header(res, "set-cookie");
    return cookie.substr(cookie.find('=') + 1, cookie.find(';') - cookie.find('=') - 1);
}

http::response log_in(world& w, const char* user, const char* secret) {
    return w.ask("POST", "/auth/login", {},
                 "username=" + http::encode(user) + "&password=" + http::encode(secret),
                 "application/x-www-form-urlencoded");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(logins)

BOOST_AUTO_TEST_CASE(a_login_gives_a_cookie_that_opens_the_door_until_it_is_given_back) {
    world w;
    const http::response res = log_in(w, "Lead@Example.com", password);
    BOOST_TEST(res.status == 204U);
    BOOST_TEST(res.content_type.empty());
    BOOST_CHECK(res.no_length);
    const std::string token = token_of(res);
    BOOST_TEST(token.size() == 43U);
    BOOST_TEST(header(res, "set-cookie") ==
               "fastapiusersauth=" + token + "; HttpOnly; Max-Age=604800; Path=/; SameSite=lax");
    const http::field cookie{"Cookie", "a=b; fastapiusersauth=" + token + "; c=d"};
    BOOST_TEST(status_with(w, {cookie}) == 200U);

    http::request out;
    out.method = "POST";
    out.target = "/auth/logout";
    out.fields = {cookie};
    const http::response gone = w.ask(out);
    BOOST_TEST(gone.status == 204U);
    BOOST_TEST(header(gone, "set-cookie") ==
               "fastapiusersauth=\"\"; HttpOnly; Max-Age=0; Path=/; SameSite=lax");
    BOOST_TEST(status_with(w, {cookie}) == 403U);
    BOOST_TEST(w.ask(out).status == 401U);
}

BOOST_AUTO_TEST_CASE(cookies_are_secure_behind_https) {
    options o;
    o.public_url = "https://cases.example.org";
    world w(o);
    BOOST_TEST(
        header(log_in(w, "lead@example.com", password), "set-cookie").ends_with("; SameSite=lax; Secure"));
}

BOOST_AUTO_TEST_CASE(a_wrong_password_and_an_unknown_address_look_alike) {
    world w;
    w.people.accounts.back().password_hash.clear();
    for (const char* who : {"lead@example.com", "nobody@example.com", "outsider@example.org"}) {
        const http::response res = log_in(w, who, "wrong-wrong-wrong");
        BOOST_TEST(res.status == 400U);
        BOOST_TEST(res.body == R"({"detail":"LOGIN_BAD_CREDENTIALS"})");
        BOOST_TEST(header(res, "set-cookie").empty());
    }
    BOOST_TEST(log_in(w, "outsider@example.org", "").status == 422U);
}

BOOST_AUTO_TEST_CASE(a_multipart_form_logs_in_as_well) {
    world w;
    const std::string body =
        "--B\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nlead@example.com\r\n"
        "--B\r\ncontent-disposition: form-data; name=password\r\n\r\n" +
        std::string(password) + "\r\n--B--\r\n";
    BOOST_TEST(w.ask("POST", "/auth/login", {}, body, "multipart/form-data; boundary=\"B\"").status == 204U);
    const http::response none = w.ask("POST", "/auth/login", {}, "x", "multipart/form-data");
    BOOST_TEST(none.body == R"({"detail":"Missing boundary in multipart."})");
    BOOST_TEST(
        w.ask("POST", "/auth/login", {}, body.substr(0, 100), "multipart/form-data; boundary=B").status ==
        422U);
}

BOOST_AUTO_TEST_CASE(another_grant_type_is_refused) {
    world w;
    const http::response res = w.ask("POST", "/auth/login", {}, "grant_type=code&username=a&password=b",
                                     "application/x-www-form-urlencoded");
    BOOST_TEST(
        res.body ==
        R"({"detail":[{"type":"string_pattern_mismatch","loc":["body","grant_type"],"msg":"String should match pattern '^password$'","input":"code","ctx":{"pattern":"^password$"}}]})");
}

BOOST_AUTO_TEST_CASE(more_logins_than_the_queue_holds_are_shed) {
    password_checks none(0);
    boost::asio::io_context context;
    password_checks::verdict got = password_checks::verdict::right;
    boost::asio::co_spawn(context.get_executor(), none.check("x", ""),
                          [&](std::exception_ptr, password_checks::verdict v) { got = v; });
    context.run();
    BOOST_CHECK(got == password_checks::verdict::overloaded);
}

BOOST_AUTO_TEST_CASE(sessions_end_and_cannot_be_forged) {
    std::int64_t now = 1'800'000'000;
    directory people = make_directory();
    revocations gone;
    digest key{}, other{};
    other.fill(9);
    const account& lead = people.accounts[1];
    const sessions mine(key, people, gone, [&] { return now; });
    const std::string token = mine.issue(lead);
    BOOST_CHECK(mine.find(token) == &lead);
    BOOST_CHECK(sessions(other, people, gone, [&] { return now; }).find(token) == nullptr);
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string forged = token;
        forged[i] = forged[i] == 'A' ? 'B' : 'A';
        BOOST_CHECK(mine.find(forged) == nullptr);
    }
    for (const char* bad : {"", "x", "made-up-value"}) BOOST_CHECK(mine.find(bad) == nullptr);
    now += session_seconds - 1;
    BOOST_CHECK(mine.find(token) == &lead);
    now += 1;
    BOOST_CHECK(mine.find(token) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_changed_password_or_a_removed_account_voids_its_sessions) {
    directory before = make_directory(), changed = make_directory(), removed = make_directory();
    changed.accounts[1].password_hash = "scrypt$14$8$1$AAAA$BBBB";
    removed.accounts.erase(removed.accounts.begin() + 1);
    revocations gone;
    const digest key{};
    const std::string token = sessions(key, before, gone, system_seconds).issue(before.accounts[1]);
    BOOST_CHECK(sessions(key, before, gone, system_seconds).find(token) != nullptr);
    BOOST_CHECK(sessions(key, changed, gone, system_seconds).find(token) == nullptr);
    BOOST_CHECK(sessions(key, removed, gone, system_seconds).find(token) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_revocation_is_forgotten_once_the_session_would_have_ended) {
    revocations gone;
    gone.add("a", 100, 0);
    gone.add("b", 10'000, 1);
    BOOST_TEST(gone.size() == 2U);
    gone.add("c", 20'000, 4000);
    BOOST_CHECK(!gone.contains("a") && gone.contains("b") && gone.contains("c"));
}

BOOST_AUTO_TEST_CASE(cookies_and_keys_have_an_order_of_precedence) {
    world w;
    const http::field good_cookie{"Cookie", "fastapiusersauth=" + w.session("viewer")},
        bad_cookie{"Cookie", "fastapiusersauth=made-up"};
    const http::field good_key{"Authorization", "Bearer tc_ws_sk_abcdefghijk1_ws-secret"};
    const http::field bad_key{"Authorization", "bearer tc_ws_sk_abcdefghijk1_other"};
    BOOST_TEST(status_with(w, {good_cookie}) == 200U);
    BOOST_TEST(status_with(w, {bad_cookie}) == 403U);
    BOOST_TEST(status_with(w, {good_key}) == 200U);
    BOOST_TEST(status_with(w, {bad_key}) == 401U);
    BOOST_TEST(status_with(w, {good_cookie, bad_key}) == 200U);
    BOOST_TEST(status_with(w, {bad_cookie, good_key}) == 200U);
    BOOST_TEST(status_with(w, {bad_cookie, bad_key}) == 401U);
    BOOST_TEST(status_with(w, {{"Authorization", "Bearer abc"}}) == 403U);
    BOOST_TEST(status_with(w, {{"Authorization", "Basic YTpi"}}) == 403U);
    BOOST_TEST(status_with(w, {{"X-Api-Key", "tc_ws_sk_abcdefghijk1_ws-secret"}}) == 403U);
    BOOST_TEST(status_with(w, {{"Authorization", "bearer tc_org_sk_abcdefghijk2_org_secret"}}) == 200U);
    BOOST_TEST(status_with(w, {{"Authorization", "bearer tc_ws_sk_abcdefghijk2_org_secret"}}) == 401U);
}

BOOST_AUTO_TEST_CASE(keys_open_the_workspaces_that_they_are_for) {
    world w;
    const http::field own{"Authorization", "Bearer tc_ws_sk_abcdefghijk1_ws-secret"},
        wide{"Authorization", "Bearer tc_org_sk_abcdefghijk2_org_secret"};
    const std::string second = std::string("/workspaces/") + workspace_2 + "/cases",
                      unknown = std::string("/workspaces/") + unknown_id + "/cases";
    BOOST_TEST(status_with(w, {own}, second) == 403U);
    BOOST_TEST(status_with(w, {own}, unknown) == 403U);
    BOOST_TEST(status_with(w, {wide}, second) == 200U);
    BOOST_TEST(status_with(w, {wide}, unknown) == 404U);
    BOOST_TEST(status_with(w, {own}, "/users/me") == 401U);
    BOOST_TEST(status_with(w, {own}, "/users/search?email=lead%40example.com") == 403U);
    http::request remove;
    remove.method = "DELETE";
    remove.target = list_path + "/9c32be6c-0475-424c-b11c-0f9429447041";
    remove.fields = {own};
    BOOST_TEST(w.ask(remove).body.find(R"("missing_scopes":["case:delete"])") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_malformed_key_alone_has_no_challenge) {
    world w;
    http::request req;
    req.method = "GET";
    req.target = list_path;
    req.fields = {{"Authorization", "Bearer tc_ws_sk_"}};
    BOOST_TEST(header(w.ask(req), "www-authenticate").empty());
    req.fields = {{"Authorization", "Bearer tc_ws_sk_abcdefghijkl_xxxx"}};
    BOOST_TEST(header(w.ask(req), "www-authenticate") == "Cookie");
}

BOOST_AUTO_TEST_SUITE_END()
