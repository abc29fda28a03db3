#include "upstream/fair_line.hpp"

#include <algorithm>
#include <utility>

namespace casebridge::upstream {

fair_line::joined fair_line::join(std::string_view account, time_point deadline) {
    joined out;
    if (size_ >= most_) {
        out.displaced = make_room(account);
        if (!out.displaced) return out;
    }
    out.place = ++last_;
    share_of(account).calls.push_back({last_, deadline});
    ++size_;
    return out;
}

fair_line::share& fair_line::share_of(std::string_view account) {
    const auto found =
        std::find_if(shares_.begin(), shares_.end(), [&](const share& s) { return s.account == account; });
    if (found != shares_.end()) return *found;
    return shares_.emplace_back(share{std::string(account), {}});
}

// The newest call of the largest share goes, if that leaves it no smaller than the newcomer's.
std::optional<fair_line::ticket> fair_line::make_room(std::string_view account) {
    const auto largest = std::max_element(shares_.begin(), shares_.end(), [](const share& a, const share& b) {
        return a.calls.size() < b.calls.size();
    });
    if (largest == shares_.end()) return std::nullopt;
    std::size_t own = 0;
    for (const share& s : shares_) {
        if (s.account == account) own = s.calls.size();
    }
    if (own + 1 >= largest->calls.size()) return std::nullopt;
    const ticket out = largest->calls.back().place;
    largest->calls.pop_back();
    --size_;
    return out;
}

std::optional<fair_line::ticket> fair_line::next(time_point now) {
    while (!shares_.empty()) {
        share first = std::move(shares_.front());
        shares_.pop_front();
        const waiter w = first.calls.front();
        first.calls.pop_front();
        --size_;
        const bool late = w.deadline <= now;
        if (late) skipped_.push_back(w.place);
        // One that came too late does not cost its account the turn.
        if (!first.calls.empty() && late)
            shares_.push_front(std::move(first));
        else if (!first.calls.empty())
            shares_.push_back(std::move(first));
        if (!late) return w.place;
    }
    return std::nullopt;
}

bool fair_line::leave(ticket place) {
    std::size_t gone = 0;
    for (share& s : shares_)
        gone += std::erase_if(s.calls, [&](const waiter& w) { return w.place == place; });
    size_ -= gone;
    forget_empty();
    return gone > 0;
}

std::vector<fair_line::ticket> fair_line::expire(time_point by) {
    auto out = std::exchange(skipped_, {});
    for (share& s : shares_) {
        size_ -= std::erase_if(s.calls, [&](const waiter& w) {
            if (w.deadline > by) return false;
            out.push_back(w.place);
            return true;
        });
    }
    forget_empty();
    return out;
}

void fair_line::forget_empty() {
    std::erase_if(shares_, [](const share& s) { return s.calls.empty(); });
}

}  // namespace casebridge::upstream
