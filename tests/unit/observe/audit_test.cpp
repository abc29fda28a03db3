#include "observe/audit.hpp"
#include "json/tape.hpp"
#include "observe/redact.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

using namespace casebridge;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> logged;

struct audit_files {
    audit_files() {
        logged.clear();
        observe::set_writer([](std::string_view line) { logged.emplace_back(line); });
        observe::set_level(observe::level::info);
        fs::create_directories(folder);
    }
    ~audit_files() {
        BOOST_TEST(observe::set_audit_file("").has_value());
        observe::set_writer(nullptr);
        fs::remove_all(folder);
    }
    audit_files(const audit_files&) = delete;
    audit_files& operator=(const audit_files&) = delete;

    std::string file(const char* name) const { return (folder / name).string(); }
    std::vector<std::string> lines(const char* name) const {
        std::ifstream in(file(name));
        std::vector<std::string> out;
        for (std::string line; std::getline(in, line);) out.push_back(line);
        return out;
    }

    fs::path folder = fs::temp_directory_path() / ("audit-test-" + std::to_string(::getpid()));
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(audit_stream, audit_files)

BOOST_AUTO_TEST_CASE(without_a_file_writes_stand_in_the_log_whatever_its_level) {
    observe::set_level(observe::level::off);
    observe::audit({{"id", "4711"}});
    BOOST_REQUIRE(logged.size() == 1U);
    BOOST_TEST(logged[0].find(R"("msg":"write","id":"4711"})") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(with_a_file_they_stand_there_alone) {
    BOOST_REQUIRE(observe::set_audit_file(file("a")).has_value());
    observe::audit({{"id", "1"}});
    observe::audit({{"id", "2"}});
    BOOST_TEST(logged.empty());
    BOOST_TEST(lines("a").size() == 2U);
    json::tape t;
    BOOST_REQUIRE(t.parse(lines("a")[1], {}).has_value());
    BOOST_TEST(t.root().member("id").text() == "2");
}

BOOST_AUTO_TEST_CASE(a_renamed_file_is_left_when_it_is_opened_anew) {
    BOOST_REQUIRE(observe::set_audit_file(file("a")).has_value());
    observe::audit({{"id", "1"}});
    fs::rename(file("a"), file("a.1"));
    BOOST_REQUIRE(observe::set_audit_file(file("a")).has_value());
    observe::audit({{"id", "2"}});
    BOOST_TEST(lines("a.1").size() == 1U);
    BOOST_TEST(lines("a").size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_opened_changes_nothing) {
    BOOST_REQUIRE(observe::set_audit_file(file("a")).has_value());
    const auto refused = observe::set_audit_file(file("no-such-folder/a"));
    BOOST_REQUIRE(refused.has_error());
    BOOST_TEST(refused.error().detail.find("no-such-folder") != std::string::npos);
    observe::audit({{"id", "1"}});
    BOOST_TEST(lines("a").size() == 1U);
}

BOOST_AUTO_TEST_CASE(secrets_do_not_reach_the_file) {
    observe::add_secret("a-secret-of-the-audit-test");
    BOOST_REQUIRE(observe::set_audit_file(file("a")).has_value());
    observe::audit({{"fields", "x,a-secret-of-the-audit-test"}});
    BOOST_TEST(lines("a")[0].find(R"("fields":"x,[redacted]")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(lines_of_many_threads_stay_whole) {
    BOOST_REQUIRE(observe::set_audit_file(file("a")).has_value());
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([] {
            for (int i = 0; i < 200; ++i) observe::audit({{"text", "0123456789abcdef0123456789abcdef"}});
        });
    for (auto& t : threads) t.join();
    const auto all = lines("a");
    BOOST_TEST(all.size() == 800U);
    for (const auto& line : all)
        BOOST_REQUIRE(line.ends_with(R"("text":"0123456789abcdef0123456789abcdef"})"));
}

BOOST_AUTO_TEST_SUITE_END()
