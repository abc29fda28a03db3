// What the hub sees of a session.
#pragma once

#include "http/message.hpp"
#include "server/rate_watch.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace casebridge::server {

// How long a new connection has for its first request while the listener drains.
inline constexpr std::chrono::milliseconds drain_grace{250};

// Why the watchdog ended an operation.
enum class cut { none, deadline, too_slow };

class session_base {
public:
    session_base() = default;
    session_base(const session_base&) = delete;
    session_base& operator=(const session_base&) = delete;
    virtual ~session_base() = default;

    // Ends the operation under way, with operation_aborted. May be called again and again: an
    // operation that had completed already is not touched, the next one is.
    virtual void cancel() noexcept = 0;
    virtual void close() noexcept = 0;

    void tick(http::time_point now) noexcept {
        if (now >= deadline_) {
            if (cut_ != cut::too_slow) cut_ = cut::deadline;
            cancel();
        } else if (now >= rate_.due() && rate_.fell_behind(now, progress())) {
            deadline_ = now;  // for the next operation too, should this one have completed just now
            cut_ = cut::too_slow;
            cancel();
        }
    }

    // Draining: a session between requests ends; one that has not had its first request yet gets a
    // moment for it, because its client may be writing it right now.
    void drain(http::time_point now) noexcept {
        if (!idle_) return;
        if (fresh_)
            deadline_ = std::min(deadline_, now + drain_grace);
        else
            cancel();
    }

    std::size_t registry_index = 0;

protected:
    // Bytes that the transfer under way has moved; only ever asked while a rate is watched.
    virtual std::uint64_t progress() noexcept = 0;

    // Absolute: nothing that arrives meanwhile moves it.
    void arm(http::time_point at) noexcept {
        deadline_ = at;
        rate_.stop();
        cut_ = cut::none;
    }
    void disarm() noexcept { arm(http::time_point::max()); }
    rate_watch& rate() noexcept { return rate_; }
    cut why_cut() const noexcept { return cut_; }
    bool expired() const noexcept { return cut_ != cut::none; }

    bool idle_ = false;   // waiting for the first byte of a request
    bool fresh_ = true;   // no request served yet

private:
    http::time_point deadline_ = http::time_point::max();
    rate_watch rate_;
    cut cut_ = cut::none;
};

}  // namespace casebridge::server
