#include "upstream/url.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

using casebridge::errc;
using casebridge::upstream::parse_base_url;

namespace {

struct good_row {
    const char* text;
    const char* scheme;
    const char* host;
    int port;
    const char* path;
};
std::ostream& operator<<(std::ostream& out, const good_row& row) { return out << row.text; }

const good_row good[] = {
    {"https://tc.example.org/api", "https", "tc.example.org", 443, "/api"},
    {"https://tc.example.org/api/", "https", "tc.example.org", 443, "/api"},
    {"https://tc.example.org", "https", "tc.example.org", 443, ""},
    {"https://tc.example.org/", "https", "tc.example.org", 443, ""},
    {"http://127.0.0.1:9301/api", "http", "127.0.0.1", 9301, "/api"},
    {"http://localhost", "http", "localhost", 80, ""},
    {"HTTPS://TC.Example.ORG:8443/A/b%20c", "https", "tc.example.org", 8443, "/A/b%20c"},
    {"https://[::1]:8443/api", "https", "::1", 8443, "/api"},
    {"http://tracecat_api:8000", "http", "tracecat_api", 8000, ""},
};

struct bad_row {
    const char* text;
    const char* says;
};
std::ostream& operator<<(std::ostream& out, const bad_row& row) { return out << row.text; }

const bad_row bad[] = {
    {"", "absolute URL"},
    {"tc.example.org/api", "absolute URL"},
    {"/api", "absolute URL"},
    {"https://tc example.org", "absolute URL"},
    {"https://tc.example.org:99999", "port"},
    {"https://tc.example.org:0", "port"},
    {"ftp://tc.example.org", "https://"},
    {"https:///api", "host"},
    {"https://user:hush@tc.example.org/api", "user name"},
    {"https://hush@tc.example.org/api", "user name"},
    {"https://tc.example.org/api?hush=1", "query"},
    {"https://tc.example.org/api?", "query"},
    {"https://tc.example.org/api#hush", "fragment"},
    {"https://tc.example.org/api/../v3", "segments"},
    {"https://tc.example.org/api/%2E%2E/v3", "segments"},
    {"https://tc.example.org/api//v3", "segments"},
    {"https://ex%41mple%20.org", "host name"},
    {"https://ex%C3%A4mple.org", "host name"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(upstream_url)

BOOST_DATA_TEST_CASE(base_url_is_taken_apart, boost::unit_test::data::make(good), row) {
    const auto r = parse_base_url(row.text);
    BOOST_REQUIRE_MESSAGE(r.has_value(), (r.has_error() ? r.error().detail : ""));
    BOOST_TEST(r->scheme == row.scheme);
    BOOST_TEST(r->host == row.host);
    BOOST_TEST(r->port == row.port);
    BOOST_TEST(r->path == row.path);
}

BOOST_DATA_TEST_CASE(unusable_url_is_refused_with_a_sentence, boost::unit_test::data::make(bad), row) {
    const auto r = parse_base_url(row.text);
    BOOST_REQUIRE(r.has_error());
    BOOST_TEST((r.error().code == errc::invalid_configuration));
    BOOST_TEST(r.error().detail.find(row.says) != std::string::npos, r.error().detail);
    BOOST_TEST(r.error().detail.find("hush") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
