#include "config/load.hpp"
#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace casebridge;
using config_test::findings;

namespace {

// A facade whose callers sign requests or hold tokens.
struct signed_facade : config_test::sandbox_dir {
    signed_facade() {
        variables["PASSWORD"] = "unit-test-password";
        write("secret", "unit-test-secret\n");
        write("token", "APIV2:unit-test-token\n");
    }

    static std::string text() {
        return R"({
  "upstreams": {
    "tr": { "platform": "tracecat", "url": "https://tracecat.example.com/api", "credentials": {
      "main": { "email": "bot@example.com", "password_env": "PASSWORD" } } }
  },
  "bridges": [
    { "name": "b-one", "facade": "threatconnect", "backend": "tracecat", "listen": "127.0.0.1:0", "mode": "read-write",
      "workspaces": [ { "id": "11111111-1111-4111-8111-111111111111", "name": "SOC", "upstream": "tr", "credential": "main", "organization": "Acme" } ],
      "api_users": [ { "access_id": "app", "workspace": "SOC", "secret_file": "secret", "token_files": ["token"] } ]
    }
  ]
})";
    }
    static std::string with(std::string_view replace, std::string_view by) {
        std::string out = text();
        const auto at = out.find(replace);
        BOOST_REQUIRE_MESSAGE(at != std::string::npos, "not in the configuration: " << replace);
        return out.replace(at, replace.size(), by);
    }
    // One that has this instead of its API users.
    static std::string with_users(std::string_view users) {
        return with(
            R"("access_id": "app", "workspace": "SOC", "secret_file": "secret", "token_files": ["token"])",
            users);
    }

    std::shared_ptr<const config::settings> good(std::string_view content) const {
        const auto l = load(content);
        BOOST_REQUIRE_MESSAGE(l.value, findings(l));
        return l.value;
    }
    void refused(std::string_view content, std::initializer_list<std::string_view> texts) const {
        const auto l = load(content);
        BOOST_TEST(!l.value);
        for (const auto part : texts)
            BOOST_TEST((findings(l).find(part) != std::string::npos), "missing \"" << part << "\" in\n"
                                                                                   << findings(l));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(api_users_and_their_owners, signed_facade)

BOOST_AUTO_TEST_CASE(a_user_has_a_secret_tokens_and_one_workspace) {
    const auto s = good(text());
    const auto& b = s->bridges.at(0);
    BOOST_TEST(b.facade == "threatconnect");
    BOOST_TEST(!b.bulk_delete);
    const auto& u = b.who.api_users.at(0);
    BOOST_TEST(u.access_id == "app");
    BOOST_TEST(u.secret == "unit-test-secret");
    BOOST_REQUIRE(u.tokens.size() == 1u);
    BOOST_TEST(u.tokens[0] == "APIV2:unit-test-token");
    BOOST_TEST(!u.read_write);
    BOOST_TEST(u.number == 0);
    BOOST_CHECK(u.workspace == b.who.workspaces.at(0).id);
}

BOOST_AUTO_TEST_CASE(everything_about_users_groups_and_numbers_is_read) {
    const auto s = good(with(R"("api_users": [)", R"("bulk_delete": true,
      "groups": [ { "name": "Tier 1", "description": "First line", "members": ["app", "x@example.com"] } ],
      "numbers": [ { "kind": "tag", "name": "vpn", "id": 3 }, { "kind": "user", "name": "x@example.com", "id": 3 } ],
      "api_users": [ { "access_id": "two", "workspace": "SOC", "secret_file": "secret", "first_name": "F",
                       "last_name": "L", "pseudonym": "p", "id": 12, "access": "read-write", "acts_as": "main" },)"));
    const auto& b = s->bridges.at(0);
    BOOST_TEST(b.bulk_delete);
    const auto& u = b.who.api_users.at(0);
    BOOST_TEST(u.first_name + u.last_name + u.pseudonym == "FLp");
    BOOST_TEST(u.number == 12);
    BOOST_TEST(u.read_write);
    BOOST_TEST(u.acts_as == "main");
    BOOST_TEST(b.who.groups.at(0).members.size() == 2u);
    BOOST_TEST(b.who.groups.at(0).description == "First line");
    BOOST_TEST(b.who.numbers.at(0).kind == "tag");
    BOOST_TEST(b.who.numbers.at(0).number == 3);
}

BOOST_AUTO_TEST_CASE(an_owner_may_have_a_number_and_an_offset) {
    const auto s = good(with(R"("organization": "Acme")",
                             R"("organization": "Acme", "owner_id": 5, "case_id_offset": 100000)"));
    const auto& w = s->bridges.at(0).who.workspaces.at(0);
    BOOST_TEST(w.owner_number == 5);
    BOOST_TEST(w.case_number_offset == 100000);
}

BOOST_AUTO_TEST_CASE(secrets_of_users_are_secrets) {
    const auto all = good(text())->secrets();
    for (const std::string_view s : {"unit-test-secret", "APIV2:unit-test-token", "unit-test-password"})
        BOOST_TEST((std::find(all.begin(), all.end(), s) != all.end()), s);
}

BOOST_AUTO_TEST_CASE(secrets_in_the_file_are_for_demos) {
    refused(with_users(R"("access_id": "app", "workspace": "SOC", "secret": "s")"),
            {"c.jsonc:9:", "a secret in the configuration file"});
    refused(with_users(R"("access_id": "app", "workspace": "SOC", "tokens": ["APIV2:t"])"),
            {"c.jsonc:9:", "a secret in the configuration file", "token_files"});
    std::string demo =
        with_users(R"("access_id": "app", "workspace": "SOC", "secret": "s", "tokens": ["APIV2:t"])");
    demo.replace(0, 1, "{ \"demo\": true,");
    BOOST_TEST(good(demo)->bridges.at(0).who.api_users.at(0).secret == "s");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_user_has_its_place) {
    refused(with_users(R"("access_id": "app", "workspace": "SOC")"),
            {"c.jsonc:9:", "neither a secret nor a token"});
    refused(with_users(R"("access_id": "app", "workspace": "SOX", "secret_file": "secret")"),
            {"no workspace \"SOX\"", "did you mean \"SOC\"?"});
    refused(with_users(R"("access_id": "app", "workspace": "SOC", "secret_file": "nowhere")"),
            {"cannot read"});
    refused(with_users(R"("access_id": "a:b", "workspace": "SOC", "secret_file": "secret")"), {"c.jsonc:9:"});
    refused(
        with_users(R"("access_id": "app", "workspace": "SOC", "secret_file": "secret", "acts_as": "boss")"),
        {"no credential \"boss\""});
    refused(with_users(R"("access_id": "app", "workspace": "SOC", "token_files": ["secret"])"),
            {"must begin with APIV2:"});
    refused(with_users(R"("access_id": "app", "workspace": "SOC", "secret_file": "secret" },
                          { "access_id": "app", "workspace": "SOC", "secret_file": "secret")"),
            {"two API users with this access id"});
    refused(with_users(R"("access_id": "app", "workspace": "SOC", "token_files": ["token"], "id": 4 },
                          { "access_id": "bpp", "workspace": "SOC", "token_files": ["token"], "id": 4)"),
            {"share a token", "two API users with this id"});
}

BOOST_AUTO_TEST_CASE(pinned_numbers_are_unique) {
    const auto numbers = [&](const std::string& list) {
        return with(R"("api_users": [)", R"("numbers": [)" + list + R"(], "api_users": [)");
    };
    refused(numbers(R"({ "kind": "tag", "name": "a", "id": 3 }, { "kind": "tag", "name": "b", "id": 3 })"),
            {"two tags with this id"});
    refused(numbers(R"({ "kind": "tag", "name": "a", "id": 3 }, { "kind": "tag", "name": "a", "id": 4 })"),
            {"this tag has two ids"});
    refused(numbers(R"({ "kind": "case", "name": "a", "id": 3 })"), {"c.jsonc:9:"});
    good(numbers(R"({ "kind": "tag", "name": "a", "id": 3 }, { "kind": "group", "name": "a", "id": 3 })"));
}

BOOST_AUTO_TEST_CASE(each_facade_has_its_backend_and_its_keys) {
    refused(with(R"("backend": "tracecat")", R"("backend": "threatconnect")"),
            {"a threatconnect facade over threatconnect is not offered", "write \"tracecat\""});
    refused(with(R"("api_users": [)", R"("accounts": [], "api_users": [)"),
            {"accounts is for a tracecat facade"});
    std::string other = config_test::minimal();
    const std::string_view mark = "\"accounts\"";
    refused(other.replace(other.find(mark), mark.size(), "\"groups\": [], \"accounts\""),
            {"groups is for a threatconnect facade"});
}

BOOST_AUTO_TEST_CASE(a_demo_user_stays_on_loopback) {
    std::string open =
        with_users(R"("access_id": "12345678901234567890", "workspace": "SOC", "secret_file": "secret")");
    good(open);
    open.replace(open.find("127.0.0.1:0"), 11, "0.0.0.0:0");
    refused(open, {"with the demo's credentials"});
}

BOOST_AUTO_TEST_SUITE_END()
