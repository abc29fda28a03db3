#include "config/load.hpp"
#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

using namespace casebridge;
using config_test::findings;
using config_test::minimal;
using config_test::with;

namespace {

struct files : config_test::sandbox_dir {
    files() { variables["TOKEN"] = "APIV2:unit-test-token"; }

    std::shared_ptr<const config::settings> good(std::string_view content) const {
        const auto l = load(content);
        BOOST_REQUIRE_MESSAGE(l.value, findings(l));
        return l.value;
    }
    // The configuration is refused, and one finding contains each of the texts.
    void refused(std::string_view content, std::initializer_list<std::string_view> texts) const {
        const auto l = load(content);
        BOOST_TEST(!l.value);
        for (const auto text : texts)
            BOOST_TEST((findings(l).find(text) != std::string::npos), "missing \"" << text << "\" in\n"
                                                                                   << findings(l));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(configuration_file, files)

BOOST_AUTO_TEST_CASE(a_minimal_file_gets_the_documented_defaults) {
    const auto s = good(minimal());
    BOOST_TEST(s->threads >= 1U);
    BOOST_TEST(s->admin.to_string() == "127.0.0.1:9090");
    BOOST_TEST(s->drain_timeout.count() == 20000);
    BOOST_TEST(s->secret.size() == 32U);
    BOOST_TEST(s->mappings.ends_with("/mappings/bundle.jsonc"));
    const auto& b = s->bridges.at(0);
    BOOST_TEST((b.mode == config::bridge_mode::read_only));
    BOOST_TEST(b.honour_user_access);
    BOOST_TEST(!b.deletes);
    BOOST_TEST(b.public_url == "http://127.0.0.1:0");
}

BOOST_AUTO_TEST_CASE(add_ons_sessions_and_attribution_of_a_tracecat_facade) {
    const auto plain = good(minimal());
    BOOST_TEST(plain->bridges.at(0).case_addons);
    BOOST_TEST(!plain->bridges.at(0).visible_authors);
    BOOST_TEST(plain->bridges.at(0).session_realm == plain->bridges.at(0).name);
    const auto set = good(with(R"("facade")", R"("case_addons": false, "attribution": "carried, visible",)"
                                              R"( "session_realm": "soc", "facade")"));
    BOOST_TEST(!set->bridges.at(0).case_addons);
    BOOST_TEST(set->bridges.at(0).visible_authors);
    BOOST_TEST(set->bridges.at(0).session_realm == "soc");
    refused(with(R"("facade")", R"("attribution": "visible", "facade")"),
            {"\"visible\" is not allowed here"});
}

BOOST_AUTO_TEST_CASE(an_upstream_is_taken_apart_into_origin_path_and_credential) {
    const auto s = good(minimal());
    const auto* u = s->find_upstream("tc");
    BOOST_REQUIRE(u != nullptr);
    BOOST_TEST(u->transport.host == "tc.example.com");
    BOOST_TEST(u->transport.port == 443);
    BOOST_TEST(u->base_path == "/api");
    BOOST_TEST(u->base_url() == "https://tc.example.com:443/api");
    BOOST_REQUIRE(u->find_credential("main") != nullptr);
    BOOST_TEST(u->find_credential("main")->token == "APIV2:unit-test-token");
}

BOOST_AUTO_TEST_CASE(an_upstreams_retries_breaker_and_limits_are_read) {
    const auto s = good(with(R"("credentials": { "main": { "token_env": "TOKEN" } })", R"(
        "retry": { "tries": 3, "backoff_ms": 5, "max_backoff_ms": 50, "budget_percent": 10, "budget_least": 1 },
        "breaker": { "failures": 7, "open_ms": 100, "max_open_ms": 900 },
        "credentials": { "main": { "token_env": "TOKEN", "max_in_flight": 8, "max_rps": 20, "max_waiting": 30 } })"));
    const auto& t = s->find_upstream("tc")->transport;
    using std::chrono::milliseconds;
    BOOST_TEST((t.retry == upstream::retry_options{3, milliseconds(5), milliseconds(50), 10, 1}));
    BOOST_TEST((t.breaker == upstream::breaker_options{7, milliseconds(100), milliseconds(900)}));
    BOOST_TEST((t.credentials.at("main") == upstream::credential_limits{8, 20, 30}));
    refused(with(R"("token_env": "TOKEN")", R"("token_env": "TOKEN", "max_rps": -1)"),
            {"c.jsonc:3:", "greater than or equal to 0"});
}

BOOST_AUTO_TEST_CASE(a_bridge_says_how_long_catalogues_are_remembered) {
    BOOST_TEST(good(minimal())->bridges.at(0).catalogue_seconds == 60u);
    const auto s = good(with(R"("facade")", R"("catalogue_seconds": 5, "facade")"));
    BOOST_TEST(s->bridges.at(0).catalogue_seconds == 5u);
    refused(with(R"("facade")", R"("catalogue_seconds": 0, "facade")"),
            {"c.jsonc:6:", "greater than or equal to 1"});
}

BOOST_AUTO_TEST_CASE(accounts_get_a_stable_id_and_their_roles) {
    const auto first = good(minimal());
    const auto again = good(with("Ana@example.com", "ana@EXAMPLE.com"));
    const auto& a = first->bridges.at(0).who.accounts.at(0);
    BOOST_TEST(a.id.version() == 4);
    BOOST_TEST((a.id == again->bridges.at(0).who.accounts.at(0).id));
    BOOST_TEST((a.workspaces.begin()->second == platform::role::editor));
}

BOOST_AUTO_TEST_CASE(a_user_name_on_the_backend_comes_from_the_users_table) {
    const auto s = good(with("\"accounts\"", R"("users": { "ANA@example.com": "smithj" }, "accounts")"));
    BOOST_TEST(s->bridges.at(0).who.accounts.at(0).upstream_user == "smithj");
}

BOOST_AUTO_TEST_CASE(every_finding_is_reported_with_its_place_not_only_the_first) {
    const auto l = load(R"({
  "treads": 2,
  "upstreams": { "tc": { "platform": "threatconnect", "url": "tc.example.com", "credentials": { "main": {} } } },
  "bridges": [ { "name": "b", "facade": "tracecat", "backend": "threatconnect", "listen": "8080", "workspaces": [] } ]
})");
    const std::string all = findings(l);
    for (const std::string_view text :
         {"c.jsonc:2:", "did you mean \"threads\"?", "c.jsonc:3:", "not a base URL",
          "a token or an access id", "c.jsonc:4:", "not an address and port"})
        BOOST_TEST((all.find(text) != std::string::npos), "missing \"" << text << "\" in\n" << all);
}

BOOST_AUTO_TEST_CASE(a_duplicate_key_is_refused) {
    refused(with("\"bridges\"", "\"threads\": 1, \"threads\": 2, \"bridges\""), {"c.jsonc:5:", "threads"});
}

BOOST_AUTO_TEST_CASE(a_file_that_is_missing_is_a_finding) {
    const auto l = config::load("no/such/file.jsonc", [](const std::string&) { return std::nullopt; });
    BOOST_TEST(!l.value);
    BOOST_TEST(l.findings.size() == 1U);
}

BOOST_AUTO_TEST_CASE(names_that_lead_nowhere_are_found) {
    refused(with(R"("upstream": "tc")", R"("upstream": "tx")"), {"no upstream \"tx\"", "tc"});
    refused(with(R"("credential": "main")", R"("credential": "mian")"),
            {"no credential \"mian\"", "did you mean \"main\"?"});
    refused(with(R"("SOC": "editor")", R"("SOX": "editor")"), {"no workspace \"SOX\""});
    refused(with(R"("email")", R"("acts_as": "boss", "email")"), {"no credential \"boss\""});
}

BOOST_AUTO_TEST_CASE(values_of_a_wrong_form_are_found) {
    refused(with("11111111-1111-4111-8111-111111111111", "one"), {"not a UUID"});
    refused(with(R"("email")", R"("password_hash": "secret", "email")"),
            {"not a password hash", "casebridge password"});
    refused(with("\"tracecat\"", "\"tracecats\""), {"c.jsonc:6:"});
    refused(with("\"upstreams\"", R"("limits": { "max_fields": 1 }, "upstreams")"), {"c.jsonc:2:"});
}

BOOST_AUTO_TEST_CASE(doubles_are_found) {
    refused(with(R"({ "email")", R"({ "email": "ana@example.com" }, { "email")"), {"two accounts"});
    refused(with("127.0.0.1:0", "127.0.0.1:9090"), {"two listeners on 127.0.0.1:9090"});
}

BOOST_AUTO_TEST_CASE(the_environment_wins_over_the_file) {
    variables["CASEBRIDGE_LISTEN_B_ONE"] = "[::1]:7001";
    variables["CASEBRIDGE_ADMIN_LISTEN"] = "localhost:7002";
    variables["CASEBRIDGE_LOG_LEVEL"] = "error";
    variables["CASEBRIDGE_THREADS"] = "3";
    const auto s = good(minimal());
    BOOST_TEST(s->bridges.at(0).listen.address == "::1");
    BOOST_TEST(s->bridges.at(0).listen.port == 7001);
    BOOST_TEST(s->bridges.at(0).public_url == "http://[::1]:7001");
    BOOST_TEST(s->admin.to_string() == "127.0.0.1:7002");
    BOOST_TEST((s->log_level == observe::level::error));
    BOOST_TEST(s->threads == 3U);
    variables["CASEBRIDGE_LOG_LEVEL"] = "loud";
    refused(minimal(), {"no such log level"});
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(configuration_secrets, files)

BOOST_AUTO_TEST_CASE(a_secret_in_the_file_needs_demo) {
    const std::string inline_token = with(R"("token_env": "TOKEN")", R"("token": "APIV2:x")");
    refused(inline_token, {"a secret in the configuration file", "token_file or token_env"});
    std::string demo = inline_token;
    demo.insert(1, "\"demo\": true,");
    BOOST_TEST(good(demo)->find_upstream("tc")->find_credential("main")->token == "APIV2:x");
}

BOOST_AUTO_TEST_CASE(a_credential_is_a_token_or_a_pair_and_never_half_of_one) {
    refused(with(R"("token_env": "TOKEN")", R"("access_id": "1")"), {"belong together"});
    refused(
        with(R"("token_env": "TOKEN")", R"("token_env": "TOKEN", "access_id": "1", "secret_env": "TOKEN")"),
        {"either a token or an access id"});
    refused(with(R"("token_env": "TOKEN")", R"("token_env": "UNSET")"), {"UNSET is not set"});
    write("key", "sharp-secret\n");
    const auto s = good(with(R"("token_env": "TOKEN")", R"("access_id": "1", "secret_file": "key")"));
    BOOST_TEST(s->find_upstream("tc")->find_credential("main")->secret == "sharp-secret");
}

BOOST_AUTO_TEST_CASE(beyond_loopback_a_secret_file_is_needed) {
    const std::string open = with("127.0.0.1:0", "0.0.0.0:8080");
    refused(open, {"secret_file is missing", "openssl rand"});
    write("short", "0123456789");
    variables["CASEBRIDGE_SECRET_FILE"] = write("short", "0123456789").string();
    refused(open, {"shorter than 32 bytes"});
    variables["CASEBRIDGE_SECRET_FILE"] = write("long", std::string(40, 'k') + "\n").string();
    BOOST_TEST(good(open)->secret == std::string(40, 'k'));
}

BOOST_AUTO_TEST_CASE(the_demo_never_listens_beyond_loopback) {
    variables["CASEBRIDGE_SECRET_FILE"] = write("long", std::string(40, 'k')).string();
    std::string open = with("127.0.0.1:0", "0.0.0.0:8080");
    open.insert(1, "\"demo\": true,");
    refused(open, {"with the demo's credentials"});
    variables["TOKEN"] = "APIV2:demo-token";
    refused(with("127.0.0.1:0", "[::]:8080"), {"with the demo's credentials"});
    variables["TOKEN"] = "APIV2:other";
    std::string demo_login = with("127.0.0.1:0", "[::]:8080");
    demo_login.replace(demo_login.find("Ana@example.com"), 15, "demo@casebridge.test");
    refused(demo_login, {"with the demo's credentials"});
}

BOOST_AUTO_TEST_CASE(settings_tell_their_secrets_so_that_logs_can_hide_them) {
    const auto all = good(minimal())->secrets();
    BOOST_TEST(all.size() == 2U);
    BOOST_TEST((std::find(all.begin(), all.end(), "APIV2:unit-test-token") != all.end()));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(shipped_files)

BOOST_AUTO_TEST_CASE(the_demo_configuration_loads) {
    const auto l = config::load(CASEBRIDGE_SOURCE_DIR "/config/demo.jsonc",
                                [](const std::string&) { return std::nullopt; });
    BOOST_REQUIRE_MESSAGE(l.value, findings(l));
    BOOST_TEST(l.value->demo);
    BOOST_TEST(l.value->bridges.at(0).listen.to_string() == "127.0.0.1:8080");
}

BOOST_AUTO_TEST_CASE(the_example_loads_once_its_variables_are_set) {
    const auto l = config::load(CASEBRIDGE_SOURCE_DIR "/config/casebridge.example.jsonc",
                                [](const std::string& name) -> std::optional<std::string> {
                                    if (name.starts_with("THREATCONNECT_") || name.starts_with("TRACECAT_"))
                                        return "something";
                                    return std::nullopt;
                                });
    BOOST_REQUIRE_MESSAGE(l.value, findings(l));
    BOOST_TEST(!l.value->demo);
}

BOOST_AUTO_TEST_CASE(struct_defaults_schema_defaults_and_example_agree) {
    const auto l = config::load(CASEBRIDGE_SOURCE_DIR "/config/casebridge.example.jsonc",
                                [](const std::string& name) -> std::optional<std::string> {
                                    const bool known =
                                        name.starts_with("THREATCONNECT_") || name.starts_with("TRACECAT_");
                                    return known ? std::optional<std::string>("x") : std::nullopt;
                                });
    BOOST_REQUIRE_MESSAGE(l.value, findings(l));
    const server::limits bounds;
    BOOST_TEST(l.value->limits.max_head_bytes == bounds.max_head_bytes);
    BOOST_TEST(l.value->limits.max_target_bytes == bounds.max_target_bytes);
    BOOST_TEST(l.value->limits.max_fields == bounds.max_fields);
    BOOST_TEST((l.value->limits.head_timeout == bounds.head_timeout));
    BOOST_TEST((l.value->limits.request_timeout == bounds.request_timeout));
    BOOST_TEST((l.value->limits.answer_timeout == bounds.answer_timeout));
    BOOST_TEST((l.value->limits.idle_timeout == bounds.idle_timeout));
    BOOST_TEST(l.value->limits.max_requests_per_connection == bounds.max_requests_per_connection);
    BOOST_TEST(l.value->limits.max_connections == bounds.max_connections);
    BOOST_TEST(l.value->limits.max_connections_per_address == bounds.max_connections_per_address);
    const upstream::options pool;
    const auto& t = l.value->upstreams.at(0).transport;
    BOOST_TEST(t.max_connections == pool.max_connections);
    BOOST_TEST(t.max_waiting == pool.max_waiting);
    BOOST_TEST((t.connect_timeout == pool.connect_timeout));
    BOOST_TEST((t.call_timeout == pool.call_timeout));
    BOOST_TEST((t.idle_timeout == pool.idle_timeout));
    BOOST_TEST((t.resolve_ttl == pool.resolve_ttl));
    BOOST_TEST(t.max_head_bytes == pool.max_head_bytes);
    BOOST_TEST(t.max_body_bytes == pool.max_body_bytes);
    BOOST_TEST((t.retry == pool.retry));
    BOOST_TEST((t.breaker == pool.breaker));
    BOOST_TEST((t.credentials.at("bridge") == upstream::credential_limits{}));
}

BOOST_AUTO_TEST_SUITE_END()
