#include "http/message.hpp"
#include "http/identity.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge::http;

BOOST_AUTO_TEST_SUITE(message)

BOOST_AUTO_TEST_CASE(finds_the_first_field_in_any_letter_case) {
    request r;
    r.fields = {{"X-One", "1"}, {"x-one", "2"}};
    BOOST_REQUIRE(r.find("X-ONE") != nullptr);
    BOOST_TEST(*r.find("X-ONE") == "1");
    BOOST_TEST(r.find("X-On") == nullptr);
}

BOOST_AUTO_TEST_CASE(sets_a_field_once) {
    response r;
    r.set("Allow", "GET");
    r.set("allow", "PUT");
    BOOST_TEST(r.fields.size() == 1u);
    BOOST_TEST(r.fields.at(0).second == "PUT");
}

BOOST_AUTO_TEST_CASE(reset_leaves_nothing_of_the_previous_exchange) {
    request q;
    q.method = "POST";
    q.target = "/x";
    q.fields = {{"A", "1"}};
    q.body = "body";
    q.keep_alive = false;
    q.request_id = "id";
    q.traceparent = "tp";
    q.reset();
    BOOST_TEST((q.method.empty() && q.target.empty() && q.fields.empty() && q.body.empty() && q.keep_alive &&
                q.request_id.empty() && q.traceparent.empty()));
    response a;
    a.status = 404;
    a.content_type = "text/plain";
    a.set("X", "1");
    a.body = "body";
    a.close = a.no_length = true;
    a.route = a.reason = a.account = "x";
    a.upstream_requests = 3;
    a.upstream_time = std::chrono::microseconds(5);
    a.reset();
    BOOST_TEST((a.status == 200 && a.content_type.empty() && a.fields.empty() && a.body.empty() && !a.close &&
                !a.no_length && a.route.empty() && a.reason.empty() && a.account.empty() &&
                a.upstream_requests == 0 && a.upstream_time.count() == 0));
}

BOOST_AUTO_TEST_CASE(compares_ascii_only) {
    BOOST_TEST(iequals("Content-TYPE", "content-type"));
    BOOST_TEST(!iequals("a", "ab"));
    BOOST_TEST(!iequals("@", "`"));
    BOOST_TEST(!iequals("\xC4", "\xE4"));
}

BOOST_AUTO_TEST_CASE(takes_only_request_ids_that_cannot_be_credentials) {
    BOOST_TEST(is_harmless_request_id("4711"));
    BOOST_TEST(is_harmless_request_id("0A6F3C1E-7d0b-4c58-9f55-0f3f1a9f4b11"));
    BOOST_TEST(is_harmless_request_id(std::string(64, 'f')));
    BOOST_TEST(!is_harmless_request_id(std::string(65, 'f')));
    for (const char* other :
         {"", "a b", "a\"b", "\xC3\xA9", "a_b", "a.b", "g", "tc_ws_sk_demo00000000_demo-secret",
          "APIV2:demo-token", "correct-horse-battery", "dGhpcyBpcyBhIGNvb2tpZSBvZiBzb21lYm9keSE"})
        BOOST_TEST(!is_harmless_request_id(other), other);
}

BOOST_AUTO_TEST_CASE(a_promised_length_is_believed_once_much_of_it_has_come) {
    constexpr std::uint64_t promised = 20 * 1024 * 1024;
    const std::string piece(64 * 1024, 'x');
    std::string body;
    append_to_body(body, piece, promised);
    BOOST_TEST(body.capacity() < 1024u * 1024);  // a lie costs little
    std::size_t moves = 0;
    const char* place = body.data();
    while (body.size() < promised) {
        append_to_body(body, piece, promised);
        if (body.data() != place) ++moves;
        place = body.data();
    }
    BOOST_TEST(body.size() == promised);
    BOOST_TEST(body.capacity() == promised);  // no more than that
    BOOST_TEST(moves < 8u);
    std::string small;
    append_to_body(small, "ab", 3);
    append_to_body(small, "c", 3);
    append_to_body(small, "beyond", 3);  // somebody else sees to that
    BOOST_TEST(small == "abcbeyond");
}

BOOST_AUTO_TEST_SUITE_END()
