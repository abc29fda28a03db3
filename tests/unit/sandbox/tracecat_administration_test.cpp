#include "tracecat_bench.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge::sandbox::tracecat;

namespace {

// Paths as they are, not below the workspace.
struct office : bench {
    office() { base.clear(); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tracecat_administration)

BOOST_AUTO_TEST_CASE(people_change_themselves_but_not_what_they_are) {
    office o;
    const reply r = o.patch("/users/me",
                            R"({"first_name":null,"last_name":"Lee","settings":{"theme":"dark"}})", "viewer");
    BOOST_TEST(r.status == 200u);
    BOOST_TEST(r.json.at("first_name").is_null());
    BOOST_TEST(r.at("last_name") == "Lee");
    BOOST_TEST(r.at("settings") == R"({"theme":"dark"})");
    BOOST_TEST(o.get("/users/me", "viewer").text == r.text);
    BOOST_TEST(o.patch("/users/me", R"({"is_superuser":true})", "viewer").detail() ==
               "Operation not permitted");
    BOOST_TEST(o.patch("/users/me", R"({"is_superuser":false})", "viewer").status == 200u);
    BOOST_TEST(o.patch("/users/me", R"({"email":"lead@example.com"})", "viewer").status == 400u);
    BOOST_TEST(o.patch("/users/me", R"({"password":"short"})", "viewer").status == 400u);
    BOOST_TEST(o.patch("/users/me", "{}", "").status == 401u);
}

BOOST_AUTO_TEST_CASE(others_are_changed_by_superusers) {
    office o;
    const auto path = "/users/" + o.id_of("editor").to_string();
    BOOST_TEST(o.patch(path, R"({"first_name":"Em"})", "lead").status == 403u);
    BOOST_TEST(o.patch(path, R"({"first_name":"Em","is_active":false})").at("first_name") == "Em");
    BOOST_TEST(o.get(path).at("is_active") == "true");               // ignored
    BOOST_TEST(o.patch("/users/nobody", "{}").detail() == "Not Found");
}

BOOST_AUTO_TEST_CASE(a_workspace_is_made_renamed_and_stays_known_when_it_is_gone) {
    office o;
    BOOST_TEST(o.post("/workspaces", R"({"name":"New"})", "lead").status == 403u);
    const auto id = o.post("/workspaces", R"({"name":"New"})").at("id");
    const auto path = "/workspaces/" + id;
    BOOST_TEST(o.patch(path, R"({"name":"Newer"})").status == 204u);
    BOOST_TEST(o.get(path).at("name") == "Newer");
    o.post(path + "/cases",
           R"({"summary":"s","description":"","status":"new","priority":"low","severity":"low"})");
    BOOST_TEST(o.get(path + "/cases").at("total_estimate") == "1");
    BOOST_TEST(o.remove(path, "lead").status == 403u);
    const auto count = o.get("/workspaces").list().size();
    BOOST_TEST(o.remove(path).status == 204u);
    BOOST_TEST(o.remove(path).detail() == "Resource not found");
    BOOST_TEST(o.get("/workspaces").list().size() == count - 1);
    BOOST_TEST(o.get(path + "/cases").at("total_estimate") == "0");
    BOOST_TEST(o.get(path + "/cases", "lead").status == 403u);
}

BOOST_AUTO_TEST_CASE(members_of_the_organisation_are_listed_with_their_roles) {
    office o;
    o.data.users.back().member = false;
    const reply r = o.get("/organization/members", "editor");
    BOOST_TEST(r.list().size() == 3u);
    BOOST_TEST(reply::value_text(r.list()[0].at("role_slug")) == "organization-owner");
    BOOST_TEST(reply::value_text(r.list()[2].at("role_slug")) == "organization-member");
    BOOST_TEST(o.get("/organization/members/me", "editor").at("email") == "editor@example.com");
    BOOST_TEST(o.get("/organization/members/me", "viewer").status == 404u);
    BOOST_TEST(o.get("/organization/members", "viewer").status == 403u);
    BOOST_TEST(o.get("/organization/domains", "editor").text == "[]");
}

BOOST_AUTO_TEST_CASE(mail_is_accepted_and_tokens_are_never_good) {
    office o;
    BOOST_TEST(o.post("/auth/forgot-password", R"({"email":"a@example.com"})", "").status == 202u);
    BOOST_TEST(o.post("/auth/request-verify-token", R"({"email":"a"})", "").status == 422u);
    BOOST_TEST(o.post("/auth/reset-password", R"({"token":"x","password":"y"})", "").detail() ==
               "RESET_PASSWORD_BAD_TOKEN");
    BOOST_TEST(o.post("/auth/verify", R"({"token":"x"})", "").detail() == "VERIFY_USER_BAD_TOKEN");
}

BOOST_AUTO_TEST_SUITE_END()
