// What one listener counts. The admin endpoint turns a snapshot into metrics.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace casebridge::server {

// Requests that never reached the handler, by what was wrong with them.
enum class refusal : std::size_t {
    malformed,
    host,
    target_too_long,
    header_too_large,
    body_too_large,
    transfer_coding,
    content_coding,
    expectation,
    head_timeout,
    body_timeout,
    slow_upload,            // the body came, but slower than the minimum rate
    too_many_connections,   // those over a limit that were told so
    in_flight,              // shed: too many requests in the handler's hands
    lag,                    // shed: the event loop came late
    other,
    count_
};
const char* to_string(refusal r) noexcept;

// Connections that the server ended although nothing was wrong with a request.
enum class ending : std::size_t {
    idle_timeout,
    answer_timeout,         // the answer was not written in time
    slow_reader,            // the answer left slower than the minimum rate
    requests_spent,         // as many requests as one connection may make
    count_
};
const char* to_string(ending e) noexcept;

template <class Kind>
using per_kind = std::array<std::uint64_t, static_cast<std::size_t>(Kind::count_)>;

struct statistics {
    std::uint64_t connections_accepted = 0;
    std::uint64_t connections_over_total = 0;     // answered 503, or closed at once
    std::uint64_t connections_over_address = 0;
    std::uint64_t accept_errors = 0;
    std::uint64_t tls_failures = 0;               // handshakes that failed or took too long
    std::uint64_t requests = 0;                   // that reached the handler
    std::uint64_t handler_exceptions = 0;         // each one a bug
    std::uint64_t writes_failed = 0;              // the reader was gone or too slow
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::array<std::uint64_t, 6> answers{};       // [2] counts 2xx, …; [0] everything odd
    per_kind<refusal> refused{};
    per_kind<ending> ended{};
    std::size_t open_sessions = 0;
};

// A counter with one writing thread and any number of readers: no locked instruction.
class counter {
public:
    void add(std::uint64_t n = 1) noexcept {
        value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    void subtract(std::uint64_t n = 1) noexcept {
        value_.store(value_.load(std::memory_order_relaxed) - n, std::memory_order_relaxed);
    }
    std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

}  // namespace casebridge::server
