#include "platform/tracecat/client/doubt.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace casebridge::platform::tracecat::client {
namespace {

namespace asio = boost::asio;
using executor = asio::io_context::executor_type;
using timer_type = asio::basic_waitable_timer<http::clock, asio::wait_traits<http::clock>, executor>;

}  // namespace

bool is_in_doubt(const result<upstream::answer>& answer) {
    if (answer.has_value()) return answer->status == 502 || answer->status == 504 || answer->status < 300;
    const errc code = answer.error().code;
    return code == errc::upstream_reset || code == errc::upstream_timeout ||
           code == errc::upstream_malformed || code == errc::upstream_too_large;
}

task<void> pause(std::chrono::milliseconds time) {
    const executor self = co_await asio::this_coro::executor;
    timer_type timer(self, time);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable_t<executor>{}));
}

}  // namespace casebridge::platform::tracecat::client
