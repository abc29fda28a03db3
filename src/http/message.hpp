// Our own view of an HTTP exchange: what the gate let through, and what goes back.
// Free of Beast and Asio, so that everything above the wire compiles quickly.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casebridge::http {

using clock = std::chrono::steady_clock;
using time_point = clock::time_point;

struct field {
    std::string name;   // as received
    std::string value;  // without surrounding blanks
};

// A request that passed the framing gate. One object per connection, reused: reset() keeps capacity.
struct request {
    std::string method;              // as received, e.g. "GET"; always a token
    std::string target;              // raw origin-form target, never decoded or normalised
    std::vector<field> fields;
    std::string body;
    bool keep_alive = true;
    bool tls = false;
    std::string peer;                // client address, without port
    std::string request_id;          // ours, or the client's X-Request-Id if it was harmless
    std::string traceparent;         // what goes upstream (observe/trace.hpp)
    std::string tracestate;          // of the client's trace, valid; or empty
    time_point received{};           // first byte of the head
    time_point deadline{};           // absolute end of all work for this request

    std::string_view path() const noexcept;    // target up to '?', raw
    std::string_view query() const noexcept;   // target after '?', raw; empty if none
    bool has_query() const noexcept;
    // The first field of that name (case-insensitive); nullptr if there is none.
    const std::string* find(std::string_view name) const noexcept;
    void reset() noexcept;
};

struct response {
    unsigned status = 200;
    std::string content_type;                  // empty: no Content-Type field
    std::vector<std::pair<std::string, std::string>> fields;  // everything but framing, Date, Content-Type
    // More of them, the same in every answer: as they go on the wire, "name: value\r\n…", in static storage.
    std::string_view constant_fields;
    std::string body;
    bool close = false;  // close the connection after this answer
    bool no_length = false;  // 204 and friends: no Content-Length field
    // For the access log and metrics:
    std::string route;  // the route's name from the route table, never a path
    std::string reason;  // failure code name, empty on success
    std::string account;  // who asked, if known; no secrets
    std::string filter;  // how a list's filter was evaluated: exact, residual
    unsigned upstream_requests = 0;
    std::chrono::microseconds upstream_time{0};

    void set(std::string_view name, std::string_view value);
    void reset() noexcept;
};

// A body that arrives piece by piece, whose length was promised (0: not). A promise is believed, and room for all of
// it made at once, only when a good part of a megabyte has come: many small lies must not cost what one large body
// does, and a large one must not be moved from place to place while it grows.
void append_to_body(std::string& body, std::string_view piece, std::uint64_t promised);

bool iequals(std::string_view a, std::string_view b) noexcept;  // ASCII

}  // namespace casebridge::http
