// Whether a transfer moves: so many bytes a second, judged over one window after the other, so that a
// fast beginning buys no standstill later. Pure: told the time and the progress, it keeps no clock.
#pragma once

#include "http/message.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace casebridge::server {

class rate_watch {
public:
    // bytes_per_second 0: everything is fast enough.
    void start(std::size_t bytes_per_second, std::chrono::milliseconds window, http::time_point now,
               std::uint64_t progress) noexcept {
        rate_ = bytes_per_second;
        window_ = window;
        begin_window(now, progress);
    }
    void stop() noexcept { due_ = http::time_point::max(); }

    // When to ask the next time.
    http::time_point due() const noexcept { return due_; }

    // Whether less than the rate has moved since the window began; begins the next one.
    bool fell_behind(http::time_point now, std::uint64_t progress) noexcept {
        const std::chrono::duration<double> took = now - began_;
        const double wanted = static_cast<double>(rate_) * took.count();
        const std::uint64_t moved = progress > before_ ? progress - before_ : 0;
        begin_window(now, progress);
        return static_cast<double>(moved) < wanted;
    }

private:
    void begin_window(http::time_point now, std::uint64_t progress) noexcept {
        began_ = now;
        before_ = progress;
        due_ = rate_ == 0 ? http::time_point::max() : now + window_;
    }

    std::size_t rate_ = 0;
    std::chrono::milliseconds window_{0};
    http::time_point began_{};
    http::time_point due_ = http::time_point::max();
    std::uint64_t before_ = 0;
};

}  // namespace casebridge::server
