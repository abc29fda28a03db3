// Whether a call is sent once more: pure decisions, without a clock, chance or sockets of their own.
//
// Safe to repeat is only what provably was not done, or may be done twice (engineering anchors §B3):
//   any method   no byte of the request left, since no connection came about
//   reads        the connection broke before a byte of the answer came; 502, 503, 504;
//                429 that says when to come back
// Everything happens within the call's deadline, and under a budget, so that an upstream in trouble
// does not get a multiple of its load.
#pragma once

#include "core/error.hpp"
#include "http/message.hpp"
#include "upstream/options.hpp"

#include <chrono>
#include <cstddef>
#include <optional>

namespace casebridge::upstream {

// How one try ended.
struct attempt {
    unsigned number = 1;       // of the try
    bool read = false;         // GET or HEAD
    bool reused = false;       // over a connection that had served before
    bool sent = false;         // a byte of the request may have left
    bool touched = false;      // a byte of an answer came
    unsigned status = 0;       // of the answer; 0: none
    errc error = errc::internal;                        // where there is no answer
    std::optional<std::chrono::seconds> retry_after;    // of the answer
};

// After how long to try again; empty: not at all. chance: from 0 up to 1, for the jitter.
std::optional<http::clock::duration> retry_delay(const retry_options& opts, const attempt& a,
                                                 http::time_point now, http::time_point deadline,
                                                 double chance);

// Retries in progress ≤ max(least, percent of the calls in progress).
class retry_budget {
public:
    explicit retry_budget(const retry_options& opts) { adopt(opts); }
    void adopt(const retry_options& opts) noexcept {
        percent_ = opts.budget_percent;
        least_ = opts.budget_least;
    }
    void begin_call() noexcept { ++calls_; }
    void end_call() noexcept { --calls_; }
    bool begin_retry() noexcept;    // false: the budget is spent
    void end_retry() noexcept { --retries_; }

private:
    std::size_t percent_ = 0;
    std::size_t least_ = 0;
    std::size_t calls_ = 0;
    std::size_t retries_ = 0;
};

}  // namespace casebridge::upstream
