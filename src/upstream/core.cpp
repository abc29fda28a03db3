#include "upstream/core.hpp"

#include "upstream/request_head.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace casebridge::upstream {
namespace {

using boost::system::error_code;
constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable_t<executor>{});

// How late a deadline may be noticed, and how often idle connections are looked at.
constexpr std::chrono::milliseconds active_tick{50};
constexpr std::chrono::milliseconds idle_tick{1000};

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

// A slot for the time of one call. Goes back to the pool however the call ends.
class core::lease {
public:
    lease(core& c, pool::grant g) : core_(c), slot_(g.connection), fresh_(g.how == pool::verdict::open) {}
    ~lease() { core_.give_back(slot_, opening(), reusable); }
    lease(const lease&) = delete;
    lease& operator=(const lease&) = delete;

    pool::slot slot() const noexcept { return slot_; }
    connection& wire() const { return *core_.connections_[slot_]; }
    bool fresh() const noexcept { return fresh_; }     // not used by an earlier call
    bool opening() const noexcept { return fresh_ && !opened_; }
    void renew() {
        wire().close();
        core_.pool_.replace(slot_);
        fresh_ = true;
        opened_ = false;
    }
    void opened() {
        core_.pool_.opened(slot_, http::clock::now());
        opened_ = true;
    }
    bool reusable = false;

private:
    core& core_;
    pool::slot slot_;
    bool fresh_;
    bool opened_ = false;
};

// A call in the waiting line.
class core::queued {
public:
    queued(core& c, pool::ticket place)
        : core_(c), place_(place), wake_(c.context_, http::time_point::max()) {
        core_.line_.emplace(place, this);
    }
    ~queued() {
        core_.line_.erase(place_);
        if (turn_)
            core_.give_back(turn_->connection, turn_->how == pool::verdict::open, false);
        else
            core_.pool_.cancel(place_);
    }
    queued(const queued&) = delete;
    queued& operator=(const queued&) = delete;

    timer& wake() noexcept { return wake_; }
    void granted(const pool::grant& g) {
        turn_ = g;
        wake_.cancel();
    }
    void expired() { wake_.cancel(); }
    std::optional<pool::grant> take() noexcept { return std::exchange(turn_, std::nullopt); }

private:
    core& core_;
    pool::ticket place_;
    timer wake_;
    std::optional<pool::grant> turn_;
};

core::core(boost::asio::io_context& context, options opts, std::unique_ptr<boost::asio::ssl::context> tls)
    : context_(context),
      opts_(std::move(opts)),
      tls_(std::move(tls)),
      origin_{opts_, host_field(opts_.scheme, opts_.host, opts_.port),
              opts_.host + ":" + std::to_string(opts_.port), tls_.get()},
      pool_({opts_.max_connections, opts_.max_waiting, opts_.idle_timeout, opts_.connection_lifetime}),
      names_(std::make_shared<resolver>(context, opts_.host, opts_.port, opts_.resolve_ttl)),
      watchdog_(context) {}

task<result<answer>> core::send(std::shared_ptr<core> self, const call& c) {
    ++self->counters_.calls;
    const in_flight guard(*self);
    const auto now = http::clock::now();
    auto deadline = now + self->opts_.call_timeout;
    if (c.deadline != http::time_point{}) deadline = std::min(deadline, c.deadline);
    self->watch(active_tick);
    result<answer> out = co_await self->perform(c, deadline);
    if (out.has_error()) ++self->counters_.failures;
    co_return out;
}

task<result<answer>> core::perform(const call& c, http::time_point deadline) {
    if (closed_) co_return fail(errc::draining, origin_.peer + ": the client is closed");
    if (http::clock::now() >= deadline) {
        co_return fail(errc::upstream_timeout,
                       origin_.peer + ": deadline passed before the request was sent");
    }
    CB_CO_TRY(const pool::grant turn, co_await admit(deadline));
    lease l(*this, turn);
    if (!l.fresh() && l.wire().stale()) l.renew();
    if (!l.fresh()) {
        ++counters_.reused;
        result<answer> out = co_await l.wire().exchange(c, deadline);
        l.reusable = l.wire().reusable();
        // It died while idle: the upstream has seen nothing that it would answer.
        const bool again = out.has_error() && out.error().code == errc::upstream_reset &&
                           l.wire().untouched() && c.idempotent && !aborted_;
        if (!again) co_return out;
        ++counters_.retries;
        l.renew();
    }
    CB_CO_CHECK(co_await connect(l, deadline));
    result<answer> out = co_await l.wire().exchange(c, deadline);
    l.reusable = l.wire().reusable();
    co_return out;
}

