// A bounded waiting line that serves accounts in turn, so that one that sends much waits behind its own
// calls and not before everybody else's. Pure: no clock, no threads.
//
// Within an account: first come, first served. When the line is full, a call of an account with a
// smaller share takes the place of the last call of the account with the largest.
#pragma once

#include "http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::upstream {

class fair_line {
public:
    using time_point = http::time_point;
    using ticket = std::uint64_t;    // a place in line; never given out twice

    struct joined {
        std::optional<ticket> place;        // none: the line is full
        std::optional<ticket> displaced;    // had to leave for it
    };

    explicit fair_line(std::size_t most) : most_(most) {}

    joined join(std::string_view account, time_point deadline);
    std::optional<ticket> next(time_point now);    // whose turn it is; it leaves the line
    bool leave(ticket place);                      // false: not in line
    // Those whose deadline is not after the given time; they leave the line. Also those that next() skipped.
    std::vector<ticket> expire(time_point by);
    void resize(std::size_t most) noexcept { most_ = most; }  // who is in line stays

    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }

private:
    struct waiter {
        ticket place;
        time_point deadline;
    };
    struct share {
        std::string account;
        std::deque<waiter> calls;
    };

    share& share_of(std::string_view account);
    std::optional<ticket> make_room(std::string_view account);
    void forget_empty();

    std::size_t most_;
    std::deque<share> shares_;  // none is empty; the front is served next
    std::vector<ticket> skipped_;
    std::size_t size_ = 0;
    ticket last_ = 0;
};

}  // namespace casebridge::upstream
