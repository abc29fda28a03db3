// The decisions that need no socket: how fast is fast enough, when to shed, who is one client, and what
// the pool of workspaces keeps.
#include "server/descriptors.hpp"
#include "server/load_gate.hpp"
#include "server/peer.hpp"
#include "server/rate_watch.hpp"
#include "server/workspace.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/resource.h>

using namespace casebridge;
using namespace casebridge::server;
using namespace std::chrono_literals;

namespace {

const http::time_point start{};

}  // namespace

BOOST_AUTO_TEST_SUITE(rates)

BOOST_AUTO_TEST_CASE(a_transfer_is_judged_window_by_window) {
    rate_watch w;
    w.start(100, 2000ms, start, 5000);
    BOOST_TEST((w.due() == start + 2s));
    BOOST_TEST(!w.fell_behind(start + 2s, 5200));
    BOOST_TEST((w.due() == start + 4s));
    BOOST_TEST(w.fell_behind(start + 4s, 5399));
}

BOOST_AUTO_TEST_CASE(a_fast_beginning_buys_no_standstill) {
    rate_watch w;
    w.start(100, 1000ms, start, 0);
    BOOST_TEST(!w.fell_behind(start + 1s, 1000000));
    BOOST_TEST(w.fell_behind(start + 2s, 1000000));
}

BOOST_AUTO_TEST_CASE(a_late_look_asks_for_more) {
    rate_watch w;
    w.start(100, 1000ms, start, 0);
    BOOST_TEST(w.fell_behind(start + 3s, 299));
    w.start(100, 1000ms, start, 0);
    BOOST_TEST(!w.fell_behind(start + 3s, 300));
}

// What has left may seem to shrink while a TLS record is added to the queue.
BOOST_AUTO_TEST_CASE(progress_that_runs_backwards_is_none) {
    rate_watch w;
    w.start(100, 1000ms, start, 500);
    BOOST_TEST(w.fell_behind(start + 1s, 400));
}

BOOST_AUTO_TEST_CASE(no_rate_is_no_question) {
    rate_watch w;
    w.start(0, 1000ms, start, 0);
    BOOST_TEST((w.due() == http::time_point::max()));
    w.start(1, 1000ms, start, 0);
    w.stop();
    BOOST_TEST((w.due() == http::time_point::max()));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(load)

BOOST_AUTO_TEST_CASE(as_many_requests_as_allowed_and_no_more) {
    load_gate gate;
    const load_limits limits{2, 0ms};
    const load_gate::slot one(gate);
    BOOST_TEST((gate.state(limits) == overload::none));
    {
        const load_gate::slot two(gate);
        BOOST_TEST((gate.state(limits) == overload::in_flight));
        BOOST_TEST((gate.state({}) == overload::none));
    }
    BOOST_TEST((gate.state(limits) == overload::none));
    BOOST_TEST(gate.in_flight() == 1u);
}

BOOST_AUTO_TEST_CASE(one_late_reading_is_an_accident_two_are_overload) {
    load_gate gate;
    const load_limits limits{0, 100ms};
    gate.note_lag(150ms, limits);
    BOOST_TEST((gate.state(limits) == overload::none));
    gate.note_lag(150ms, limits);
    BOOST_TEST((gate.state(limits) == overload::lag));
    gate.note_lag(100ms, limits);
    BOOST_TEST((gate.state(limits) == overload::none));
    gate.note_lag(150ms, limits);
    BOOST_TEST((gate.state(limits) == overload::none));
}

BOOST_AUTO_TEST_CASE(lag_is_forgiven_where_nobody_asks) {
    load_gate gate;
    gate.note_lag(10s, {});
    gate.note_lag(10s, {});
    BOOST_TEST((gate.state({}) == overload::none));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(peers)

BOOST_AUTO_TEST_CASE(an_ipv6_network_is_one_client) {
    const auto key = [](const char* text) { return peer_key(boost::asio::ip::make_address(text)); };
    BOOST_TEST(key("2001:db8:1:2::1") == key("2001:db8:1:2:ffff::9"));
    BOOST_TEST(key("2001:db8:1:2::1") != key("2001:db8:1:3::1"));
    BOOST_TEST(key("192.0.2.1") != key("192.0.2.2"));
    BOOST_TEST(key("::ffff:192.0.2.1") == key("192.0.2.1"));
}

BOOST_AUTO_TEST_CASE(are_written_as_they_are_known) {
    const auto text = [](const char* t) { return peer_text(boost::asio::ip::make_address(t)); };
    BOOST_TEST(text("::ffff:192.0.2.1") == "192.0.2.1");
    BOOST_TEST(text("2001:db8::1") == "2001:db8::1");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(workspaces)

BOOST_AUTO_TEST_CASE(are_used_again_and_remember_nothing) {
    workspace_pool pool;
    workspace* first = nullptr;
    {
        const auto w = pool.take({});
        first = w.get();
        w->request.body.assign(1000, 'x');
        w->request.fields.push_back({"Authorization", "secret"});
        w->response.body = "answer";
        w->buffer.commit(w->buffer.prepare(100).size());
    }
    BOOST_TEST(pool.spare() == 1u);
    const auto w = pool.take({});
    BOOST_TEST(w.get() == first);
    BOOST_TEST(w->request.body.empty());
    BOOST_TEST(w->request.fields.empty());
    BOOST_TEST(w->response.body.empty());
    BOOST_TEST(w->buffer.size() == 0u);
    BOOST_TEST(w->buffer.capacity() >= 16u * 1024);
}

BOOST_AUTO_TEST_CASE(are_not_hoarded) {
    workspace_pool pool;
    {
        std::vector<workspace_pool::lease> many;
        for (int i = 0; i < 500; ++i) many.push_back(pool.take({}));
    }
    BOOST_TEST(pool.spare() <= 64u);
    {
        const auto w = pool.take({});
        w->request.body.assign(10 * 1024 * 1024, 'x');
    }
    BOOST_TEST(pool.take({})->request.body.capacity() < 1024u * 1024);
}

BOOST_AUTO_TEST_CASE(follow_the_limits_of_who_takes_them) {
    workspace_pool pool;
    limits wide;
    wide.max_head_bytes = 100 * 1024;
    static_cast<void>(pool.take({}));
    const auto w = pool.take(wide);
    BOOST_TEST(w->buffer.max_size() >= 100u * 1024);
    BOOST_TEST(w->scanner.limits().max_head_bytes == 100u * 1024);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(descriptors)

BOOST_AUTO_TEST_CASE(the_limit_is_raised_as_far_as_it_may_be) {
    rlimit before{};
    BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    rlimit low = before;
    low.rlim_cur = 100;
    BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
    BOOST_TEST(raise_descriptor_limit() == before.rlim_max);
    rlimit after{};
    BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &after) == 0);
    BOOST_TEST(after.rlim_cur == before.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &before);
}

BOOST_AUTO_TEST_SUITE_END()
