#include "upstream/limiter.hpp"

#include <algorithm>

namespace casebridge::upstream {
namespace {

double bucket_size(const credential_limits& l) { return std::max(2.0, l.max_rps / 10); }

}  // namespace

limiter::limiter(credential_limits limits)
    : limits_(limits), line_(limits.max_waiting), tokens_(bucket_size(limits)) {}

void limiter::adopt(credential_limits limits) {
    limits_ = limits;
    line_.resize(limits.max_waiting);
}

void limiter::refill(time_point now) {
    if (now <= filled_at_) return;
    const double passed = std::chrono::duration<double>(now - filled_at_).count();
    tokens_ = std::min(bucket_size(limits_), tokens_ + passed * limits_.max_rps);
    filled_at_ = now;
}

bool limiter::take(time_point now) {
    if (now < paused_until_ || crowded()) return false;
    if (limits_.max_rps > 0) {
        refill(now);
        if (tokens_ < 1) return false;
        tokens_ -= 1;
    }
    ++in_flight_;
    return true;
}

limiter::decision limiter::enter(std::string_view account, time_point now, time_point deadline) {
    if (line_.empty() && take(now)) return {verdict::go, 0, {}, {}};
    if (deadline <= paused_until_) return {verdict::paused, 0, {}, paused_until_ - now};
    const auto joined = line_.join(account, deadline);
    if (!joined.place) return {verdict::full, 0, {}, {}};
    return {verdict::wait, *joined.place, joined.displaced, {}};
}

limiter::moved limiter::leave(time_point now) {
    --in_flight_;
    return poll(now);
}

limiter::moved limiter::poll(time_point now) {
    moved out;
    while (!line_.empty() && take(now)) {
        if (const auto turn = line_.next(now)) {
            out.granted.push_back(*turn);
            continue;
        }
        --in_flight_;    // nobody was left who could take it
        if (limits_.max_rps > 0) tokens_ += 1;
    }
    out.expired = line_.expire(now);
    return out;
}

limiter::moved limiter::pause(time_point now, time_point until) {
    paused_until_ = std::max(paused_until_, until);
    return {{}, line_.expire(std::max(now, paused_until_))};
}

}  // namespace casebridge::upstream
