#include "http/keyed_gate.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace casebridge::http {

namespace asio = boost::asio;
using executor = asio::io_context::executor_type;
using timer_type = asio::basic_waitable_timer<clock, asio::wait_traits<clock>, executor>;

struct keyed_gate::waiter {
    timer_type timer;
    bool granted = false;   // guarded by the gate's mutex
    explicit waiter(const executor& e) : timer(e) {}
};

task<keyed_gate::pass> keyed_gate::enter(std::string key, time_point deadline) {
    const executor self = co_await asio::this_coro::executor;
    std::shared_ptr<waiter> mine;
    {
        const std::lock_guard lock(mutex_);
        const auto [it, fresh] = busy_.try_emplace(key);
        if (!fresh) {
            mine = std::make_shared<waiter>(self);
            mine->timer.expires_at(deadline);
            it->second.push_back(mine);
        }
    }
    if (!mine) co_return pass(*this, std::move(key));
    co_await mine->timer.async_wait(asio::as_tuple(asio::use_awaitable_t<executor>{}));
    {
        const std::lock_guard lock(mutex_);
        if (!mine->granted) {
            std::erase(busy_[key], mine);
            co_return pass{};
        }
    }
    co_return pass(*this, std::move(key));
}

void keyed_gate::leave(const std::string& key) {
    std::shared_ptr<waiter> next;
    {
        const std::lock_guard lock(mutex_);
        const auto it = busy_.find(key);
        if (it->second.empty()) {
            busy_.erase(it);
            return;
        }
        next = std::move(it->second.front());
        it->second.pop_front();
        next->granted = true;
    }
    // The timer belongs to its own thread. expires_at, not cancel: the wait may not have begun yet.
    asio::post(next->timer.get_executor(), [next] { next->timer.expires_at(time_point::min()); });
}

}  // namespace casebridge::http
