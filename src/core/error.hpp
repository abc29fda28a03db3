// The project's one error vocabulary.
//
// A failure is an error code with the place where it arose, a small text that is already free of
// secrets, and, where it is about a document, a JSON pointer into it. Functions that can fail in
// normal operation return result<T>; exceptions are for bugs only and are caught once, at the
// session boundary. One table (mappings/errors.jsonc) turns each code into each façade's own
// status and body.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <type_traits>

namespace casebridge {

// The hundreds tell the family: a higher upstream code means that the call got further.
enum class errc {
    // 1xx: the client's framing
    malformed_request = 100,  // request line, header or framing rule broken
    missing_host,             // no Host field, or more than one
    target_too_long,          // request target above the limit
    header_too_large,         // header section above the limit, in bytes or in fields
    body_too_large,           // request body above the route's limit
    unsupported_transfer_coding,  // Transfer-Encoding other than exactly "chunked"
    unsupported_content_coding,  // Content-Encoding other than identity
    unsupported_expectation,  // Expect other than 100-continue
    request_timeout,          // head or body did not arrive within the absolute deadline
    connection_closed,        // the client went away

    // 2xx: what the client asks for
    invalid_document = 200,   // body is not acceptable JSON; pointer says where
    invalid_value,            // a value that the backend cannot take; detail says which and why
    unknown_field,            // a field that does not exist; detail is its name
    unresolved_reference,     // a user, tag or other object that does not exist
    not_found,                // the object does not exist, or not for this caller
    forbidden,                // the caller may not do this
    unauthorized,             // the caller is not known
    conflict,                 // the object exists already, or was changed meanwhile
    read_only,                // the bridge, or the field, takes no writes
    deletes_disabled,         // the bridge is configured without deletes
    loss_refused,             // the translation would lose something and the bridge is strict
    filter_too_broad,         // the answer needs more reading than the bound allows
    invalid_query,            // a filter text that cannot be read; detail has the position
    bad_cursor,               // a paging cursor that is not ours
    cursor_mismatch,          // a paging cursor of another query
    not_supported,            // the façade has the route, this bridge has no counterpart

    // 3xx: mapping
    invalid_table = 300,      // a mapping table that cannot be used
    untranslatable,           // a document that the table cannot translate

    // 4xx: the way to the upstream
    upstream_unresolved = 400,  // host name not found
    upstream_refused,         // connection refused or unreachable
    upstream_tls,             // handshake, certificate or host name
    upstream_timeout,         // deadline passed
    upstream_reset,           // connection broke before the answer was complete
    upstream_busy,            // no connection free within the deadline

    // 5xx: what the upstream answered
    upstream_malformed = 500,  // not HTTP, not JSON, or not of the expected shape
    upstream_too_large,       // answer above the limit
    upstream_unauthorized,    // the bridge's own credential was refused
    upstream_forbidden,       // the bridge's own credential lacks a permission
    upstream_rejected,        // a 4xx that says the request is wrong; detail is its message
    upstream_rate_limited,    // 429; retry_after may be set
    upstream_unavailable,     // 503
    upstream_error,           // any other 5xx

    // 6xx: overload and lifecycle
    overloaded = 600,         // shed
    draining,                 // shutting down
    internal,                 // a bug of ours

    // 7xx: configuration
    invalid_configuration = 700,
    file_unreadable,
};

const boost::system::error_category& error_category() noexcept;
boost::system::error_code make_error_code(errc code) noexcept;

// The code's stable name, as the error table, logs and metrics use it ("upstream_timeout").
const char* to_string(errc code) noexcept;
std::optional<errc> errc_from_string(std::string_view name) noexcept;

struct failure {
    errc code = errc::internal;
    std::string detail;                            // for the client or the log; no secrets
    std::string pointer;                           // JSON pointer, or empty
    std::optional<std::chrono::seconds> retry_after;
    boost::source_location where;

    failure() = default;
    explicit failure(errc c, std::string text = {}, std::string at = {},
                     boost::source_location loc = BOOST_CURRENT_LOCATION)
        : code(c), detail(std::move(text)), pointer(std::move(at)), where(loc) {}
};

[[noreturn]] void throw_exception_from_error(const failure& f, const boost::source_location& loc);

template <class T>
using result = boost::system::result<T, failure>;

inline failure fail(errc code, std::string detail = {}, std::string pointer = {},
                    boost::source_location loc = BOOST_CURRENT_LOCATION) {
    return failure(code, std::move(detail), std::move(pointer), loc);
}

}  // namespace casebridge

namespace boost::system {
template <>
struct is_error_code_enum<casebridge::errc> : std::true_type {};
}  // namespace boost::system

// Early return, the only two macros of the project: the plain one and the coroutine's.
//   CB_TRY(auto page, read_page(x));        CB_CO_TRY(auto page, co_await read_page(x));
#define CB_CONCAT_(a, b) a##b
#define CB_CONCAT(a, b) CB_CONCAT_(a, b)
#define CB_TRY_IMPL_(tmp, ret, decl, ...)        \
    auto tmp = (__VA_ARGS__);                    \
    if (tmp.has_error()) ret std::move(tmp).error(); \
    decl = std::move(tmp).value()
#define CB_TRY(decl, ...) CB_TRY_IMPL_(CB_CONCAT(cb_try_, __LINE__), return, decl, __VA_ARGS__)
#define CB_CO_TRY(decl, ...) CB_TRY_IMPL_(CB_CONCAT(cb_try_, __LINE__), co_return, decl, __VA_ARGS__)
#define CB_CHECK(...)                                               \
    do {                                                            \
        if (auto cb_check_ = (__VA_ARGS__); cb_check_.has_error())  \
            return std::move(cb_check_).error();                    \
    } while (false)
#define CB_CO_CHECK(...)                                            \
    do {                                                            \
        auto cb_check_ = (__VA_ARGS__);                             \
        if (cb_check_.has_error()) co_return std::move(cb_check_).error(); \
    } while (false)
