#include "http/side_by_side.hpp"

#include "http/message.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <memory>

namespace casebridge::http {
namespace {

namespace asio = boost::asio;
using executor = asio::io_context::executor_type;
using timer_type = asio::basic_waitable_timer<clock, asio::wait_traits<clock>, executor>;

struct progress {
    std::size_t next = 0, running = 0;
    std::exception_ptr failed;
    timer_type all_ended;
    explicit progress(const executor& e) : all_ended(e, time_point::max()) {}
};

task<void> take_steps(steps& what, std::size_t count, std::shared_ptr<progress> p) {
    while (p->next < count) {
        const std::size_t mine = p->next++;
        co_await what.run_step(mine);
    }
}

struct on_end {
    std::shared_ptr<progress> p;
    void operator()(const std::exception_ptr& e) const {
        if (e && !p->failed) p->failed = e;
        // Not cancel: the wait may not have begun yet.
        if (--p->running == 0) p->all_ended.expires_at(time_point::min());
    }
};

}  // namespace

task<void> run_side_by_side(steps& what, std::size_t count, std::size_t width) {
    if (count == 0) co_return;
    const executor self = co_await asio::this_coro::executor;
    const auto p = std::make_shared<progress>(self);
    p->running = std::min(count, width);
    for (std::size_t i = 0, n = p->running; i < n; ++i)
        asio::co_spawn(self, take_steps(what, count, p), on_end{p});
    while (p->running > 0)
        co_await p->all_ended.async_wait(asio::as_tuple(asio::use_awaitable_t<executor>{}));
    if (p->failed) std::rethrow_exception(p->failed);
}

}  // namespace casebridge::http
