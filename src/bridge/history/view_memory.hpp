// Who looked at which case: Tracecat makes an event of it (fact sheet §1.5), and a read must not become a write.
// So the process remembers it for a while, shows it, and writes it down with the next write of that case. What was
// never followed by a write is forgotten with the process. Shared by all threads.
#pragma once

#include "core/timestamp.hpp"

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace casebridge::bridge {

class view_memory {
public:
    // One event for each user and case within this time (fact sheet §1.5).
    static constexpr std::int64_t pause_micros = 5LL * 60 * 1'000'000;
    static constexpr std::size_t most_cases = 4096, most_views = 16;

    struct view {
        std::string user;
        instant at;
        bool written = false;
        bool operator==(const view&) const = default;
    };

    void note(const std::string& of_case, const std::string& user, instant at);
    // In the order of time; those that are not written yet.
    std::vector<view> unwritten(const std::string& of_case) const;
    void note_written(const std::string& of_case, const std::vector<view>& views);

private:
    mutable std::mutex guard_;
    std::unordered_map<std::string, std::vector<view>> cases_;
    std::deque<std::string> order_;  // oldest case first
};

}  // namespace casebridge::bridge
