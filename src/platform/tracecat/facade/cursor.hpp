// Paging cursors: signed, bound to the query, opaque (Tracecat fact sheet §2.2). The form is Tracecat's:
// base64url(JSON) "." base64url(HMAC-SHA256); the native id inside is sealed.
#pragma once

#include "core/crypto.hpp"
#include "platform/operation.hpp"

#include <string>
#include <string_view>

namespace casebridge::platform::tracecat {

struct cursor {
    place at;
    bool backward = false;
    bool inclusive = false;
    std::optional<std::uint64_t> total = {};  // of the walk's first page
};

enum class cursor_error { none, invalid, mismatch, version };

class cursors {
public:
    // previous: of the secret before; what it signed stays valid.
    explicit cursors(const digest& key, const std::optional<digest>& previous = std::nullopt)
        : key_(key), previous_key_(previous) {}

    // What a cursor is bound to: workspace, filters and order; not the limit (fact sheet §2.2).
    static std::string fingerprint(const uuid& workspace, const query::filter& filter,
                                   const page_request& page);

    std::string write(const cursor& c, std::string_view fingerprint) const;
    cursor_error read(std::string_view text, std::string_view fingerprint, cursor& out) const;

private:
    cursor_error read_signed(std::string_view text, std::string_view fingerprint, cursor& out) const;
    std::string sign(std::string_view payload) const;
    std::string mask(std::string_view nonce) const;
    std::string seal_id(std::int64_t id) const;
    bool open_id(std::string_view sealed, std::int64_t& id) const;

    digest key_;
    std::optional<digest> previous_key_;
};

// The 400 text for a cursor above Tracecat's bound of 8192 characters; empty if it is within.
std::string overlong_cursor(std::string_view text);

}  // namespace casebridge::platform::tracecat
