// Request heads and what the gate says to each: every row of engineering anchors §B1 that concerns
// requests, and then some. The gate's own tests run them without a socket, the server's tests send
// the same bytes and check the status, the closing, and that nothing after the head was executed.
#pragma once

#include "core/error.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace casebridge::test {

struct verdict {
    errc code = errc::internal;
    unsigned status = 0;
};

inline constexpr verdict malformed{errc::malformed_request, 400};
inline constexpr verdict unknown_coding{errc::unsupported_transfer_coding, 501};
inline constexpr verdict compressed{errc::unsupported_content_coding, 415};
inline constexpr verdict too_large{errc::body_too_large, 413};
inline constexpr verdict no_host{errc::missing_host, 400};
inline constexpr verdict unexpected{errc::unsupported_expectation, 417};
inline constexpr verdict long_head{errc::header_too_large, 431};
inline constexpr verdict long_target{errc::target_too_long, 414};

struct gate_row {
    std::string name;
    std::string head;      // complete, with the empty line where there is one
    verdict refused = {};  // of the rows that are refused
};

inline std::ostream& operator<<(std::ostream& out, const gate_row& r) { return out << r.name; }

inline std::string post(const std::string& fields) {
    return "POST /echo HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

inline std::string te(const std::string& coding) { return post("Transfer-Encoding: " + coding + "\r\n"); }

inline std::string cl(const std::string& length) { return post("Content-Length: " + length + "\r\n"); }

inline std::string get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"; }

inline std::string repeated(std::size_t n, const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < n; ++i) out += text;
    return out;
}

inline std::vector<gate_row> framing_rows() {
    return {
        {"content_length_then_chunked", post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"),
         malformed},
        {"chunked_then_content_length", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"),
         malformed},
        {"gzip_then_content_length", post("Transfer-Encoding: gzip\r\nContent-Length: 4\r\n"), malformed},
        {"content_length_then_gzip", post("Content-Length: 4\r\nTransfer-Encoding: gzip\r\n"), malformed},
        {"identity_with_content_length", post("Transfer-Encoding: identity\r\nContent-Length: 4\r\n"),
         malformed},
        {"xchunked_with_content_length", post("Transfer-Encoding: xchunked\r\nContent-Length: 4\r\n"),
         malformed},
        {"gzip_alone", te("gzip"), unknown_coding},
        {"chunked_then_gzip_in_one_field", te("chunked, gzip"), unknown_coding},
        {"gzip_then_chunked_in_one_field", te("gzip, chunked"), unknown_coding},
        {"identity_alone", te("identity"), unknown_coding},
        {"xchunked_alone", te("xchunked"), unknown_coding},
        {"chunked_with_parameter", te("chunked;q=1"), unknown_coding},
        {"comma_before_chunked", te(",chunked"), unknown_coding},
        {"comma_after_chunked", te("chunked,"), unknown_coding},
        {"chunked_twice_in_one_field", te("chunked, chunked"), unknown_coding},
        {"quoted_chunked", te("\"chunked\""), unknown_coding},
        {"empty_transfer_encoding", post("Transfer-Encoding:\r\n"), unknown_coding},
        {"gzip_and_chunked_in_two_fields", post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"),
         malformed},
        {"chunked_and_gzip_in_two_fields", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n"),
         malformed},
        {"chunked_in_two_fields", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
         malformed},
        {"folded_chunked", post("Transfer-Encoding:\r\n chunked\r\n"), malformed},
        {"tab_folded_chunked", post("Transfer-Encoding:\r\n\tchunked\r\n"), malformed},
        {"vertical_tab_before_chunked",
         post("Transfer-Encoding: \x0b"
              "chunked\r\n"),
         malformed},
        {"space_before_colon", post("Transfer-Encoding : chunked\r\n"), malformed},
        {"chunked_in_http_1_0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", malformed},
        {"two_equal_lengths", post("Content-Length: 4\r\nContent-Length: 4\r\n"), malformed},
        {"two_different_lengths", post("Content-Length: 4\r\nContent-Length: 5\r\n"), malformed},
        {"list_of_equal_lengths", cl("4, 4"), malformed},
        {"length_with_leading_zeros", cl("004"), malformed},
        {"length_with_plus", cl("+4"), malformed},
        {"negative_length", cl("-1"), malformed},
        {"hexadecimal_length", cl("0x4"), malformed},
        {"length_with_point", cl("4.0"), malformed},
        {"length_with_blank_inside", cl("4 4"), malformed},
        {"empty_length", post("Content-Length:\r\n"), malformed},
        {"overflowing_length", cl("99999999999999999999999"), malformed},
        {"length_of_19_digits", cl("1000000000000000000"), too_large},
    };
}

