#include "bridge/history/view_memory.hpp"

#include <algorithm>

namespace casebridge::bridge {

void view_memory::note(const std::string& of_case, const std::string& user, instant at) {
    const std::lock_guard lock(guard_);
    const auto [entry, fresh] = cases_.try_emplace(of_case);
    std::vector<view>& views = entry->second;
    const bool recent = std::any_of(views.begin(), views.end(), [&](const view& v) {
        return v.user == user && at.micros - v.at.micros < pause_micros;
    });
    if (recent) return;
    if (views.size() >= most_views) views.erase(views.begin());
    views.push_back({user, at, false});
    if (!fresh) return;
    order_.push_back(of_case);
    if (order_.size() <= most_cases) return;
    cases_.erase(order_.front());
    order_.pop_front();
}

std::vector<view_memory::view> view_memory::unwritten(const std::string& of_case) const {
    const std::lock_guard lock(guard_);
    std::vector<view> out;
    const auto known = cases_.find(of_case);
    if (known == cases_.end()) return out;
    std::copy_if(known->second.begin(), known->second.end(), std::back_inserter(out),
                 [](const view& v) { return !v.written; });
    return out;
}

void view_memory::note_written(const std::string& of_case, const std::vector<view>& views) {
    if (views.empty()) return;
    const std::lock_guard lock(guard_);
    const auto known = cases_.find(of_case);
    if (known == cases_.end()) return;
    for (view& v : known->second)
        v.written = v.written || std::find(views.begin(), views.end(), v) != views.end();
}

}  // namespace casebridge::bridge
