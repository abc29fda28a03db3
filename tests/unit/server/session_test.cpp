// What a well-behaved client sees: answers, keep-alive, pipelining, bodies, versions.
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

// Each test below runs once over plain TCP and once over TLS.
const bool both[] = {false, true};

std::function<void(server::options&)> over(bool tls) {
    return [tls](server::options& o) {
        if (tls) o.tls = make_certificate();
    };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(session)

BOOST_DATA_TEST_CASE(answers_a_get, data::make(both), tls) {
    running s(over(tls));
    auto c = s.connect();
    c.send(get("/echo?x=1"));
    const auto a = c.read();
    BOOST_REQUIRE(a.has_value());
    BOOST_TEST(a->status == 200u);
    BOOST_TEST(a->body == "GET /echo?x=1 ");
    BOOST_TEST(a->field("Content-Type") == "text/plain");
    BOOST_TEST(a->field("Date").size() == 29u);
    BOOST_TEST(!a->has("Connection"));
    BOOST_TEST(s.handler.seen().at(0).tls == tls);
    BOOST_TEST(s.handler.seen().at(0).peer == "127.0.0.1");
    BOOST_TEST((s.handler.seen().at(0).deadline - s.handler.seen().at(0).received == 30s));
}

BOOST_DATA_TEST_CASE(serves_many_requests_on_one_connection, data::make(both), tls) {
    running s(over(tls));
    auto c = s.connect();
    for (int i = 0; i < 20; ++i) {
        c.send(post("Content-Length: 3\r\n") + "abc");
        const auto a = c.read();
        BOOST_REQUIRE(a.has_value());
        BOOST_TEST(a->body == "POST /echo abc");
    }
    BOOST_TEST(s.listener->stats().connections_accepted == 1u);
    BOOST_TEST(s.listener->stats().requests == 20u);
}

BOOST_DATA_TEST_CASE(answers_pipelined_requests_in_order, data::make(both), tls) {
    running s(over(tls));
    auto c = s.connect();
    c.send(get("/pause") + post("Content-Length: 3\r\n") + "abc" + post("Transfer-Encoding: chunked\r\n") +
           "3\r\ndef\r\n0\r\n\r\n" + get("/last"));
    BOOST_TEST(c.read().value().body == "GET /pause ");
    BOOST_TEST(c.read().value().body == "POST /echo abc");
    BOOST_TEST(c.read().value().body == "POST /echo def");
    BOOST_TEST(c.read().value().body == "GET /last ");
}

BOOST_DATA_TEST_CASE(reads_a_request_that_arrives_byte_by_byte, data::make(both), tls) {
    running s(over(tls));
    auto c = s.connect();
    for (const char byte : post("Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        c.send(std::string_view(&byte, 1));
    BOOST_TEST(c.read().value().body == "POST /echo abcde");
}

BOOST_DATA_TEST_CASE(carries_large_bodies_both_ways, data::make(both), tls) {
    running s(over(tls));
    auto c = s.connect();
    const std::string body(3 * 1024 * 1024, 'x');
    c.send(post("Content-Length: " + std::to_string(body.size()) + "\r\n") + body);
    BOOST_TEST((c.read().value().body == "POST /echo " + body));
    c.send(get("/big"));
    BOOST_TEST(c.read().value().body.size() == 8u * 1024 * 1024);
    c.send(get("/medium"));
    BOOST_TEST(c.read().value().body.size() == 100u * 1024);
}

BOOST_AUTO_TEST_CASE(chunked_bodies_lose_their_trailers) {
    running s;
    auto c = s.connect();
    c.send(post("Transfer-Encoding: chunked\r\n") +
           "3\r\nabc\r\n0\r\nAuthorization: evil\r\nX-Forwarded-For: 9.9.9.9\r\nConnection: close\r\n\r\n");
    BOOST_TEST(c.read().value().body == "POST /echo abc");
    const auto seen = s.handler.seen().at(0);
    BOOST_TEST(seen.find("Authorization") == nullptr);
    BOOST_TEST(seen.find("X-Forwarded-For") == nullptr);
    BOOST_TEST(seen.keep_alive);
    c.send(get("/again"));
    BOOST_TEST(c.read().value().status == 200u);
}

BOOST_AUTO_TEST_CASE(head_gets_the_length_and_no_body) {
    running s;
    auto c = s.connect();
    c.send("HEAD /medium HTTP/1.1\r\nHost: a\r\n\r\n" + get("/echo"));
    const auto a = c.read(true);
    BOOST_TEST(a.value().field("Content-Length") == "102400");
    BOOST_TEST(c.read().value().body == "GET /echo ");
}

BOOST_AUTO_TEST_CASE(no_content_has_no_length_and_keeps_the_connection) {
    running s;
    auto c = s.connect();
    c.send(get("/none"));
    const auto a = c.read().value();
    BOOST_TEST(a.status == 204u);
    BOOST_TEST(!a.has("Content-Length"));
    BOOST_TEST(a.field("Content-Type") == "text/plain");
    c.send(get("/echo"));
    BOOST_TEST(c.read().value().status == 200u);
}

BOOST_AUTO_TEST_CASE(a_body_without_length_ends_with_the_connection) {
    running s;
    auto c = s.connect();
    c.send(get("/unsized"));
    const auto text = c.read_to_end();
    BOOST_REQUIRE(text.has_value());
    BOOST_TEST(text->find("Connection: close\r\n") != std::string::npos);
    BOOST_TEST(text->ends_with("\r\n\r\nuntil the end"));
}

BOOST_AUTO_TEST_CASE(http_1_0_closes_unless_asked_otherwise) {
    running s;
    auto c = s.connect();
    c.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    BOOST_TEST(c.read().value().field("Connection") == "keep-alive");
    c.send("GET /b HTTP/1.0\r\n\r\n");
    const auto a = c.read().value();
    BOOST_TEST(a.body == "GET /b ");
    BOOST_TEST(a.field("Connection") == "close");
    BOOST_TEST(c.is_closed());
}

BOOST_DATA_TEST_CASE(honours_connection_close, data::make(both), tls) {
    running s(over(tls));
    auto c = s.connect();
    c.send("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + get("/never"));
    BOOST_TEST(c.read().value().field("Connection") == "close");
    BOOST_TEST(c.is_closed());
    BOOST_TEST(s.handler.count() == 1u);
}

BOOST_AUTO_TEST_CASE(the_handler_may_close) {
    running s;
    auto c = s.connect();
    c.send(get("/close"));
    BOOST_TEST(c.read().value().field("Connection") == "close");
    BOOST_TEST(c.is_closed());
}

BOOST_AUTO_TEST_CASE(says_100_only_when_the_body_has_to_come) {
    running s;
    auto c = s.connect();
    const std::string head = post("Content-Length: 3\r\nExpect: 100-continue\r\n");
    c.send(head);
    BOOST_TEST(c.read().value().status == 100u);
    c.send("abc");
    BOOST_TEST(c.read().value().body == "POST /echo abc");
    c.send(head + "def");
    BOOST_TEST(c.read().value().body == "POST /echo def");
    c.send(post("Content-Length: 0\r\nExpect: 100-continue\r\n"));
    BOOST_TEST(c.read().value().status == 200u);
}

BOOST_AUTO_TEST_CASE(an_unwelcome_body_gets_its_answer_instead_of_100) {
    running s;
    auto c = s.connect();
    c.send("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
    BOOST_TEST(c.read().value().status == 413u);
    BOOST_TEST(c.is_closed());
}

BOOST_AUTO_TEST_CASE(takes_or_makes_a_request_id) {
    running s;
    auto c = s.connect();
    c.send(post("X-Request-Id: a1-1\r\n"));
    BOOST_TEST(c.read().value().field("X-Request-Id") == "a1-1");
    c.send(post("X-Request-Id: not mine\r\n"));
    const auto first = c.read().value().field("X-Request-Id");
    c.send(get("/echo"));
    const auto second = c.read().value().field("X-Request-Id");
    BOOST_TEST((!first.empty() && !second.empty() && first != "not mine"));
    BOOST_TEST(first != second);
    BOOST_TEST(s.handler.seen().at(0).request_id == "a1-1");
    BOOST_TEST(s.handler.seen().at(2).request_id == second);
}

BOOST_AUTO_TEST_CASE(continues_a_valid_trace_and_begins_one_otherwise) {
    running s;
    auto c = s.connect();
    const std::string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-";
    const std::string parent = "00f067aa0ba902b7-01";
    c.send(post("Traceparent: " + trace + parent + "\r\nTracestate: a=1\r\n") +
           post("Traceparent: nonsense\r\nTracestate: b=2\r\n"));
    c.read();
    c.read();
    const auto first = s.handler.seen().at(0);
    const auto second = s.handler.seen().at(1);
    BOOST_TEST(first.traceparent.starts_with(trace));
    BOOST_TEST(first.traceparent.size() == trace.size() + parent.size());
    BOOST_TEST(first.traceparent != trace + parent);
    BOOST_TEST(first.tracestate == "a=1");
    BOOST_TEST(second.traceparent.size() == trace.size() + parent.size());
    BOOST_TEST(!second.traceparent.starts_with(trace));
    BOOST_TEST(second.tracestate == "");
}

BOOST_AUTO_TEST_CASE(an_exception_is_a_500_without_detail) {
    running s;
    auto c = s.connect();
    c.send(get("/throw"));
    const auto a = c.read().value();
    BOOST_TEST(a.status == 500u);
    BOOST_TEST(a.body == "internal");
    BOOST_TEST(c.is_closed());
    BOOST_TEST(s.listener->stats().handler_exceptions == 1u);
}

BOOST_AUTO_TEST_CASE(counts_by_status_class) {
    running s;
    auto c = s.connect();
    c.send(get("/echo") + get("/none") + get("no-slash"));
    c.read_to_end();
    const auto stats = s.listener->stats();
    BOOST_TEST(stats.answers[2] == 2u);
    BOOST_TEST(stats.answers[4] == 1u);
    BOOST_TEST(stats.refused[static_cast<std::size_t>(server::refusal::malformed)] == 1u);
    BOOST_TEST(stats.requests == 2u);
    BOOST_TEST(stats.bytes_in > 0u);
    BOOST_TEST(stats.bytes_out > 0u);
}

BOOST_AUTO_TEST_SUITE_END()
