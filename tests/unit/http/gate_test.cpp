#include "http/gate.hpp"
#include "http/request_parser.hpp"
#include "unit/http/gate_rows.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace casebridge;
using namespace casebridge::http;
namespace data = boost::unit_test::data;

namespace {

struct admitted {
    framing how;
    request head;
};

// The way of a head: scanned, parsed, checked.
result<admitted> admit(const std::string& raw, const gate_limits& limits = {}) {
    head_scanner scanner(limits);
    CB_TRY(const auto size, scanner.scan(raw));
    if (size == 0) return fail(errc::request_timeout, "incomplete");
    admitted out;
    request_parser parser(out.head);
    parser.header_limit(static_cast<std::uint32_t>(size + 1));
    parser.body_limit(boost::none);
    boost::system::error_code ec;
    parser.put(boost::asio::buffer(raw.data(), size), ec);
    if (ec) return parse_failure(ec);
    CB_TRY(out.how, check_head(out.head, parser.version(), limits));
    return out;
}

std::vector<test::gate_row> refused_rows() {
    auto rows = test::framing_rows();
    for (auto& row : test::head_rows()) rows.push_back(row);
    return rows;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gate)

BOOST_DATA_TEST_CASE(refuses, data::make(refused_rows()), row) {
    const auto got = admit(row.head);
    BOOST_REQUIRE(got.has_error());
    BOOST_TEST(to_string(got.error().code) == to_string(row.refused.code));
    BOOST_TEST(refusal_status(got.error()) == row.refused.status);
}

BOOST_DATA_TEST_CASE(refuses_byte_by_byte_as_well, data::make(refused_rows()), row) {
    head_scanner scanner{gate_limits{}};
    for (std::size_t n = 1; n <= row.head.size(); ++n) {
        const auto got = scanner.scan(std::string_view(row.head).substr(0, n));
        if (got.has_error()) {
            BOOST_TEST(to_string(got.error().code) == to_string(row.refused.code));
            return;
        }
        if (*got > 0) {
            BOOST_TEST(*got == n);
            break;
        }
    }
    BOOST_TEST(admit(row.head).has_error());
}

BOOST_DATA_TEST_CASE(lets_through, data::make(test::accepted_rows()), row) {
    const auto got = admit(row.head);
    BOOST_TEST(!got.has_error(), (got.has_error() ? got.error().detail : std::string()));
}

BOOST_AUTO_TEST_CASE(finds_the_end_of_the_head_and_no_more) {
    head_scanner scanner{gate_limits{}};
    const std::string head = test::get("/echo");
    BOOST_TEST(scanner.scan(head + "GET /next").value() == head.size());
}

BOOST_AUTO_TEST_CASE(refuses_a_bad_byte_before_the_head_is_complete) {
    head_scanner scanner{gate_limits{}};
    BOOST_TEST(scanner.scan("GET /").value() == 0u);
    BOOST_TEST(scanner.scan(std::string_view("GET /\0", 6)).has_error());
}

BOOST_AUTO_TEST_CASE(counts_the_head_in_bytes_exactly) {
    const std::string head = test::get("/echo");
    gate_limits limits;
    limits.max_head_bytes = head.size();
    BOOST_TEST(!admit(head, limits).has_error());
    limits.max_head_bytes = head.size() - 1;
    BOOST_TEST(to_string(admit(head, limits).error().code) == to_string(errc::header_too_large));
}

BOOST_AUTO_TEST_CASE(says_how_the_body_is_framed) {
    BOOST_TEST((admit(test::get("/echo")).value().how.body == body_kind::none));
    const auto sized = admit(test::post("content-length: 12\r\n")).value().how;
    BOOST_TEST((sized.body == body_kind::length));
    BOOST_TEST(sized.length == 12u);
    BOOST_TEST((admit(test::post("Transfer-Encoding: chunked\r\n")).value().how.body == body_kind::chunked));
    BOOST_TEST((admit(test::post("Transfer-Encoding: Chunked\r\n")).value().how.body == body_kind::chunked));
}

BOOST_AUTO_TEST_CASE(follows_the_connection_field) {
    const auto keeps = [](const std::string& head) { return admit(head).value().how.keep_alive; };
    BOOST_TEST(keeps(test::get("/")));
    BOOST_TEST(!keeps(test::post("Connection: close\r\n")));
    BOOST_TEST(!keeps(test::post("Connection: keep-alive, Close\r\n")));
    BOOST_TEST(!keeps("GET / HTTP/1.0\r\n\r\n"));
    BOOST_TEST(keeps("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(hears_100_continue_only_from_http_1_1) {
    const std::string fields = "Expect: 100-Continue\r\nContent-Length: 1\r\n";
    BOOST_TEST(admit(test::post(fields)).value().how.expects_continue);
    BOOST_TEST(!admit("POST / HTTP/1.0\r\n" + fields + "\r\n").value().how.expects_continue);
}

BOOST_AUTO_TEST_CASE(copies_the_head_as_it_was_received) {
    const std::string raw = "get /a%2Fb?x=1 HTTP/1.1\r\nHost: a\r\nX-Thing:  two words \r\n\r\n";
    const auto head = admit(raw).value().head;
    BOOST_TEST(head.method == "get");
    BOOST_TEST(head.target == "/a%2Fb?x=1");
    BOOST_REQUIRE(head.find("x-thing") != nullptr);
    BOOST_TEST(*head.find("x-thing") == "two words");
    BOOST_TEST(head.fields.at(1).name == "X-Thing");
}

BOOST_AUTO_TEST_CASE(can_be_used_again_after_reset) {
    head_scanner scanner{gate_limits{}};
    const std::string head = test::get("/echo");
    BOOST_TEST(scanner.scan(head).value() == head.size());
    scanner.reset();
    BOOST_TEST(scanner.scan(head).value() == head.size());
}

BOOST_AUTO_TEST_SUITE_END()
