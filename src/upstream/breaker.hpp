// When to stop asking an upstream that does not answer: a pure state machine, without a clock, threads
// or sockets of its own.
//
// closed → open after so many failures in a row; open → half open when its time is over; then one call
// goes through as a probe and decides: closed, or open again for longer. An opening soon after the
// breaker closed counts as one more in a row.
#pragma once

#include "http/message.hpp"
#include "upstream/options.hpp"

#include <cstdint>
#include <optional>

namespace casebridge::upstream {

class breaker {
public:
    using time_point = http::time_point;
    using duration = http::clock::duration;

    enum class state { closed, half_open, open };
    enum class outcome {
        success,    // the upstream answered, with whatever
        failure,    // no connection, no answer, or 502, 503, 504
        none        // says nothing about the upstream: never sent, cancelled, an idle connection's end
    };
    struct pass {
        bool granted = false;
        duration retry_after{};      // if not granted
        bool probe = false;
        std::uint64_t period = 0;
    };

    explicit breaker(breaker_options opts) : options_(opts) {}
    void adopt(breaker_options opts) noexcept { options_ = opts; }

    // Every pass that is granted is settled once. What was let through before the last change of state
    // says nothing about the state since.
    pass admit(time_point now);
    void settle(const pass& p, outcome what, time_point now);
    // How long a call would have to wait now; empty: it would be let through.
    std::optional<duration> refusal(time_point now) const;

    state now() const noexcept { return state_; }
    unsigned failures() const noexcept { return failures_; }    // in a row
    duration open_time() const noexcept { return open_time_; }  // of the last opening

private:
    void enter(state s) noexcept;
    void open(time_point now);

    breaker_options options_;
    state state_ = state::closed;
    unsigned failures_ = 0;
    unsigned openings_ = 0;          // in a row
    bool probing_ = false;
    std::uint64_t period_ = 0;       // counts the changes of state
    duration open_time_{};
    time_point open_until_{};
    time_point closed_at_{};
};

}  // namespace casebridge::upstream
