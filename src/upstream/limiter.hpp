// How much one credential may ask at once and per second: a pure state machine, without a clock, threads
// or sockets of its own. Calls above the limits wait in a fair line until their deadline.
//
// The rate is a token bucket that holds a tenth of a second's worth, two tokens at least. A backend that
// says when to come back (429 with Retry-After) pauses the credential for everybody until then.
#pragma once

#include "upstream/fair_line.hpp"
#include "upstream/options.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace casebridge::upstream {

class limiter {
public:
    using time_point = http::time_point;
    using duration = http::clock::duration;
    using ticket = fair_line::ticket;

    enum class verdict {
        go,      // now in flight, until leave()
        wait,    // place is in line; a later grant or loss names it
        full,    // no place in line
        paused   // until after the call's deadline
    };
    struct decision {
        verdict what = verdict::full;
        ticket place = 0;
        std::optional<ticket> displaced;    // lost its place in line for this one
        duration retry_after{};             // paused
    };
    struct moved {
        std::vector<ticket> granted;    // in flight from now on
        std::vector<ticket> expired;  // out of line: their deadline is over, or will be before their turn
    };

    explicit limiter(credential_limits limits);
    void adopt(credential_limits limits);

    decision enter(std::string_view account, time_point now, time_point deadline);
    moved leave(time_point now);  // one in flight is done
    moved poll(time_point now);  // time has passed: to be called often while calls wait
    moved pause(time_point now, time_point until);  // never shortens a pause
    bool cancel(ticket place) { return line_.leave(place); }

    std::size_t in_flight() const noexcept { return in_flight_; }
    std::size_t waiting() const noexcept { return line_.size(); }
    // Why calls wait: too many in flight, rather than too many per second.
    bool crowded() const noexcept { return limits_.max_in_flight > 0 && in_flight_ >= limits_.max_in_flight; }

private:
    void refill(time_point now);
    bool take(time_point now);

    credential_limits limits_;
    fair_line line_;
    std::size_t in_flight_ = 0;
    double tokens_ = 0;
    time_point filled_at_{};
    time_point paused_until_{};
};

}  // namespace casebridge::upstream
