#include "server/answer_head.hpp"
#include "server/accept_error.hpp"
#include "server/budget.hpp"

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

#include <cerrno>

using namespace casebridge;
using namespace casebridge::server;

namespace {

std::string head_of(const http::response& r, bool close = false, bool keep = false,
                    std::string_view id = {}) {
    std::string out;
    const std::string date = "D";
    append_head(out, {r, date, id, close, keep});
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(answer)

BOOST_AUTO_TEST_CASE(writes_the_whole_head) {
    http::response r;
    r.status = 201;
    r.content_type = "application/json";
    r.body = "null";
    r.set("Location", "/x");
    BOOST_TEST(head_of(r, false, false, "id-1") ==
               "HTTP/1.1 201 Created\r\nDate: D\r\nContent-Type: application/json\r\nContent-Length: 4\r\n"
               "Location: /x\r\nX-Request-Id: id-1\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(a_204_has_no_length_but_may_have_a_type) {
    http::response r;
    r.status = 204;
    r.content_type = "application/json";
    BOOST_TEST(head_of(r) == "HTTP/1.1 204 No Content\r\nDate: D\r\nContent-Type: application/json\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(says_what_becomes_of_the_connection) {
    const http::response r;
    BOOST_TEST(head_of(r, true) ==
               "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    BOOST_TEST(head_of(r, false, true) ==
               "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(never_lets_a_value_end_a_line) {
    http::response r;
    r.set("X-A", "1\r\nSet-Cookie: x");
    r.set("X-B\n", "2");
    r.set("X-C", "3");
    const auto head = head_of(r);
    BOOST_TEST(head.find("Set-Cookie") == std::string::npos);
    BOOST_TEST(head.find("X-B") == std::string::npos);
    BOOST_TEST(head.find("X-C: 3\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(knows_the_date) {
    date_text d;
    BOOST_TEST(d.at(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
    BOOST_TEST(d.at(784111778) == "Sun, 06 Nov 1994 08:49:38 GMT");
    BOOST_TEST(d.at(784111778) == "Sun, 06 Nov 1994 08:49:38 GMT");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(accept_errors)

BOOST_AUTO_TEST_CASE(are_classified) {
    const auto of = [](int number) {
        return classify_accept_error(boost::system::error_code(number, boost::system::system_category()));
    };
    BOOST_TEST((of(EMFILE) == accept_action::back_off));
    BOOST_TEST((of(ENFILE) == accept_action::back_off));
    BOOST_TEST((of(ENOBUFS) == accept_action::back_off));
    BOOST_TEST((of(ENOMEM) == accept_action::back_off));
    BOOST_TEST((of(ECONNABORTED) == accept_action::retry));
    BOOST_TEST((of(EPROTO) == accept_action::retry));
    BOOST_TEST((of(EINTR) == accept_action::retry));
    BOOST_TEST((of(ECANCELED) == accept_action::stop));
    BOOST_TEST((of(EBADF) == accept_action::stop));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(budget)

BOOST_AUTO_TEST_CASE(counts_in_total_and_per_address) {
    const auto b = std::make_shared<connection_budget>(3, 2);
    using lease = connection_budget::lease;
    auto one = b->acquire("a");
    auto two = b->acquire("a");
    BOOST_TEST(std::holds_alternative<lease>(two));
    BOOST_TEST((std::get<over_limit>(b->acquire("a")) == over_limit::address));
    auto three = b->acquire("b");
    BOOST_TEST((std::get<over_limit>(b->acquire("c")) == over_limit::total));
    BOOST_TEST(b->held() == 3u);
    one = over_limit::total;  // gives the lease back
    BOOST_TEST(b->held() == 2u);
    lease moved = std::move(std::get<lease>(two));
    BOOST_TEST(std::holds_alternative<lease>(b->acquire("a")));
    BOOST_TEST(b->held() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
