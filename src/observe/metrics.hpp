// The process's metrics: OpenTelemetry's HTTP names in Prometheus form, and a few of our own.
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
void add_open_connections(std::string_view upstream, int change);
void count_upstream_retry(std::string_view upstream);

// A translation that could not keep something; code as in the ledger.
void count_loss(std::string_view code, std::uint64_t times = 1);
// A request refused before it reached an upstream; reason as the failure code's name.
void count_refused(std::string_view reason, std::uint64_t times = 1);
// Connections of a listener; outcome: accepted, over_total, over_address, tls_failed, accept_failed.
void count_connections(std::string_view bridge, std::string_view outcome, std::uint64_t times);
void set_open_sessions(std::string_view bridge, std::size_t open);
void set_build_info(std::string_view version, std::string_view bundle);

// Everything, in Prometheus' text format 0.0.4.
std::string metrics_text();
constexpr std::string_view metrics_content_type = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace casebridge::observe
