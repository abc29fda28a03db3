// What stands around both cores: latency, sessions, the log of requests.
#include "sandbox/control.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge;
using namespace casebridge::sandbox;

namespace {

constexpr std::chrono::milliseconds latency{10000};     // only said, never waited for

core counting(int& handled, int& forgotten) {
    core c;
    c.handle = [&](const http::request&, http::response&) { ++handled; };
    c.reset = [&] { handled = 0; };
    c.forget_sessions = [&] { ++forgotten; };
    return c;
}

exchange ask(control& c, std::string method, std::string target) {
    exchange e;
    e.request.method = std::move(method);
    e.request.target = std::move(target);
    c.answer(e);
    return e;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_control)

BOOST_AUTO_TEST_CASE(requests_wait_for_each_other_only_if_there_is_one_worker) {
    int handled = 0, forgotten = 0;
    control many(counting(handled, forgotten), latency);
    control one(counting(handled, forgotten), latency, true);
    for (int i = 0; i < 3; ++i) BOOST_TEST((ask(many, "GET", "/x").delay == latency));
    auto before = std::chrono::milliseconds(0);
    for (int i = 1; i <= 3; ++i) {
        const auto delay = ask(one, "GET", "/x").delay;
        BOOST_TEST((delay > before));
        BOOST_TEST((delay <= i * latency));
        before = delay;
    }
    BOOST_TEST((before > 2 * latency));
    BOOST_TEST(handled == 6);
}

BOOST_AUTO_TEST_CASE(sessions_are_forgotten_on_demand_and_control_requests_are_not_counted) {
    int handled = 0, forgotten = 0;
    control c(counting(handled, forgotten), std::chrono::milliseconds(0));
    ask(c, "GET", "/a");
    BOOST_TEST(ask(c, "POST", "/__sandbox/forget-sessions").response.status == 200u);
    BOOST_TEST(forgotten == 1);
    BOOST_TEST(ask(c, "GET", "/__sandbox/forget-sessions").response.status == 404u);
    BOOST_TEST(ask(c, "GET", "/__sandbox/requests").response.body.starts_with(R"({"count":1,)"));
    core plain;
    plain.handle = [](const http::request&, http::response&) {};
    control without(std::move(plain), std::chrono::milliseconds(0));
    BOOST_TEST(ask(without, "POST", "/__sandbox/forget-sessions").response.status == 404u);
}

BOOST_AUTO_TEST_SUITE_END()
