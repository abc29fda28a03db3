// ThreatConnect's two ways to authenticate a request (fact sheet §2): an API token, or an HMAC over
// the raw request target, the method and the time. Body, host and fields are not signed.
#pragma once

#include "upstream/client.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace casebridge::platform::threatconnect {

// Either a token, or access id and secret; HMAC wins where both are there, as in tcex.
struct credential {
    std::string name;        // for logs; not secret
    std::string token;
    std::string access_id;
    std::string secret;

    bool uses_hmac() const noexcept { return !access_id.empty() && !secret.empty(); }
    bool empty() const noexcept { return token.empty() && !uses_hmac(); }
};

// Adds "Authorization", and with HMAC "Timestamp". Keeps a copy of the credential. The upstream client
// calls it for each try, so that a signature is never older than its request. An empty credential
// adds nothing.
upstream::signer make_signer(const credential& c, std::function<std::int64_t()> epoch_seconds);

// Base64 of HMAC-SHA256 over "<target>:<METHOD>:<timestamp>"; the target exactly as on the wire, with "/api".
std::string hmac_signature(std::string_view secret, std::string_view target, std::string_view method,
                           std::int64_t timestamp);

// An Authorization field taken apart. Views into the field's value.
struct authorization {
    enum class scheme { token, hmac };
    scheme kind = scheme::token;
    std::string_view token;  // "TC-Token <token>"
    std::string_view access_id;  // "TC <access id>:<signature>"
    std::string_view signature;
};
std::optional<authorization> parse_authorization(std::string_view value) noexcept;

inline constexpr std::chrono::seconds hmac_tolerance{300};  // fact sheet §2.2

// Whether the signature of a request is right and its time within the tolerance. timestamp is the
// Timestamp field as received. There is no nonce: equal timestamps are legal.
bool verify_hmac(std::string_view secret, std::string_view signature, std::string_view target,
                 std::string_view method, std::string_view timestamp, std::int64_t now_epoch_seconds);

}  // namespace casebridge::platform::threatconnect