task<result<pool::grant>> core::admit(http::time_point deadline) {
    const pool::decision d = pool_.acquire(http::clock::now(), deadline);
    if (d.what == pool::verdict::refuse) co_return busy("and the waiting line is full");
    if (d.what != pool::verdict::wait) co_return pool::grant{0, d.connection, d.what};
    queued self(*this, d.place);
    co_await self.wake().async_wait(token);
    if (const auto turn = self.take()) co_return *turn;
    if (aborted_) co_return fail(errc::draining, origin_.peer + ": the client is closed");
    co_return busy("and none became free before the deadline");
}

task<result<void>> core::connect(lease& l, http::time_point deadline) {
    if (connections_.size() <= l.slot()) connections_.resize(l.slot() + 1);
    auto& place = connections_[l.slot()];
    if (!place) place = std::make_unique<connection>(context_, origin_);
    const auto until = std::min(deadline, http::clock::now() + opts_.connect_timeout);
    CB_CO_TRY(endpoints addresses, co_await names_->resolve(until));
    if (aborted_) co_return fail(errc::draining, origin_.peer + ": the client is closed");
    ++counters_.connects;
    CB_CO_CHECK(co_await place->open(std::move(addresses), until));
    l.opened();
    co_return result<void>{};
}

failure core::busy(std::string_view why) const {
    return fail(errc::upstream_busy, origin_.peer + ": all " + std::to_string(opts_.max_connections) +
                                         " connections are in use " + std::string(why));
}

void core::give_back(pool::slot s, bool opening, bool reusable) {
    if (aborted_) return;
    const auto now = http::clock::now();
    after(s, opening ? pool_.failed(s, now) : pool_.release(s, reusable, now));
}

void core::after(pool::slot s, const pool::released& r) {
    if (r.close && s < connections_.size() && connections_[s]) connections_[s]->close();
    if (!r.next) return;
    if (const auto it = line_.find(r.next->place); it != line_.end()) it->second->granted(*r.next);
}

// One timer for all deadlines: while calls are in flight it looks every 50 ms, while there are only
// idle connections once a second, otherwise never.
void core::watch(std::chrono::milliseconds within) {
    const auto at = http::clock::now() + within;
    if (aborted_ || watch_at_ <= at) return;
    watch_at_ = at;
    watchdog_.expires_at(at);
    watchdog_.async_wait([weak = weak_from_this()](const error_code& ec) {
        if (ec) return;
        if (const auto self = weak.lock()) self->tick();
    });
}

void core::tick() {
    watch_at_ = http::time_point::max();
    const auto now = http::clock::now();
    for (const auto& c : connections_) {
        if (c && c->deadline() <= now) c->expire();
    }
    const pool::swept s = pool_.sweep(now);
    for (const pool::slot slot : s.close) connections_[slot]->close();
    for (const pool::ticket place : s.expired) {
        if (const auto it = line_.find(place); it != line_.end()) it->second->expired();
    }
    if (calls_now_ > 0)
        watch(active_tick);
    else if (pool_.idle() > 0)
        watch(idle_tick);
}

statistics core::stats() const {
    statistics out = counters_;
    out.lookups = names_->lookups();
    out.open = pool_.open();
    out.idle = pool_.idle();
    out.waiting = pool_.waiting();
    return out;
}

void core::close() {
    closed_ = true;
    for (const pool::slot s : pool_.close()) connections_[s]->close();
    if (calls_now_ > 0) return;
    watch_at_ = http::time_point::max();
    watchdog_.cancel();
}

void core::abort() {
    close();
    aborted_ = true;
    watchdog_.cancel();
    names_->cancel();
    for (const auto& c : connections_) {
        if (c) c->close();
    }
    for (const auto& [place, call] : line_) call->expired();
}

}  // namespace casebridge::upstream
