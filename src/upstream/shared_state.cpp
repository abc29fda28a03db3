#include "upstream/shared_state.hpp"

#include "observe/log.hpp"
#include "observe/metrics.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace casebridge::upstream {
namespace {

using observe::breaker_state;

constexpr std::chrono::seconds crowd_time{1};    // what clients are told when a line is full

std::chrono::seconds whole_seconds(breaker::duration d) {
    return std::max(std::chrono::ceil<std::chrono::seconds>(d), std::chrono::seconds(1));
}

breaker_state metric_of(breaker::state s) {
    switch (s) {
        case breaker::state::closed: return breaker_state::closed;
        case breaker::state::half_open: return breaker_state::half_open;
        case breaker::state::open: break;
    }
    return breaker_state::open;
}

// What a try says about the upstream; see breaker::outcome.
breaker::outcome outcome_of(const result<answer>& out, const attempt& a) {
    using enum breaker::outcome;
    if (out.has_value()) return out->status >= 502 && out->status <= 504 ? failure : success;
    switch (out.error().code) {
        case errc::upstream_unresolved:
        case errc::upstream_refused:
        case errc::upstream_tls:
        case errc::upstream_timeout: return failure;
        // An idle connection may end at any time.
        case errc::upstream_reset: return a.reused && !a.touched ? none : failure;
        default: return none;
    }
}

errc reason_of(const result<answer>& out) {
    if (out.has_error()) return out.error().code;
    return out->status == 503 ? errc::upstream_unavailable : errc::upstream_error;
}

}  // namespace

// One credential.
struct shared_state::lane {
    explicit lane(credential_limits l) : limits(l) {}
    limiter limits;
    std::unordered_map<limiter::ticket, std::shared_ptr<place>> waiting;
};

// One call in line. waker: only the thread of where may touch it; the rest is under the lock.
struct shared_state::place {
    lane& in;
    limiter::ticket ticket;
    executor where;
    fate now = fate::in_line;
    timer* waker = nullptr;
};

shared_state::permit::~permit() {
    if (lane_ != nullptr) all_.leave(*this);
}

void shared_state::permit::settle(const result<answer>& out, const attempt& a) {
    outcome_ = outcome_of(out, a);
    if (outcome_ == breaker::outcome::failure) reason_ = reason_of(out);
}

shared_state::waiting::~waiting() {
    if (!place_) return;
    place_->waker = nullptr;
    all_.abandon(*place_);
}

void shared_state::waiting::wake_with(timer* waker) { place_->waker = waker; }

shared_state::shared_state(std::string name, const options& opts)
    : name_(std::move(name)), limits_(opts.credentials), breaker_(opts.breaker), budget_(opts.retry) {
    observe::set_breaker_state(name_, breaker_state::closed);
}

shared_state::~shared_state() = default;

void shared_state::adopt(const options& opts) {
    const std::lock_guard lock(mutex_);
    limits_ = opts.credentials;
    breaker_.adopt(opts.breaker);
    budget_.adopt(opts.retry);
    for (const auto& [name, l] : lanes_) {
        const auto found = limits_.find(name);
        l->limits.adopt(found == limits_.end() ? credential_limits{} : found->second);
    }
}

shared_state::lane& shared_state::lane_of(std::string_view credential) {
    const auto known = lanes_.find(credential);
    if (known != lanes_.end()) return *known->second;
    const auto found = limits_.find(credential);
    auto made = std::make_unique<lane>(found == limits_.end() ? credential_limits{} : found->second);
    return *lanes_.emplace(credential, std::move(made)).first->second;
}

result<void> shared_state::enter(permit& p, waiting& w, const call& c, http::time_point now,
                                 http::time_point deadline) {
    const std::lock_guard lock(mutex_);
    if (const auto wait = breaker_.refusal(now)) return unavailable(*wait);
    lane& l = lane_of(c.credential);
    const auto d = l.limits.enter(c.account, now, deadline);
    switch (d.what) {
        case limiter::verdict::go: grant(p, l, now); return {};
        case limiter::verdict::wait: break;
        case limiter::verdict::full:
            return shed(errc::upstream_busy, "queue_full", "and the line is full", crowd_time);
        case limiter::verdict::paused:
            return shed(errc::upstream_rate_limited, "rate", "for the upstream asked to slow down",
                        d.retry_after);
    }
    if (d.displaced) wake(l, *d.displaced, fate::displaced);
    w.place_ = std::make_shared<place>(place{l, d.place, w.where_});
    l.waiting.emplace(d.place, w.place_);
    return {};
}

