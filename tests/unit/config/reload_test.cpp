#include "config/load.hpp"
#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace casebridge;
using config_test::findings;
using config_test::minimal;
using config_test::with;

namespace {

// A configuration beside the minimal one that runs.
struct beside_running : config_test::sandbox_dir {
    beside_running() {
        variables["TOKEN"] = "APIV2:unit-test-token";
        running = load(minimal()).value;
        BOOST_REQUIRE(running);
    }
    std::string change(std::string_view content) const { return findings(load(content, running.get())); }
    void refused(std::string_view content, std::string_view sentence) const {
        const std::string found = change(content);
        BOOST_TEST((found.find(sentence) != std::string::npos), found);
        BOOST_TEST(std::count(found.begin(), found.end(), '\n') == 1, found);
    }

    std::shared_ptr<const config::settings> running;
};

std::string root_member(std::string_view text) {
    return with("{\n  \"upstreams\"", "{\n  " + std::string(text) + ",\n  \"upstreams\"");
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(reload, beside_running)

BOOST_AUTO_TEST_CASE(most_of_a_configuration_may_change_while_it_runs) {
    BOOST_TEST(change(minimal()) == "");
    BOOST_TEST(change(root_member(R"("log": { "level": "warn" })")) == "");
    BOOST_TEST(change(root_member(R"("limits": { "idle_timeout_ms": 1000 })")) == "");
    BOOST_TEST(change(with("https://tc.example.com/api", "https://other.example.com/api")) == "");
    BOOST_TEST(change(with(R"("SOC": "editor")", R"("SOC": "viewer")")) == "");
}

BOOST_AUTO_TEST_CASE(what_only_a_restart_can_change_is_named_with_its_place) {
    const std::string threads = std::to_string(running->threads + 1);
    refused(root_member("\"threads\": " + threads),
            "c.jsonc:2:14: threads cannot change while casebridge runs: there are " +
                std::to_string(running->threads));
    refused(root_member(R"("admin": { "listen": "127.0.0.1:9191" })"),
            "admin.listen cannot change while casebridge runs: it is 127.0.0.1:9090");
    refused(with("127.0.0.1:0", "127.0.0.1:8181"),
            "c.jsonc:6:84: listen of bridge b-one cannot change while it runs: it is 127.0.0.1:0");
}

BOOST_AUTO_TEST_CASE(a_bridge_comes_and_goes_with_a_restart_only) {
    const std::string found = change(with("b-one", "b-two"));
    BOOST_TEST((found.find("bridge b-one cannot go while casebridge runs") != std::string::npos), found);
    BOOST_TEST((found.find("bridge b-two cannot be added while casebridge runs") != std::string::npos),
               found);
}

BOOST_AUTO_TEST_CASE(a_bridge_cannot_begin_to_speak_tls) {
    write("c.pem", "x");
    refused(with(R"("name": "b-one",)",
                 R"("name": "b-one", "tls": { "certificate_file": "c.pem", "key_file": "c.pem" },)"),
            "bridge b-one cannot change between TLS and plain HTTP while it runs");
}

BOOST_AUTO_TEST_CASE(without_a_secret_file_the_secret_stays_the_same) {
    BOOST_TEST((load(minimal(), running.get()).value->secret == running->secret));
}

BOOST_AUTO_TEST_CASE(all_files_that_matter_are_named_even_if_they_are_missing) {
    const auto l = load(root_member(R"("secret_file": "no-such-secret")"));
    BOOST_TEST(!l.value);
    BOOST_TEST(l.files.size() == 2U);
    BOOST_TEST(l.files.front().ends_with("/c.jsonc"));
    BOOST_TEST(l.files.back().ends_with("/no-such-secret"));
    BOOST_TEST(l.mappings.ends_with("/mappings/bundle.jsonc"));
}

BOOST_AUTO_TEST_SUITE_END()
