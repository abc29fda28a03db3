#include "upstream/request_head.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge;
using upstream::build_head;
using upstream::call;

namespace {

call make(std::string_view method, std::string target = "/x") {
    call c;
    c.method = method;
    c.target = std::move(target);
    return c;
}

std::string head_of(const call& c) {
    std::string out = "left over";
    const auto r = build_head(out, "tc.example.org", c);
    return r.has_error() ? std::string(to_string(r.error().code)) : out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(upstream_request_head)

BOOST_AUTO_TEST_CASE(port_is_named_only_if_it_is_not_the_schemes_own) {
    BOOST_TEST(upstream::host_field("https", "tc.example.org", 443) == "tc.example.org");
    BOOST_TEST(upstream::host_field("http", "tc.example.org", 80) == "tc.example.org");
    BOOST_TEST(upstream::host_field("https", "tc.example.org", 80) == "tc.example.org:80");
    BOOST_TEST(upstream::host_field("https", "::1", 8443) == "[::1]:8443");
}

BOOST_AUTO_TEST_CASE(length_is_given_where_there_is_a_body_or_one_is_expected) {
    BOOST_TEST(head_of(make("GET")) == "GET /x HTTP/1.1\r\nHost: tc.example.org\r\n\r\n");
    BOOST_TEST(head_of(make("DELETE")) == "DELETE /x HTTP/1.1\r\nHost: tc.example.org\r\n\r\n");
    for (const char* method : {"POST", "PUT", "PATCH"}) {
        BOOST_TEST(head_of(make(method)).find("\r\nContent-Length: 0\r\n") != std::string::npos);
    }
    call c = make("GET");
    c.body = "{}";
    BOOST_TEST(head_of(c).find("\r\nContent-Length: 2\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(bytes_that_would_break_the_framing_are_refused) {
    for (const char* target : {"", "x", "/a b", "/a\r\nX: 1", "/a#b", "/\xc3\xa4", "http://other/"}) {
        BOOST_TEST_CONTEXT(target) { BOOST_TEST(head_of(make("GET", target)) == "internal"); }
    }
    BOOST_TEST(head_of(make("GET /")) == "internal");
    BOOST_TEST(head_of(make("")) == "internal");
    for (const auto& [name, value] : upstream::headers{{"X", "a\r\nY: 1"},
                                                       {"X", "a\n"},
                                                       {"X\r\nY", "1"},
                                                       {"X ", "1"},
                                                       {"", "1"},
                                                       {"X", std::string("\0", 1)}}) {
        call c = make("GET");
        c.fields = {{name, value}};
        BOOST_TEST(head_of(c) == "internal");
    }
}

BOOST_AUTO_TEST_CASE(fields_of_the_framing_are_not_the_callers) {
    for (const char* name : {"Host", "content-length", "Connection", "TRANSFER-ENCODING", "Upgrade"}) {
        call c = make("GET");
        c.fields = {{name, "1"}};
        BOOST_TEST_CONTEXT(name) { BOOST_TEST(head_of(c) == "internal"); }
    }
}

BOOST_AUTO_TEST_SUITE_END()
