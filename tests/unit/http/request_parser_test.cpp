// What the parser writes into our request, and what it keeps out of it.
#include "http/request_parser.hpp"
#include "unit/http/gate_rows.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/test/unit_test.hpp>

using namespace casebridge;
using namespace casebridge::http;
namespace bhttp = boost::beast::http;

namespace {

struct parsed {
    request head;
    bool done = false;
    boost::system::error_code ec;
};

// The whole message at once; bytes that the parser does not want are left.
parsed parse(const std::string& bytes) {
    parsed out;
    request_parser parser(out.head);
    parser.eager(true);
    parser.put(boost::asio::buffer(bytes), out.ec);
    out.done = parser.is_done();
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(parser)

BOOST_AUTO_TEST_CASE(reads_a_body_of_known_length) {
    const auto got = parse(test::cl("3") + "abcdef");
    BOOST_TEST(!got.ec);
    BOOST_TEST(got.done);
    BOOST_TEST(got.head.body == "abc");
}

BOOST_AUTO_TEST_CASE(joins_chunks_and_loses_trailers) {
    const auto got =
        parse(test::te("chunked") + "3\r\nabc\r\n2\r\nde\r\n0\r\nX-Late: 1\r\nAuthorization: no\r\n\r\n");
    BOOST_TEST(!got.ec);
    BOOST_TEST(got.done);
    BOOST_TEST(got.head.body == "abcde");
    BOOST_TEST(got.head.fields.size() == 2u);  // Host and Transfer-Encoding
    BOOST_TEST(got.head.find("Authorization") == nullptr);
}

// Beast asserts that this never happens (shortest_end).
BOOST_AUTO_TEST_CASE(takes_an_empty_chunked_body_byte_by_byte) {
    const std::string head = test::te("chunked");
    const std::string body = "0\r\nX-Late: 1\r\n\r\nGET";
    request out;
    request_parser parser(out);
    boost::system::error_code ec;
    parser.put(boost::asio::buffer(head), ec);
    parser.eager(true);
    std::string pending;
    for (const char c : body) {
        if (parser.is_done()) break;
        pending.push_back(c);
        pending.erase(0, parser.put_body(boost::asio::buffer(pending), ec));
        BOOST_REQUIRE(!ec);
    }
    BOOST_TEST(parser.is_done());
    BOOST_TEST(pending.empty());
    BOOST_TEST(out.body.empty());
}

BOOST_AUTO_TEST_CASE(a_chunk_extension_is_an_error) {
    BOOST_TEST(
        (parse(test::te("chunked") + "3;a=b\r\nabc\r\n0\r\n\r\n").ec == bhttp::error::bad_chunk_extension));
}

// Memory is not reserved on a client's word.
BOOST_AUTO_TEST_CASE(does_not_believe_a_large_length) {
    request head;
    request_parser parser(head);
    parser.eager(true);
    parser.body_limit(boost::none);
    const std::string bytes = test::cl("100000000000") + "abc";
    boost::system::error_code ec;
    parser.put(boost::asio::buffer(bytes), ec);
    BOOST_TEST(head.body == "abc");
    BOOST_TEST(head.body.capacity() < 1024u * 1024);
}

BOOST_AUTO_TEST_CASE(tells_the_version) {
    request head;
    request_parser parser(head);
    boost::system::error_code ec;
    const std::string bytes = "GET / HTTP/1.0\r\n\r\n";
    parser.put(boost::asio::buffer(bytes), ec);
    BOOST_TEST((parser.version() == http_version::v1_0));
}

BOOST_AUTO_TEST_SUITE_END()
