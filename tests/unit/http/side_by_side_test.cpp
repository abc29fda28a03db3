#include "http/side_by_side.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace {

using namespace casebridge;
namespace asio = boost::asio;
using executor = asio::io_context::executor_type;

// Each step gives way to the others as often as its index says.
class counted_steps final : public http::steps {
public:
    task<void> run_step(std::size_t index) override {
        most = std::max(most, ++running);
        const executor self = co_await asio::this_coro::executor;
        for (std::size_t i = 0; i < index % 5; ++i)
            co_await asio::post(self, asio::use_awaitable_t<executor>{});
        --running;
        done.push_back(index);
        if (index == throws_at) throw std::runtime_error("a bug");
    }
    std::size_t running = 0, most = 0, throws_at = static_cast<std::size_t>(-1);
    std::vector<std::size_t> done;
};

task<void> run_all(counted_steps& s, std::size_t count, std::size_t width, bool& ended, bool& thrown) {
    try {
        co_await http::run_side_by_side(s, count, width);
    } catch (const std::runtime_error&) {
        thrown = true;
    }
    ended = s.running == 0;
}

struct outcome {
    bool ended = false, thrown = false;
};

outcome run(counted_steps& s, std::size_t count, std::size_t width) {
    asio::io_context context(1);
    outcome out;
    asio::co_spawn(context.get_executor(), run_all(s, count, width, out.ended, out.thrown), asio::detached);
    context.run();
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(side_by_side)

BOOST_AUTO_TEST_CASE(every_step_runs_once_and_no_more_than_so_many_at_a_time) {
    for (const std::size_t count : {0U, 1U, 3U, 4U, 5U, 100U}) {
        counted_steps s;
        const outcome o = run(s, count, 4);
        BOOST_TEST(o.ended);
        BOOST_TEST(!o.thrown);
        std::sort(s.done.begin(), s.done.end());
        BOOST_REQUIRE(s.done.size() == count);
        for (std::size_t i = 0; i < count; ++i) BOOST_TEST(s.done[i] == i);
        BOOST_TEST(s.most <= 4U);
        if (count >= 20) BOOST_TEST(s.most == 4U);
    }
}

BOOST_AUTO_TEST_CASE(an_exception_is_thrown_when_all_have_ended) {
    counted_steps s;
    s.throws_at = 2;
    const outcome o = run(s, 20, 4);
    BOOST_TEST(o.ended);
    BOOST_TEST(o.thrown);
    BOOST_TEST(s.done.size() == 20U);  // the others go on
}

BOOST_AUTO_TEST_SUITE_END()
