// One call with its tries: leave by the shared state (limits, breaker), the exchange, whether to try again.
#include "upstream/core.hpp"

#include "observe/metrics.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace casebridge::upstream {
namespace {

constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable_t<executor>{});

// A backend that asks for hours is asked again after this.
constexpr std::chrono::seconds longest_pause{60};

bool is_read(const call& c) { return c.method == "GET" || c.method == "HEAD"; }

}  // namespace

class core::in_flight {
public:
    explicit in_flight(core& c) : core_(c) { ++core_.calls_now_; }
    ~in_flight() { --core_.calls_now_; }
    in_flight(const in_flight&) = delete;
    in_flight& operator=(const in_flight&) = delete;

private:
    core& core_;
};

// Reads that began before a write, or while it went on, are of no use to those that begin after it.
class core::write_mark {
public:
    explicit write_mark(shared_state& s) : shared_(s) { shared_.next_generation(); }
    ~write_mark() { shared_.next_generation(); }
    write_mark(const write_mark&) = delete;
    write_mark& operator=(const write_mark&) = delete;

private:
    shared_state& shared_;
};

// A retry's part of the budget.
class core::retry_leave {
public:
    explicit retry_leave(shared_state& s) : shared_(s) {}
    ~retry_leave() {
        if (taken_) shared_.end_retry();
    }
    retry_leave(const retry_leave&) = delete;
    retry_leave& operator=(const retry_leave&) = delete;
    bool take() { return taken_ = taken_ || shared_.begin_retry(); }

private:
    shared_state& shared_;
    bool taken_ = false;
};

task<result<answer>> core::send(std::shared_ptr<core> self, const call& c) {
    ++self->counters_.calls;
    const in_flight guard(*self);
    const auto now = http::clock::now();
    auto deadline = now + self->opts_.call_timeout;
    if (c.deadline != http::time_point{}) deadline = std::min(deadline, c.deadline);
    result<answer> out = self->gone();
    if (self->closed_) {
        // as it is
    } else if (now >= deadline) {
        out = fail(errc::upstream_timeout,
                   self->origin_.peer + ": deadline passed before the request was sent");
    } else {
        self->watch_calls();
        if (!is_read(c)) {
            const write_mark mark(*self->shared_);
            out = co_await self->deliver(c, deadline);
        } else if (c.shareable) {
            out = co_await self->share(c, deadline);
        } else {
            out = co_await self->deliver(c, deadline);
        }
    }
    if (out.has_error()) ++self->counters_.failures;
    co_return out;
}

task<result<answer>> core::deliver(const call& c, http::time_point deadline) {
    retry_leave retry(*shared_);
    bool fresh = false;
    for (unsigned number = 1;; ++number) {
        attempt seen;
        seen.number = number;
        seen.read = is_read(c);
        result<answer> out = co_await try_once(c, deadline, seen, fresh);
        const double chance = std::uniform_real_distribution<>(0, 1)(chance_);
        const auto now = http::clock::now();
        const auto wait = retry_delay(opts_.retry, seen, now, deadline, chance);
        if (!wait || closed_ || !retry.take()) co_return out;
        ++counters_.retries;
        observe::count_upstream_retry(shared_->name());
        // Its neighbours in the pool may have died with it, and an upstream that answers 503 is often about
        // to close what it has open: the last try must not be spent on finding that out. Only who asks for
        // patience is well.
        fresh = seen.status != 429;
        if (*wait > wait->zero()) co_await sleep_until(now + *wait);
        if (closed_) co_return out;
    }
}

task<void> core::sleep_until(http::time_point until) {
    nap self(*this, until);
    co_await self.waker().async_wait(token);
}

task<result<answer>> core::try_once(const call& c, http::time_point deadline, attempt& seen, bool fresh) {
    shared_state::permit leave(*shared_);
    shared_state::waiting place(*shared_, context_.get_executor());
    CB_CO_CHECK(shared_->enter(leave, place, c, http::clock::now(), deadline));
    if (place.needed()) CB_CO_CHECK(co_await wait_for_leave(leave, place));
    const pool::decision d = pool_.acquire(http::clock::now(), deadline, c.account);
    if (d.what == pool::verdict::refuse) co_return busy_line();
    pool::grant turn{0, d.connection, d.what};
    if (d.what == pool::verdict::wait) {
        CB_CO_TRY(turn, co_await wait_in_line(d));
    }
    const auto start = http::clock::now();
    result<answer> out = co_await converse(turn, c, deadline, seen, fresh);
    learn(c, out, seen);
    leave.settle(out, seen);
    report_try(c, out, start);
    co_return out;
}

task<result<void>> core::wait_for_leave(shared_state::permit& leave, shared_state::waiting& place) {
    nap self(*this, http::time_point::max());
    place.wake_with(&self.waker());
    co_await self.waker().async_wait(token);
    place.wake_with(nullptr);
    if (aborted_) co_return gone();
    co_return shared_->claim(leave, place, http::clock::now());
}

// What the try says beyond itself: of the call's next try, and of the credential.
void core::learn(const call& c, const result<answer>& out, attempt& seen) {
    if (out.has_error()) {
        seen.error = out.error().code;
        return;
    }
    seen.status = out->status;
    seen.retry_after = out->retry_after();
    if (out->status != 429 || !seen.retry_after) return;
    const auto now = http::clock::now();
    shared_->pause(c.credential, now, now + std::min(*seen.retry_after, longest_pause));
}

void core::report_try(const call& c, const result<answer>& out, http::time_point start) const {
    const bool answered = out.has_value();
    observe::record(observe::upstream_request{shared_->name(), c.method, answered ? out->status : 0,
                                              answered ? "" : to_string(out.error().code),
                                              http::clock::now() - start});
}

}  // namespace casebridge::upstream
