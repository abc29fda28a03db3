#include "upstream/core.hpp"

#include "observe/metrics.hpp"
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

constexpr std::chrono::seconds busy_time{1};    // what clients are told when no connection is free
constexpr std::string_view line_full = "and the waiting line is full";
constexpr std::string_view turn_late = "and none became free before the deadline";

}  // namespace

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

// A call in the pool's line.
class core::queued {
public:
    queued(core& c, pool::ticket place) : core_(c), place_(place), nap_(c, http::time_point::max()) {
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

    timer& waker() noexcept { return nap_.waker(); }
    void granted(const pool::grant& g) {
        turn_ = g;
        waker().cancel();
    }
    void lost(std::string_view why) {
        loss_ = why;
        waker().cancel();
    }
    std::optional<pool::grant> take() noexcept { return std::exchange(turn_, std::nullopt); }
    std::string_view loss() const noexcept { return loss_; }

private:
    core& core_;
    pool::ticket place_;
    nap nap_;
    std::optional<pool::grant> turn_;
    std::string_view loss_;
};

core::core(boost::asio::io_context& context, options opts, std::unique_ptr<boost::asio::ssl::context> tls,
           std::shared_ptr<shared_state> shared)
    : context_(context),
      opts_(std::move(opts)),
      tls_(std::move(tls)),
      shared_(shared ? std::move(shared) : std::make_shared<shared_state>(opts_.host, opts_)),
      origin_{opts_, host_field(opts_.scheme, opts_.host, opts_.port),
              opts_.host + ":" + std::to_string(opts_.port), tls_.get()},
      pool_({opts_.max_connections, opts_.max_waiting, opts_.idle_timeout, opts_.connection_lifetime}),
      names_(std::make_shared<resolver>(context, opts_.host, opts_.port, opts_.resolve_ttl)),
      watchdog_(context) {}

core::~core() {
    observe::add_pool(shared_->name(), -static_cast<int>(reported_.open), -static_cast<int>(reported_.idle),
                      -static_cast<int>(reported_.waiting));
}

task<result<pool::grant>> core::wait_in_line(pool::decision d) {
    if (d.displaced) lose(*d.displaced, line_full);
    queued self(*this, d.place);
    co_await self.waker().async_wait(token);
    if (const auto turn = self.take()) co_return *turn;
    if (aborted_) co_return gone();
    co_return busy(self.loss());
}

// fresh: not over a connection that has been idle.
task<result<answer>> core::converse(pool::grant turn, const call& c, http::time_point deadline, attempt& seen,
                                    bool fresh) {
    lease l(*this, turn);
    if (!l.fresh() && (fresh || l.wire().stale())) l.renew();
    seen.reused = !l.fresh();
    if (seen.reused)
        ++counters_.reused;
    else
        CB_CO_CHECK(co_await connect(l, deadline));
    seen.sent = true;
    result<answer> out = co_await l.wire().exchange(c, deadline);
    l.reusable = l.wire().reusable();
    seen.touched = !l.wire().untouched();
    co_return out;
}

task<result<void>> core::connect(lease& l, http::time_point deadline) {
    if (connections_.size() <= l.slot()) connections_.resize(l.slot() + 1);
    auto& place = connections_[l.slot()];
    if (!place) place = std::make_unique<connection>(context_, origin_);
    const auto until = std::min(deadline, http::clock::now() + opts_.connect_timeout);
    CB_CO_TRY(endpoints addresses, co_await names_->resolve(until));
    if (aborted_) co_return gone();
    ++counters_.connects;
    CB_CO_CHECK(co_await place->open(std::move(addresses), until));
    l.opened();
    co_return result<void>{};
}

failure core::busy(std::string_view why) const {
    observe::count_upstream_shed(shared_->name(), why == line_full ? "queue_full" : "in_flight");
    failure out = fail(errc::upstream_busy, origin_.peer + ": all " + std::to_string(opts_.max_connections) +
                                                " connections are in use " + std::string(why));
    out.retry_after = busy_time;
    return out;
}

failure core::busy_line() const { return busy(line_full); }

failure core::gone() const { return fail(errc::draining, origin_.peer + ": the client is closed"); }

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

void core::watch_calls() { watch(active_tick); }

void core::lose(pool::ticket place, std::string_view why) {
    if (const auto it = line_.find(place); it != line_.end()) it->second->lost(why);
}

void core::tick() {
    watch_at_ = http::time_point::max();
    const auto now = http::clock::now();
    for (const auto& c : connections_) {
        if (c && c->deadline() <= now) c->expire();
    }
    const pool::swept s = pool_.sweep(now);
    for (const pool::slot slot : s.close) connections_[slot]->close();
    for (const pool::ticket place : s.expired) lose(place, turn_late);
    report_pool();
    if (calls_now_ > 0) shared_->poll(now);
    if (calls_now_ > 0)
        watch(active_tick);
    else if (pool_.idle() > 0)
        watch(idle_tick);
}

// The metrics hear of the pool when the watchdog looks, not with every call.
void core::report_pool() {
    const statistics now = stats();
    const auto change = [](std::size_t a, std::size_t b) {
        return static_cast<int>(a) - static_cast<int>(b);
    };
    if (now.open == reported_.open && now.idle == reported_.idle && now.waiting == reported_.waiting) return;
    observe::add_pool(shared_->name(), change(now.open, reported_.open), change(now.idle, reported_.idle),
                      change(now.waiting, reported_.waiting));
    reported_ = now;
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
    for (timer* const t : asleep_) t->cancel();
}

}  // namespace casebridge::upstream
