#include "upstream/pool.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace casebridge::upstream {

pool::decision pool::acquire(time_point now, time_point deadline, std::string_view account) {
    if (!idle_.empty()) {
        const slot s = idle_.back();
        idle_.pop_back();
        entry& e = entries_[s];
        // The last used is the youngest: if it is too old, so are all others, and the sweep takes them.
        const bool fresh = now - e.idle_since < limits_.idle_timeout && may_be_kept(e, now);
        e.now = fresh ? state::busy : state::opening;
        return {fresh ? verdict::reuse : verdict::open, s, 0, {}};
    }
    if (!empty_.empty()) {
        const slot s = empty_.back();
        empty_.pop_back();
        entries_[s].now = state::opening;
        return {verdict::open, s, 0, {}};
    }
    if (entries_.size() < limits_.max_connections) {
        entries_.push_back({state::opening, {}, {}});
        return {verdict::open, entries_.size() - 1, 0, {}};
    }
    const auto joined = line_.join(account, deadline);
    if (!joined.place) return {verdict::refuse, 0, 0, {}};
    return {verdict::wait, 0, *joined.place, joined.displaced};
}

void pool::opened(slot s, time_point now) {
    assert(entries_[s].now == state::opening);
    entries_[s].now = state::busy;
    entries_[s].opened_at = now;
}

void pool::replace(slot s) {
    assert(entries_[s].now == state::busy);
    entries_[s].now = state::opening;
}

pool::released pool::release(slot s, bool reusable, time_point now) {
    entry& e = entries_[s];
    assert(e.now == state::busy);
    reusable = reusable && may_be_kept(e, now);
    if (auto next = hand_over(s, reusable, now)) return {!reusable, next};
    if (reusable && !closed_) {
        e.now = state::idle;
        e.idle_since = now;
        idle_.push_back(s);
        return {false, std::nullopt};
    }
    empty_slot(s);
    return {true, std::nullopt};
}

pool::released pool::failed(slot s, time_point now) {
    assert(entries_[s].now == state::opening);
    if (auto next = hand_over(s, false, now)) return {true, next};
    empty_slot(s);
    return {true, std::nullopt};
}

bool pool::cancel(ticket place) { return line_.leave(place); }

pool::swept pool::sweep(time_point now) {
    swept out;
    out.expired = line_.expire(now);
    std::erase_if(idle_, [&](slot s) {
        const entry& e = entries_[s];
        if (now - e.idle_since < limits_.idle_timeout && may_be_kept(e, now)) return false;
        empty_slot(s);
        out.close.push_back(s);
        return true;
    });
    return out;
}

std::vector<pool::slot> pool::close() {
    closed_ = true;
    auto out = std::exchange(idle_, {});
    for (const slot s : out) empty_slot(s);
    return out;
}

std::size_t pool::open() const noexcept { return entries_.size() - empty_.size(); }

// Gives a slot that has just become free to the first call whose deadline has not passed.
std::optional<pool::grant> pool::hand_over(slot s, bool reusable, time_point now) {
    const auto place = line_.next(now);
    if (!place) return std::nullopt;
    entries_[s].now = reusable ? state::busy : state::opening;
    return grant{*place, s, reusable ? verdict::reuse : verdict::open};
}

bool pool::may_be_kept(const entry& e, time_point now) const noexcept {
    return limits_.lifetime == limits_.lifetime.zero() || now - e.opened_at < limits_.lifetime;
}

void pool::empty_slot(slot s) {
    entries_[s].now = state::empty;
    empty_.push_back(s);
}

}  // namespace casebridge::upstream
