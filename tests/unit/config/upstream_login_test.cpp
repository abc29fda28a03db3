#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace {

using namespace casebridge;
using config_test::findings;
using config_test::sandbox_dir;
using config_test::with;

constexpr const char* usual = R"("tc": { "platform": "threatconnect")";

std::string cat(const std::string& credential, const std::string& more = {}) {
    return with(usual, R"("cat": { "platform": "tracecat", "url": "http://cat.example.com/api", )" + more +
                           R"("credentials": { "bridge": )" + credential + " } }, " + usual);
}

config::loaded load(const std::string& text, bool demo = false) {
    sandbox_dir dir;
    dir.write("password", "correct horse\n");
    dir.write("key", "tc_ws_sk_abcdefghijkl_a-secret\n");
    dir.variables["TOKEN"] = "APIV2:unit-test-token";
    dir.variables["KEY"] = "tc_org_sk_abcdefghijkl_another";
    return dir.load(demo ? R"({ "demo": true, )" + text.substr(1) : text);
}

const config::credential& credential_of(const config::loaded& l) {
    BOOST_REQUIRE_MESSAGE(l.value, findings(l));
    const auto* u = l.value->find_upstream("cat");
    BOOST_REQUIRE(u != nullptr);
    return *u->find_credential("bridge");
}

void refused(const std::string& text, const std::string& why) {
    const config::loaded l = load(text);
    BOOST_TEST(!l.value);
    BOOST_TEST(findings(l).find(why) != std::string::npos, findings(l));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(upstream_logins)

BOOST_AUTO_TEST_CASE(a_login_a_key_or_both) {
    const auto login =
        load(cat(R"({ "email": "b@example.com", "password_file": "password", "max_in_flight": 4 })"));
    BOOST_TEST(credential_of(login).email == "b@example.com");
    BOOST_TEST(credential_of(login).password == "correct horse");
    BOOST_TEST(credential_of(login).api_key.empty());
    BOOST_TEST(login.value->find_upstream("cat")->transport.credentials.at("bridge").max_in_flight == 4U);
    BOOST_TEST(credential_of(load(cat(R"({ "api_key_env": "KEY" })"))).api_key ==
               "tc_org_sk_abcdefghijkl_another");
    const auto both =
        load(cat(R"({ "email": "b@example.com", "password_file": "password", "api_key_file": "key" })"));
    BOOST_TEST(credential_of(both).password == "correct horse");
    BOOST_TEST(credential_of(both).api_key == "tc_ws_sk_abcdefghijkl_a-secret");
    // Nothing of them is ever printed.
    const auto secrets = both.value->secrets();
    for (const char* secret : {"correct horse", "tc_ws_sk_abcdefghijkl_a-secret"})
        BOOST_TEST(std::count(secrets.begin(), secrets.end(), secret) == 1);
}

BOOST_AUTO_TEST_CASE(idle_connections_are_given_up_before_the_server_does_it) {
    const std::string login = R"({ "email": "b@example.com", "password_file": "password" })";
    using std::chrono::milliseconds;
    const auto idle = [](const config::loaded& l, const char* name) {
        return l.value->find_upstream(name)->transport.idle_timeout;
    };
    const auto usual_idle = load(cat(login));
    BOOST_TEST((idle(usual_idle, "cat") == milliseconds(4000)));
    BOOST_TEST((idle(usual_idle, "tc") == milliseconds(15000)));
    BOOST_TEST(
        (idle(load(cat(login, R"("pool": { "idle_timeout_ms": 900 }, )")), "cat") == milliseconds(900)));
}

BOOST_AUTO_TEST_CASE(half_a_login_nothing_and_what_belongs_elsewhere_are_refused) {
    refused(cat(R"({ "email": "b@example.com" })"), "e-mail and password belong together");
    refused(cat(R"({ "password_file": "password", "api_key_file": "key" })"),
            "e-mail and password belong together");
    refused(cat("{}"), "a login, an API key, or both");
    refused(cat(R"({ "api_key_file": "password" })"), "not an API key");
    refused(cat(R"({ "api_key_file": "key", "token_env": "TOKEN" })"),
            "token is for a platform other than tracecat");
    refused(with(R"({ "token_env": "TOKEN" })", R"({ "token_env": "TOKEN", "email": "b@example.com" })"),
            "email is for a platform other than threatconnect");
    refused(cat(R"({ "email": "b@example.com", "password": "written here" })"),
            "a secret in the configuration file");
    BOOST_TEST(credential_of(load(cat(R"({ "email": "b@example.com", "password": "demo-password" })"), true))
                   .password == "demo-password");
}

BOOST_AUTO_TEST_SUITE_END()
