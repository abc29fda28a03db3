// What the hub sees of a session.
#pragma once

#include "http/message.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace casebridge::server {

// How long a new connection has for its first request while the listener drains.
inline constexpr std::chrono::milliseconds drain_grace{250};

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
        if (now < deadline_) return;
        expired_ = true;
        cancel();
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
    void arm(http::time_point at) noexcept {
        deadline_ = at;
        expired_ = false;
    }
    void disarm() noexcept { arm(http::time_point::max()); }
    bool expired() const noexcept { return expired_; }

    bool idle_ = false;   // waiting for the first byte of a request
    bool fresh_ = true;   // no request served yet

private:
    http::time_point deadline_ = http::time_point::max();
    bool expired_ = false;
};

}  // namespace casebridge::server
