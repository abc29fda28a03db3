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

BOOST_AUTO_TEST_CASE(takes_only_harmless_request_ids) {
    BOOST_TEST(is_harmless_request_id("Aa0._-"));
    BOOST_TEST(is_harmless_request_id(std::string(64, 'x')));
    BOOST_TEST(!is_harmless_request_id(std::string(65, 'x')));
    BOOST_TEST(!is_harmless_request_id(""));
    BOOST_TEST(!is_harmless_request_id("a b"));
    BOOST_TEST(!is_harmless_request_id("a\"b"));
    BOOST_TEST(!is_harmless_request_id("\xC3\xA9"));
}

BOOST_AUTO_TEST_CASE(takes_only_valid_traceparents) {
    const std::string good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    BOOST_TEST(is_traceparent(good));
    BOOST_TEST(is_traceparent("cc" + good.substr(2) + "-what-the-future-brings"));
    BOOST_TEST(!is_traceparent(good + "-more"));
    BOOST_TEST(!is_traceparent("cc" + good.substr(2) + ".more"));
    BOOST_TEST(!is_traceparent("cc" + good.substr(2) + "-a b"));
    BOOST_TEST(!is_traceparent("ff" + good.substr(2)));
    BOOST_TEST(!is_traceparent("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"));
    BOOST_TEST(!is_traceparent("00-00000000000000000000000000000000-00f067aa0ba902b7-01"));
    BOOST_TEST(!is_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"));
    BOOST_TEST(!is_traceparent(good.substr(0, 54)));
    BOOST_TEST(!is_traceparent(""));
}

BOOST_AUTO_TEST_SUITE_END()