inline std::vector<gate_row> head_rows() {
    return {
        {"no_host", "GET /echo HTTP/1.1\r\n\r\n", no_host},
        {"two_hosts", "GET /echo HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", no_host},
        {"two_hosts_in_http_1_0", "GET /echo HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", no_host},
        {"empty_host", "GET /echo HTTP/1.1\r\nHost: \r\n\r\n", no_host},
        {"host_with_path", "GET /echo HTTP/1.1\r\nHost: a/b\r\n\r\n", malformed},
        {"host_with_blank", "GET /echo HTTP/1.1\r\nHost: a b\r\n\r\n", malformed},
        {"host_with_user", "GET /echo HTTP/1.1\r\nHost: u@a\r\n\r\n", malformed},
        {"absolute_form", get("http://a/echo"), malformed},
        {"authority_form", get("a:80"), malformed},
        {"asterisk_form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", malformed},
        {"connect", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", malformed},
        {"connect_with_path", "CONNECT /echo HTTP/1.1\r\nHost: a\r\n\r\n", malformed},
        {"fragment", get("/echo#part"), malformed},
        {"byte_above_127_in_target", get("/echo\xC3\xA9"), malformed},
        {"delete_character_in_target", get("/echo\x7F"), malformed},
        {"tab_in_target", get("/echo\tx"), malformed},
        {"two_blanks_in_request_line", "GET  /echo HTTP/1.1\r\nHost: a\r\n\r\n", malformed},
        {"blank_at_the_end_of_the_request_line", "GET /echo HTTP/1.1 \r\nHost: a\r\n\r\n", malformed},
        {"blank_inside_target", "GET /echo x HTTP/1.1\r\nHost: a\r\n\r\n", malformed},
        {"empty_line_first", "\r\nGET /echo HTTP/1.1\r\nHost: a\r\n\r\n", malformed},
        {"blank_first", " GET /echo HTTP/1.1\r\nHost: a\r\n\r\n", malformed},
        {"http_0_9", "GET /echo\r\n\r\n", malformed},
        {"http_1_2", "GET /echo HTTP/1.2\r\nHost: a\r\n\r\n", malformed},
        {"http_2_0", "PRI /x HTTP/2.0\r\n\r\n", malformed},
        {"lower_case_version", "GET /echo http/1.1\r\nHost: a\r\n\r\n", malformed},
        {"method_with_parenthesis", "G(T /echo HTTP/1.1\r\nHost: a\r\n\r\n", malformed},
        {"bare_line_feeds", "GET /echo HTTP/1.1\nHost: a\n\n", malformed},
        {"bare_line_feed_in_a_field", post("X-A: 1\nTransfer-Encoding: chunked\r\n"), malformed},
        {"bare_carriage_return_in_a_field", post("X-A: 1\rTransfer-Encoding: chunked\r\n"), malformed},
        {"nul_in_a_field", post(std::string("X-A: 1\0002\r\n", 9)), malformed},
        {"escape_character_in_a_field", post("X-A: \x1b[0m\r\n"), malformed},
        {"tls_client_hello", std::string("\x16\x03\x01\x02\x00\x01\x00", 7), malformed},
        {"empty_field_name", post(": value\r\n"), malformed},
        {"field_without_colon", post("Nonsense\r\n"), malformed},
        {"blank_in_a_field_name", post("X A: 1\r\n"), malformed},
        {"folded_line", post("X-A: 1\r\n  continued\r\n"), malformed},
        {"folded_first_field", "GET /echo HTTP/1.1\r\n Host: a\r\n\r\n", malformed},
        {"expect_something_else", post("Expect: 200-ok\r\nContent-Length: 4\r\n"), unexpected},
        {"expect_twice", post("Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 4\r\n"),
         unexpected},
        {"compressed_body", post("Content-Encoding: gzip\r\nContent-Length: 4\r\n"), compressed},
        {"hundred_and_one_fields", "GET /echo HTTP/1.1\r\nHost: a\r\n" + repeated(100, "X: 1\r\n") + "\r\n",
         long_head},
        {"two_thousand_tiny_fields", "GET /echo HTTP/1.1\r\nHost: a\r\n" + repeated(1900, "X:\r\n") + "\r\n",
         long_head},
        {"header_section_too_large", post("X-Long: " + std::string(33000, 'a') + "\r\n"), long_head},
        {"target_too_long", get("/" + std::string(16 * 1024, 'a')), long_target},
        {"endless_request_line", std::string(20000, 'G'), long_target},
    };
}

inline std::vector<gate_row> accepted_rows() {
    return {
        {"plain_get", get("/echo")},
        {"http_1_0_without_host", "GET /echo HTTP/1.0\r\n\r\n"},
        {"zero_length", cl("0")},
        {"field_name_with_underscore", post("x_tracecat_role: 1\r\nContent-Length: 0\r\n")},
        {"utf_8_in_a_field_value", post("X-Name: M\xC3\xBCller\r\nContent-Length: 0\r\n")},
        {"tab_in_a_field_value", post("X-Name: a\tb\r\nContent-Length: 0\r\n")},
        {"identity_content_encoding", post("Content-Encoding: identity\r\nContent-Length: 0\r\n")},
        {"host_with_port", "GET /echo HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"},
        {"target_of_16_kib", get("/" + std::string(16 * 1024 - 1, 'a'))},
        {"hundred_fields", "GET /echo HTTP/1.1\r\nHost: a\r\n" + repeated(99, "X: 1\r\n") + "\r\n"},
        {"unescaped_braces_in_the_query", get("/echo?q={\"a\"|b}")},
        {"unknown_method", "BREW /echo HTTP/1.1\r\nHost: a\r\n\r\n"},
    };
}

}  // namespace casebridge::test