result<void> shared_state::claim(permit& p, waiting& w, http::time_point now) {
    const std::lock_guard lock(mutex_);
    lane& l = w.place_->in;
    switch (w.place_->now) {
        case fate::granted: break;
        case fate::displaced:
            return shed(errc::upstream_busy, "queue_full", "and the line is full", crowd_time);
        default: {
            const bool crowded = l.limits.crowded();
            return shed(errc::upstream_busy, crowded ? "in_flight" : "rate",
                        "and its turn did not come before the deadline", crowd_time);
        }
    }
    if (const auto wait = breaker_.refusal(now)) return unavailable(*wait);
    w.place_.reset();
    grant(p, l, now);
    return {};
}

void shared_state::grant(permit& p, lane& l, http::time_point now) {
    const auto before = breaker_.now();
    p.lane_ = &l;
    p.pass_ = breaker_.admit(now);
    budget_.begin_call();
    breaker_moved(before);
}

void shared_state::leave(permit& p) {
    const std::lock_guard lock(mutex_);
    const auto now = http::clock::now();
    const auto before = breaker_.now();
    if (p.outcome_ == breaker::outcome::failure) last_failure_ = p.reason_;
    breaker_.settle(p.pass_, p.outcome_, now);
    budget_.end_call();
    breaker_moved(before);
    dispatch(*p.lane_, p.lane_->limits.leave(now));
}

// The call in line is gone: its frame was destroyed, or its turn came and the breaker refused.
void shared_state::abandon(place& p) {
    const std::lock_guard lock(mutex_);
    if (p.now == fate::granted) return dispatch(p.in, p.in.limits.leave(http::clock::now()));
    p.in.limits.cancel(p.ticket);
    p.in.waiting.erase(p.ticket);
}

void shared_state::poll(http::time_point now) {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, l] : lanes_) {
        if (l->limits.waiting() > 0 || !l->waiting.empty()) dispatch(*l, l->limits.poll(now));
    }
}

void shared_state::pause(std::string_view credential, http::time_point now, http::time_point until) {
    const std::lock_guard lock(mutex_);
    lane& l = lane_of(credential);
    dispatch(l, l.limits.pause(now, until));
}

void shared_state::dispatch(lane& l, const limiter::moved& moved) {
    for (const auto ticket : moved.granted) wake(l, ticket, fate::granted);
    for (const auto ticket : moved.expired) wake(l, ticket, fate::expired);
}

void shared_state::wake(lane& l, limiter::ticket ticket, fate why) {
    const auto found = l.waiting.find(ticket);
    if (found == l.waiting.end()) return;
    const auto p = std::move(found->second);
    l.waiting.erase(found);
    p->now = why;
    // As long as it was in the table its frame, and so its context, is there.
    boost::asio::post(p->where, [p] {
        if (p->waker != nullptr) p->waker->cancel();
    });
}

bool shared_state::begin_retry() {
    const std::lock_guard lock(mutex_);
    if (budget_.begin_retry()) return true;
    observe::count_upstream_shed(name_, "retry_budget");
    return false;
}

void shared_state::end_retry() {
    const std::lock_guard lock(mutex_);
    budget_.end_retry();
}

failure shared_state::unavailable(breaker::duration wait) const {
    const std::string why = std::to_string(breaker_.failures()) + " calls in a row failed, the last with " +
                            to_string(last_failure_) + "; it is tried again in " +
                            std::to_string(whole_seconds(wait).count()) + " s";
    return shed(errc::upstream_unavailable, "breaker_open", why, wait);
}

failure shared_state::shed(errc code, std::string_view reason, std::string_view why,
                           breaker::duration wait) const {
    observe::count_upstream_shed(name_, reason);
    std::string text = code == errc::upstream_busy ? "all that the credential may send is in use " : "";
    failure out = fail(code, text.append(why));
    out.retry_after = whole_seconds(wait);
    return out;
}

void shared_state::breaker_moved(breaker::state before) {
    if (breaker_.now() == before) return;
    observe::set_breaker_state(name_, metric_of(breaker_.now()));
    if (breaker_.now() == breaker::state::open) {
        const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(breaker_.open_time());
        observe::log(observe::level::warn, "upstream breaker opened",
                     {{"upstream", std::string_view(name_)},
                      {"reason", std::string_view(to_string(last_failure_))},
                      {"failures", std::int64_t{breaker_.failures()}},
                      {"ms", std::int64_t{time.count()}}});
    } else if (breaker_.now() == breaker::state::closed) {
        observe::log(observe::level::info, "upstream breaker closed",
                     {{"upstream", std::string_view(name_)}});
    }
}

std::shared_ptr<shared_state> upstreams::get(const std::string& name, const std::string& base_url,
                                             const options& opts) {
    const std::lock_guard lock(mutex_);
    auto& slot = known_[name + ' ' + base_url];
    if (slot)
        slot->adopt(opts);
    else
        slot = std::make_shared<shared_state>(name, opts);
    return slot;
}

}  // namespace casebridge::upstream
