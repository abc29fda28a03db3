// The process's metrics: OpenTelemetry's HTTP names in Prometheus form, and a few of our own.
//
// Counting zero times makes a series visible before anything has happened.
//
// Labels are bounded: method from a fixed set, route names from route tables (never a path), failure
// code names, bridge and upstream names from configuration. Any thread may call; a series is looked
// up in a cache of the calling thread, so that recording takes no lock.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace casebridge::observe {

// One request that a bridge (or the admin listener) answered.
struct served_request {
    std::string_view bridge;
    std::string_view method;
    std::string_view route;                   // empty: no route matched
    unsigned status = 0;
    std::chrono::nanoseconds duration{0};     // first byte of the head to last byte of the answer
    unsigned upstream_requests = 0;
};
void record(const served_request& r);
void add_active_requests(std::string_view bridge, int change);

// One request that we sent.
struct upstream_request {
    std::string_view upstream;
    std::string_view method;
    unsigned status = 0;                      // 0: no answer
    std::string_view error;                   // failure code name when there was no answer
    std::chrono::nanoseconds duration{0};
};
void record(const upstream_request& r);
void count_upstream_retry(std::string_view upstream, std::uint64_t times = 1);
// A read that got the answer of an identical one in flight.
void count_upstream_shared(std::string_view upstream, std::uint64_t times = 1);
// Calls that never left: reason breaker_open, retry_budget, queue_full, rate, in_flight.
void count_upstream_shed(std::string_view upstream, std::string_view reason, std::uint64_t times = 1);
enum class breaker_state { closed, half_open, open };
void set_breaker_state(std::string_view upstream, breaker_state now);
// The pools of all threads together; each thread reports changes. open counts the idle ones too.
void add_pool(std::string_view upstream, int open, int idle, int waiting);

// A translation that could not keep something; code as in the ledger.
void count_loss(std::string_view code, std::uint64_t times = 1);
// How a list's filter was evaluated: exact, residual, refused.
void count_filter(std::string_view bridge, std::string_view evaluation, std::uint64_t times = 1);
// Reloads of configuration and tables; outcome: applied, refused.
void count_reload(std::string_view outcome, std::uint64_t times = 1);
// A request refused before it reached an upstream; reason as the failure code's name.
void count_refused(std::string_view reason, std::uint64_t times = 1);
// Requests whose handler threw: each one a bug.
void count_exceptions(std::string_view bridge, std::uint64_t times);
// Connections of a listener; outcome: accepted, over_total, over_address, tls_failed, accept_failed, and
// why the server ended one: idle_timeout, answer_timeout, slow_reader, requests_spent.
void count_connections(std::string_view bridge, std::string_view outcome, std::uint64_t times);
void set_open_sessions(std::string_view bridge, std::size_t open);
// What runs now, instead of what was said before. One thread only.
void set_build_info(std::string_view version, std::string_view bundle);

// Everything, in Prometheus' text format 0.0.4.
std::string metrics_text();
constexpr std::string_view metrics_content_type = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace casebridge::observe
