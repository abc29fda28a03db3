// What both sandboxes do around their core: faults, latency, the log of requests, and the control
// endpoints below /__sandbox/ (no authorization; sandboxes listen on loopback).
//
//   POST /__sandbox/fault {"spec":"status:503*2"}   adds a fault (faults.hpp); {"spec":""} removes all
//   GET  /__sandbox/requests                        {"count":n,"requests":[{"method","target","status"}…]}, the last 200
//   POST /__sandbox/reset                           the data of the start, no faults, no log
//   POST /__sandbox/forget-sessions                 everybody is logged out (Tracecat only)
#pragma once

#include "sandbox/faults.hpp"
#include "sandbox/wire.hpp"

#include <deque>
#include <functional>
#include <string>

namespace casebridge::sandbox {

struct core {
    std::function<void(const http::request&, http::response&)> handle;
    std::function<void()> reset;
    std::function<void()> forget_sessions = {};
};

class control {
public:
    // one_at_a_time: requests wait for each other, as on a server with one worker.
    control(core c, std::chrono::milliseconds latency, bool one_at_a_time = false)
        : core_(std::move(c)), latency_(latency), one_at_a_time_(one_at_a_time) {}

    // False if the specification cannot be read.
    bool add_fault(std::string_view spec);
    void answer(exchange& e);
    // Called when a fault asks for the listening socket to go away.
    std::function<void(std::chrono::milliseconds)> refuse;

private:
    struct seen {
        std::string method;
        std::string target;
        unsigned status = 0;  // 0: no answer was sent
    };
    void control_request(exchange& e);
    void spoil(const fault& f, exchange& e);
    std::chrono::milliseconds pause();
    std::string requests() const;

    core core_;
    std::chrono::milliseconds latency_;
    bool one_at_a_time_;
    std::chrono::steady_clock::time_point free_{};  // when the one worker is done with what came before
    fault_plan faults_;
    std::deque<seen> last_;
    std::uint64_t count_ = 0;
};

}  // namespace casebridge::sandbox
