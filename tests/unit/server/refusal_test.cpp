// What a hostile or broken client sees, and that its remainder is never executed.
#include "unit/http/gate_rows.hpp"
#include "unit/server/fixture.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace casebridge;
using namespace casebridge::test;
namespace data = boost::unit_test::data;
using namespace std::chrono_literals;

namespace {

std::vector<gate_row> refused_rows() {
    auto rows = framing_rows();
    for (auto& row : head_rows()) rows.push_back(row);
    return rows;
}

struct body_row {
    std::string name;
    std::string body;
    unsigned status;
};

std::ostream& operator<<(std::ostream& out, const body_row& r) { return out << r.name; }

const std::string trailer = "X-Trailer: 012345678901234567890123456789012345678901234\r\n";
const std::string smuggled = get("/smuggled");

std::vector<body_row> chunk_rows() {
    return {
        {"chunk_extension", "4;a=b\r\nabcd\r\n0\r\n\r\n" + smuggled, 400},
        {"extension_of_the_last_chunk", "4\r\nabcd\r\n0;a\r\n\r\n" + smuggled, 400},
        {"line_feed_in_a_quoted_extension", "4;a=\"\n\"\r\nabcd\r\n0\r\n\r\n" + smuggled, 400},
        {"huge_extension", "4;a=" + std::string(900 * 1024, 'x') + "\r\nabcd\r\n0\r\n\r\n" + smuggled, 400},
        {"huge_trailers", "0\r\n" + repeated(20000, trailer) + "\r\n" + smuggled, 400},
        {"hexadecimal_prefix", "0x4\r\nabcd\r\n0\r\n\r\n" + smuggled, 400},
        {"blank_after_the_size", "4 \r\nabcd\r\n0\r\n\r\n" + smuggled, 400},
        {"blank_before_the_size", " 4\r\nabcd\r\n0\r\n\r\n" + smuggled, 400},
        {"negative_size", "-4\r\nabcd\r\n0\r\n\r\n" + smuggled, 400},
        {"size_of_17_digits", "10000000000000004\r\nabcd\r\n0\r\n\r\n" + smuggled, 400},
        {"no_size", "\r\nabcd\r\n0\r\n\r\n" + smuggled, 400},
        {"wrong_end_of_chunk", "4\r\nabcdXX0\r\n\r\n" + smuggled, 400},
        {"line_feed_only", "4\nabcd\n0\n\n" + smuggled, 400},
        {"content_length_among_the_trailers", "0\r\nContent-Length: 50\r\n\r\n" + smuggled, 400},
        {"transfer_encoding_among_the_trailers", "0\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled, 400},
        {"too_much_in_one_chunk", "ffffffff\r\n", 413},
    };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(refusal)

BOOST_DATA_TEST_CASE(refuses_the_head_and_never_runs_what_follows, data::make(refused_rows()), row) {
    running s;
    auto c = s.connect();
    c.send(row.head + "0\r\n\r\n" + smuggled + smuggled);
    const auto a = c.read();
    BOOST_REQUIRE(a.has_value());
    BOOST_TEST(a->status == row.refused.status);
    BOOST_TEST(a->field("Connection") == "close");
    BOOST_TEST(a->body == to_string(row.refused.code));
    BOOST_TEST(c.is_closed());
    BOOST_TEST(s.handler.count() == 0u);
}

BOOST_DATA_TEST_CASE(refuses_the_chunks_and_never_runs_what_follows, data::make(chunk_rows()), row) {
    running s;
    auto c = s.connect();
    c.send(post("Transfer-Encoding: chunked\r\n") + row.body);
    const auto a = c.read();
    BOOST_REQUIRE(a.has_value());
    BOOST_TEST(a->status == row.status);
    BOOST_TEST(c.is_closed());
    BOOST_TEST(s.handler.count() == 0u);
}

BOOST_DATA_TEST_CASE(serves_what_the_gate_lets_through, data::make(accepted_rows()), row) {
    running s;
    auto c = s.connect();
    c.send(row.head);
    BOOST_TEST(c.read().value().status == 200u);
}

BOOST_AUTO_TEST_CASE(a_good_request_before_a_bad_one_is_answered) {
    running s;
    auto c = s.connect();
    c.send(get("/good") + post("Transfer-Encoding: gzip\r\n") + smuggled);
    BOOST_TEST(c.read().value().body == "GET /good ");
    BOOST_TEST(c.read().value().status == 501u);
    BOOST_TEST(c.is_closed());
    BOOST_TEST(s.handler.count() == 1u);
}

BOOST_AUTO_TEST_CASE(bytes_of_a_body_are_not_a_request) {
    running s;
    auto c = s.connect();
    c.send(post("Content-Length: " + std::to_string(smuggled.size()) + "\r\n") + smuggled + get("/next"));
    BOOST_TEST(c.read().value().body == "POST /echo " + smuggled);
    BOOST_TEST(c.read().value().body == "GET /next ");
    BOOST_TEST(s.handler.count() == 2u);
}

// The limit belongs to the route, and holds for either framing.
BOOST_AUTO_TEST_CASE(limits_the_body_by_its_length) {
    running s;
    auto c = s.connect();
    const std::string head = "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: ";
    c.send(head + "1000\r\n\r\n" + std::string(1000, 'x'));
    BOOST_TEST(c.read().value().status == 200u);
    c.send(head + "1001\r\n\r\n" + std::string(1001, 'x'));
    BOOST_TEST(c.read().value().status == 413u);
    BOOST_TEST(c.is_closed());
}

BOOST_AUTO_TEST_CASE(limits_the_body_by_its_chunks) {
    running s;
    const std::string head = "POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string hundred = "64\r\n" + std::string(100, 'x') + "\r\n";
    auto c = s.connect();
    c.send(head + repeated(10, hundred) + "0\r\n\r\n");
    BOOST_TEST(c.read().value().status == 200u);
    c.send(head + repeated(10, hundred) + "1\r\nx\r\n0\r\n\r\n");
    BOOST_TEST(c.read().value().status == 413u);
    BOOST_TEST(c.is_closed());
}

BOOST_AUTO_TEST_CASE(a_large_refused_body_does_not_cost_the_client_its_answer) {
    running s;
    auto c = s.connect();
    c.send("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n" + std::string(2000000, 'x'));
    BOOST_TEST(c.read().value().status == 413u);
}

BOOST_AUTO_TEST_CASE(a_client_that_leaves_midway_is_forgotten) {
    running s;
    {
        auto c = s.connect();
        c.send("GET /echo HTTP/1.1\r\nHo");
    }
    {
        auto c = s.connect();
        c.send(post("Content-Length: 100\r\n") + "abc");
    }
    {
        auto c = s.connect();
        c.send(post("Transfer-Encoding: chunked\r\n") + "5\r\nab");
        c.half_close();
        BOOST_TEST(c.is_closed());
    }
    BOOST_TEST(eventually([&] { return s.listener->stats().connections_accepted == 3; }));
    BOOST_TEST(eventually([&] { return s.listener->open_sessions() == 0; }));
    BOOST_TEST(s.handler.count() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
