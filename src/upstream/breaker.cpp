#include "upstream/breaker.hpp"

#include <algorithm>

namespace casebridge::upstream {
namespace {

// While a probe is out nobody knows how long it takes.
constexpr std::chrono::seconds probe_time{1};

}  // namespace

std::optional<breaker::duration> breaker::refusal(time_point now) const {
    if (state_ == state::open && now < open_until_) return open_until_ - now;
    if (state_ == state::half_open && probing_) return probe_time;
    return std::nullopt;
}

breaker::pass breaker::admit(time_point now) {
    if (const auto wait = refusal(now)) return {false, *wait, false, period_};
    if (state_ == state::open) enter(state::half_open);
    probing_ = state_ == state::half_open;
    return {true, {}, probing_, period_};
}

void breaker::settle(const pass& p, outcome what, time_point now) {
    if (!p.granted || p.period != period_) return;
    if (p.probe) probing_ = false;
    switch (what) {
        case outcome::none: return;
        case outcome::success:
            failures_ = 0;
            if (!p.probe) return;
            enter(state::closed);
            closed_at_ = now;
            return;
        case outcome::failure:
            ++failures_;
            if (p.probe || (options_.failures > 0 && failures_ >= options_.failures)) open(now);
            return;
    }
}

void breaker::open(time_point now) {
    const bool soon = state_ == state::half_open || now - closed_at_ < open_time_;
    openings_ = soon ? openings_ + 1 : 1;
    open_time_ = std::min<duration>(options_.open_for * openings_, options_.longest_open);
    open_until_ = now + open_time_;
    enter(state::open);
}

void breaker::enter(state s) noexcept {
    state_ = s;
    probing_ = false;
    ++period_;
}

}  // namespace casebridge::upstream
