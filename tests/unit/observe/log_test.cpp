#include "observe/log.hpp"
#include "json/tape.hpp"
#include "observe/redact.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <string>
#include <vector>

using namespace casebridge;

namespace {

std::vector<std::string> lines;

struct captured {
    captured() {
        lines.clear();
        observe::set_level(observe::level::info);
        observe::set_writer([](std::string_view line) { lines.emplace_back(line); });
    }
    ~captured() { observe::set_writer(nullptr); }
};

// The text of one member of the last line; the line must be JSON.
std::string member(std::string_view key) {
    BOOST_REQUIRE(!lines.empty());
    json::tape t;
    BOOST_REQUIRE(t.parse(lines.back(), {}).has_value());
    return std::string(t.root().member(key).text());
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(log_lines, captured)

BOOST_AUTO_TEST_CASE(a_line_is_one_json_object_with_time_level_and_message) {
    observe::log(observe::level::warn, "pool is full", {{"upstream", "tc"}, {"waiting", std::int64_t{3}}});
    BOOST_TEST(member("level") == "warn");
    BOOST_TEST(member("msg") == "pool is full");
    BOOST_TEST(member("upstream") == "tc");
    BOOST_TEST(member("waiting") == "3");
    const std::string time = member("time");
    BOOST_TEST(time.size() == std::string("2026-01-01T00:00:00.000Z").size());
    BOOST_TEST(time[10] == 'T');
    BOOST_TEST(time.back() == 'Z');
}

BOOST_AUTO_TEST_CASE(text_of_a_client_cannot_start_a_line_of_its_own) {
    observe::log(observe::level::info, "a\n{\"level\":\"error\"}", {{"peer", "x\"y\r\n"}});
    BOOST_TEST(lines.back().find('\n') == std::string::npos);
    BOOST_TEST(member("msg") == "a\n{\"level\":\"error\"}");
    BOOST_TEST(member("peer") == "x\"y\r\n");
}

BOOST_AUTO_TEST_CASE(lines_below_the_level_are_not_written) {
    observe::log(observe::level::debug, "quiet");
    BOOST_TEST(lines.empty());
    observe::set_level(observe::level::off);
    observe::log(observe::level::error, "quiet");
    BOOST_TEST(lines.empty());
}

BOOST_AUTO_TEST_CASE(a_number_that_json_cannot_write_is_null) {
    observe::log(observe::level::info, "m", {{"a", 0.5}, {"b", std::nan("")}, {"c", true}});
    BOOST_TEST(member("a") == "0.5");
    BOOST_TEST(lines.back().find("\"b\":null") != std::string::npos);
    BOOST_TEST(member("c") == "true");
}

BOOST_AUTO_TEST_CASE(registered_secrets_never_reach_a_line) {
    observe::add_secret("hunter2-hunter2");
    observe::add_secret("hunter2-hunter2-long");
    observe::log(observe::level::error, "bad hunter2-hunter2-long!",
                 {{"detail", "token=hunter2-hunter2&again=hunter2-hunter2"}});
    BOOST_TEST(member("msg") == "bad [redacted]!");
    BOOST_TEST(member("detail") == "token=[redacted]&again=[redacted]");
}

BOOST_AUTO_TEST_CASE(a_text_too_short_to_be_a_secret_hides_nothing) {
    observe::add_secret("ab");
    BOOST_TEST(observe::redact("abab") == "abab");
}

BOOST_AUTO_TEST_CASE(levels_have_names_both_ways) {
    BOOST_TEST((observe::level_from_string("warn") == observe::level::warn));
    BOOST_TEST(!observe::level_from_string("loud").has_value());
    BOOST_TEST(std::string(observe::to_string(observe::level::debug)) == "debug");
}

BOOST_AUTO_TEST_SUITE_END()
