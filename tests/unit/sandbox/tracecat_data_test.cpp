// The demo, made-up cases and files of --data.
#include "sandbox/tracecat/data.hpp"
#include "sandbox/tracecat/service.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

using namespace casebridge;
using namespace casebridge::sandbox::tracecat;

namespace {

constexpr std::string_view example = R"({
  // comments are allowed
  "replace": true,
  "organization": {"name": "Acme"},
  "workspaces": [{"id": "aaaaaaaa-0000-4000-8000-000000000001", "name": "SOC"}, {"name": "Lab"}],
  "users": [{"email": "ann@acme.test", "password": "pw", "first_name": "Ann", "workspaces": {"SOC": "editor"}},
            {"email": "bob@acme.test", "member": false, "active": false, "settings": {"theme": "dark"}}],
  "keys": [{"id": "k1", "secret": "s", "workspace": "Lab"}, {"id": "k2", "secret": "s", "organization": true, "scopes": ["*"]}],
  "tags": [{"workspace": "SOC", "name": "Red Team"}],
  "fields": [{"name": "cause", "type": "TEXT"}],
  "cases": [{"summary": "One", "description": "d", "status": "closed", "priority": "low", "severity": "low",
             "fields": {"cause": "x"}, "payload": {"a": 1}, "tags": ["red-team"], "comments": ["First"],
             "tasks": [{"title": "Call"}], "by": "ann@acme.test", "created_at": "2026-01-05T09:30:00Z"}]})";

std::string trouble(std::string_view text) {
    store s;
    add_demo_data(s);
    const auto r = load_data(s, text);
    return r.has_error() ? r.error().detail : std::string();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tracecat_data)

BOOST_AUTO_TEST_CASE(the_demo_is_what_its_help_says) {
    store s;
    add_demo_data(s);
    service core(s, {});
    http::request req;
    req.method = "GET";
    req.target = "/workspaces/" + std::string(demo_workspace_id) + "/members";
    req.fields = {{"Authorization", "Bearer tc_ws_sk_demo00000000_demo-secret"}};
    http::response res;
    core.handle(req, res);
    BOOST_TEST(res.status == 200u);
    BOOST_TEST(boost::json::parse(res.body).as_array().size() == 3u);
    BOOST_TEST(s.find_user("demo@casebridge.test")->password == "demo-password");
    BOOST_TEST(s.workspaces.front().name == "Demo Workspace");
}

BOOST_AUTO_TEST_CASE(a_file_replaces_the_demo_and_makes_its_cases_by_the_api) {
    store s;
    add_demo_data(s);
    const auto loaded = load_data(s, example);
    BOOST_TEST_REQUIRE(loaded.has_value());
    BOOST_TEST(s.workspaces.size() == 2u);
    BOOST_TEST(s.keys.size() == 2u);
    BOOST_TEST(s.sessions.empty());
    BOOST_TEST(s.users.size() == 2u);
    BOOST_TEST(!s.users.front().superuser);
    BOOST_TEST(!s.users.back().active);
    const incident& c = *s.workspaces.front().by_number.at(1);
    BOOST_TEST(c.summary == "One");
    BOOST_TEST(c.status == 5u);
    BOOST_TEST(c.fields.at("cause") == "\"x\"");
    BOOST_TEST(c.tags.size() == 1u);
    BOOST_TEST(c.comments.size() == 1u);
    BOOST_TEST(c.tasks.size() == 1u);
    std::string at;
    append_micros(at, c.created_at);
    BOOST_TEST(at == "2026-01-05T09:30:00Z");
    BOOST_TEST((c.events.front().user == s.users.front().id));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_loaded_is_said) {
    BOOST_TEST(trouble("[]") == "not an object");
    BOOST_TEST(trouble(R"({"users":[{"password":"x"}]})") == "a user without email");
    BOOST_TEST(
        trouble(R"({"users":[{"email":"a@b.test","workspaces":{"Nowhere":"editor"}}]})").find("Nowhere") !=
        std::string::npos);
    BOOST_TEST(trouble(R"({"keys":[{"id":"x"}]})") == "a key needs id and secret");
    BOOST_TEST(trouble(R"({"cases":[{"summary":"x"}]})").starts_with("/cases: {\"detail\":"));
    BOOST_TEST(trouble(R"({"tags":[{"workspace":"Nowhere","name":"x"}]})") ==
               "/case-tags: no such workspace");
    BOOST_TEST(trouble("{") != "");
}

BOOST_AUTO_TEST_CASE(made_up_cases_are_the_same_for_a_seed_and_lie_in_the_past) {
    const auto fill = [](std::uint64_t seed) {
        store s(seed);
        add_demo_data(s);
        make_up_cases(s, seed, 300);
        std::string out;
        std::int64_t before = 0;
        for (const auto& [number, c] : s.workspaces.front().by_number) {
            out += c->id.to_string() + c->summary + c->description;
            BOOST_TEST(c->created_at.micros > before);
            before = c->created_at.micros;
        }
        BOOST_TEST(before < instant::now().micros);
        return out;
    };
    BOOST_TEST(fill(3) == fill(3));
    BOOST_TEST(fill(3) != fill(4));
}

BOOST_AUTO_TEST_CASE(fifty_thousand_cases_are_listed_by_looking_at_one_page) {
    store s;
    add_demo_data(s);
    make_up_cases(s, 1, 50'000);
    service core(s, {});
    http::request req;
    req.method = "GET";
    req.fields = {{"Authorization", "Bearer tc_ws_sk_demo00000000_demo-secret"}};
    std::string cursor;
    std::size_t seen = 0, pages = 0;
    // Every page costs the same, so that the whole walk is linear; a quadratic one would take minutes.
    for (;;) {
        req.target = "/workspaces/" + std::string(demo_workspace_id) + "/cases?limit=200" +
                     (cursor.empty() ? "" : "&cursor=" + cursor);
        http::response res;
        core.handle(req, res);
        BOOST_TEST_REQUIRE(res.status == 200u);
        const auto page = boost::json::parse(res.body);
        seen += page.at("items").as_array().size();
        ++pages;
        if (page.at("next_cursor").is_null()) break;
        cursor = page.at("next_cursor").as_string();
    }
    BOOST_TEST(seen == 50'000u);
    BOOST_TEST(pages == 250u);
}

BOOST_AUTO_TEST_SUITE_END()
