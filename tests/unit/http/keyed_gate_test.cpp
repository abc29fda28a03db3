#include "http/keyed_gate.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>
#include <vector>

namespace {

using namespace casebridge;
namespace asio = boost::asio;
using executor = asio::io_context::executor_type;

struct counts {
    std::atomic<int> inside{0}, most{0}, entered{0}, refused{0};
    std::vector<int> order;  // guarded by the gate itself
};

task<void> visit(http::keyed_gate& gate, std::string key, http::time_point deadline, counts& c, int who) {
    const auto pass = co_await gate.enter(std::move(key), deadline);
    if (!pass) {
        ++c.refused;
        co_return;
    }
    c.most = std::max(c.most.load(), ++c.inside);
    c.order.push_back(who);
    const executor self = co_await asio::this_coro::executor;
    for (int i = 0; i < 3; ++i) co_await asio::post(self, asio::use_awaitable_t<executor>{});
    ++c.entered;
    --c.inside;
}

http::time_point soon() { return http::clock::now() + std::chrono::seconds(60); }

}  // namespace

BOOST_AUTO_TEST_SUITE(keyed_gate)

BOOST_AUTO_TEST_CASE(those_of_one_key_go_one_after_the_other_in_their_order) {
    asio::io_context context(1);
    http::keyed_gate gate;
    counts c;
    for (int i = 0; i < 10; ++i)
        asio::co_spawn(context.get_executor(), visit(gate, "a", soon(), c, i), asio::detached);
    context.run();
    BOOST_TEST(c.most == 1);
    const std::vector<int> expected{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    BOOST_TEST(c.order == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(keys_do_not_wait_for_each_other) {
    asio::io_context context(1);
    http::keyed_gate gate;
    counts c;
    for (int i = 0; i < 3; ++i)
        asio::co_spawn(context.get_executor(), visit(gate, std::to_string(i), soon(), c, i), asio::detached);
    context.run();
    BOOST_TEST(c.most == 3);
}

BOOST_AUTO_TEST_CASE(who_waits_until_the_deadline_is_turned_away_and_the_others_go_on) {
    asio::io_context context(1);
    http::keyed_gate gate;
    counts c;
    asio::co_spawn(context.get_executor(), visit(gate, "a", soon(), c, 0), asio::detached);
    asio::co_spawn(context.get_executor(), visit(gate, "a", http::clock::now(), c, 1), asio::detached);
    asio::co_spawn(context.get_executor(), visit(gate, "a", soon(), c, 2), asio::detached);
    context.run();
    BOOST_TEST(c.entered + c.refused == 3);
    BOOST_TEST(c.entered >= 2);
    BOOST_TEST(c.order.back() == 2);
}

BOOST_AUTO_TEST_CASE(threads_wait_for_each_other) {
    http::keyed_gate gate;
    counts c;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&gate, &c, t] {
            asio::io_context context(1);
            for (int i = 0; i < 50; ++i)
                asio::co_spawn(context.get_executor(), visit(gate, "a", soon(), c, t), asio::detached);
            context.run();
        });
    threads.clear();
    BOOST_TEST(c.most == 1);
    BOOST_TEST(c.entered == 200);
    BOOST_TEST(c.order.size() == 200U);
}

BOOST_AUTO_TEST_SUITE_END()
