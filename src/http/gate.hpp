// The framing gate: what a request head must satisfy before anything acts on it.
//
// Beast's parser is lenient where request smuggling lives (engineering anchors §B1 lists, measured,
// what Beast 345 lets through), and a newer Beast still leaves Host, target form, folded lines and
// field counts to the application. The gate has two halves, both pure:
//   head_scanner   looks at the raw bytes, because Beast unfolds and normalises them;
//   check_head     looks at what the parser made of them (request_parser.hpp).
// Whatever they refuse is answered and the connection is closed: after a framing error nobody can
// say where the next request begins.
#pragma once

#include "core/error.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace casebridge::http {

struct gate_limits {
    std::size_t max_head_bytes = 32 * 1024;    // request line, fields and the empty line
    std::size_t max_target_bytes = 16 * 1024;
    std::size_t max_fields = 100;
};

// Finds the end of a head in the bytes received so far, and refuses as soon as a rule is broken, so
// that nobody waits for a deadline with a request that can never become valid:
// bare CR or LF, other control characters, folded lines, an empty first line, and all limits.
class head_scanner {
public:
    explicit head_scanner(const gate_limits& limits) noexcept : limits_(limits) {}

    // `bytes` begins with the head's first byte and only grows from call to call.
    // The head's size, its empty line included, or 0 while more is needed.
    // Errors: malformed_request, target_too_long, header_too_large.
    result<std::size_t> scan(std::string_view bytes);
    void reset() noexcept;
    const gate_limits& limits() const noexcept { return limits_; }

private:
    result<void> end_line(std::string_view line);
    result<void> check_size(std::size_t size) const;

    gate_limits limits_;
    std::size_t at_ = 0;          // first byte not looked at yet
    std::size_t line_start_ = 0;
    std::size_t lines_ = 0;       // complete lines, the request line included
    bool complete_ = false;
};

enum class http_version { v1_0, v1_1 };
enum class body_kind { none, length, chunked };

// How the body of an accepted request is delimited, and what follows for the connection.
struct framing {
    body_kind body = body_kind::none;
    std::uint64_t length = 0;        // for body_kind::length
    bool expects_continue = false;   // the client waits for 100 before it sends the body
    bool keep_alive = true;          // what the client asks for
    bool http_1_0 = false;
};

// `head` is what the parser has read: method, target and fields. Errors: any of errc's family 1xx
// that a head can cause.
result<framing> check_head(const request& head, http_version version, const gate_limits& limits);

// Beast's own verdicts (while parsing a head or a body) in our vocabulary.
failure parse_failure(const boost::system::error_code& ec);

// The RFC's status for a refusal, for façades that have no opinion of their own.
unsigned refusal_status(const failure& why) noexcept;

}  // namespace casebridge::http
