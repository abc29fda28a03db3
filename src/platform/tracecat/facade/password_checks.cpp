#include "platform/tracecat/facade/password_checks.hpp"

#include "core/password.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <utility>

namespace casebridge::platform::tracecat {
namespace asio = boost::asio;

struct password_checks::state {
    explicit state(std::size_t most) : most_waiting(most), pool(2) {
        if (auto made = hash_password("no account has this password")) dummy_hash = std::move(*made);
    }
    std::size_t most_waiting;
    std::atomic<std::size_t> waiting{0};
    std::string dummy_hash;
    asio::thread_pool pool;          // last: joined before the rest goes
};

password_checks::password_checks(std::size_t most_waiting) : state_(std::make_shared<state>(most_waiting)) {}

password_checks::~password_checks() { stop(); }

void password_checks::stop() {
    state_->pool.stop();
    state_->pool.join();
}

namespace {

using verdict = password_checks::verdict;
using awaitable_on_context = asio::use_awaitable_t<asio::io_context::executor_type>;

// Runs `job` on the pool and completes with its verdict where the handler belongs.
template <class Job>
auto run_on(asio::thread_pool& pool, Job job) {
    return asio::async_initiate<const awaitable_on_context, void(verdict)>(
        [](auto handler, asio::thread_pool* where, Job what) {
            const auto home = asio::get_associated_executor(handler);
            auto work = asio::make_work_guard(home);
            asio::post(*where, [h = std::move(handler), w = std::move(work), j = std::move(what)]() mutable {
                const verdict v = j();
                const auto executor = w.get_executor();
                asio::post(executor, [h2 = std::move(h), v]() mutable { std::move(h2)(v); });
                w.reset();
            });
        },
        awaitable_on_context{}, &pool, std::move(job));
}

}  // namespace

task<password_checks::verdict> password_checks::check(std::string password, std::string hash) {
    const std::shared_ptr<state> s = state_;
    if (s->waiting.fetch_add(1) >= s->most_waiting) {
        s->waiting.fetch_sub(1);
        co_return verdict::overloaded;
    }
    const bool known = !hash.empty();
    const std::string& against = known ? hash : s->dummy_hash;
    auto job = [p = std::move(password), h = against, known]() {
        const bool same = verify_password(p, h);
        return known && same ? verdict::right : verdict::wrong;
    };
    const verdict v = co_await run_on(s->pool, std::move(job));
    s->waiting.fetch_sub(1);
    co_return v;
}

}  // namespace casebridge::platform::tracecat
