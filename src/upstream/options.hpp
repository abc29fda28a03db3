// What a site may decide about the way to one upstream. Read by config/, acted on by the rest of this
// folder. Defaults: engineering anchors §B2 and §B3.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace casebridge::upstream {

struct tls_options {
    bool verify = true;              // certificate chain and host name; never falls back to plain text
    std::string ca_file;             // empty: the system's bundle
    std::string certificate_file;    // client certificate, optional
    std::string key_file;
    bool operator==(const tls_options&) const = default;
};

// When a call is sent once more; see retry.hpp for what is safe to repeat.
struct retry_options {
    unsigned tries = 2;                                // all in all; 1: never again
    std::chrono::milliseconds backoff{25};  // the longest wait before the second try, then doubled
    std::chrono::milliseconds longest_backoff{250};
    unsigned budget_percent = 20;  // retries in progress, of the calls in progress of the whole process …
    unsigned budget_least = 3;  // … but always so many
    bool operator==(const retry_options&) const = default;
};

// One breaker per upstream and process; see breaker.hpp. The 30 s that others eject one of many hosts for
// (engineering anchors §B3) would be an outage of our own making where there is only one.
struct breaker_options {
    unsigned failures = 10;  // in a row; 0: it never opens
    std::chrono::milliseconds open_for{1000};  // times the number of openings in a row
    std::chrono::milliseconds longest_open{30000};
    bool operator==(const breaker_options&) const = default;
};

// What one credential may ask of its upstream, all threads of the process together; see limiter.hpp.
struct credential_limits {
    std::size_t max_in_flight = 0;  // requests at a time; 0: as many as there are connections
    double max_rps = 0;  // requests per second; 0: no limit
    std::size_t max_waiting = 256;  // calls in line for either; above, they are shed
    bool operator==(const credential_limits&) const = default;
};

struct options {
    std::string scheme = "https";  // "http" | "https"
    std::string host;
    std::uint16_t port = 443;
    tls_options tls;
    std::size_t max_connections = 64;  // of one client, that is of one thread
    std::size_t max_waiting = 256;  // calls in line for one; above, they are shed
    std::chrono::milliseconds connect_timeout{2000};  // including TLS
    std::chrono::milliseconds call_timeout{
        15000};  // one call with all its tries, also bounded by its deadline
    std::chrono::milliseconds idle_timeout{15000};  // an idle connection older than this is not reused
    std::chrono::milliseconds connection_lifetime{
        300000};  // then opened anew, to meet changed addresses; 0: never
    std::chrono::milliseconds resolve_ttl{30000};
    std::size_t max_head_bytes = 64 * 1024;
    std::size_t max_body_bytes = 128 * 1024 * 1024;
    retry_options retry;
    breaker_options breaker;
    std::map<std::string, credential_limits, std::less<>> credentials;  // by name; absent: the defaults
    // Equal settings: connections survive a reload of the configuration.
    bool operator==(const options&) const = default;
};

}  // namespace casebridge::upstream
