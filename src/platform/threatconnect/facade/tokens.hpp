// Tokens that the façade issues, without a store: a sealed statement that any process with the same key can
// check (design §7). Clients keep a token only if it begins with "APIV2:" (ThreatConnect fact sheet §2.1).
// Behind that stand 43 base64url characters:
//
//   8 bytes   hash of access id, secret and configured tokens: a removed user or a changed credential voids it
//   4 bytes   time of issue, Unix seconds
//   4 bytes   random
//   16 bytes  HMAC-SHA256 over these, truncated
#pragma once

#include "core/crypto.hpp"
#include "platform/accounts.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace casebridge::platform::threatconnect {

using unix_clock = std::function<std::int64_t()>;  // seconds

inline constexpr std::string_view token_mark = "APIV2:";
inline constexpr std::int64_t token_seconds = 4 * 3600;  // §2.1
inline constexpr std::int64_t renewal_seconds = 24 * 3600;  // after its end a token can still be renewed

class tokens {
public:
    // previous: key of the secret before; what it sealed stays valid. who must outlive this.
    tokens(const digest& key, const directory& who, unix_clock now, const std::optional<digest>& previous);

    struct issued {
        std::string text;
        std::int64_t expires = 0;
    };
    issued issue(const api_user& who) const;
    // Whose token it is, configured or issued; null: nobody's, or not any more.
    const api_user* find(std::string_view token) const;
    // … or not for longer than renewal_seconds.
    const api_user* find_renewable(std::string_view token) const;

private:
    const api_user* find(std::string_view token, std::int64_t grace) const;

    digest key_;
    std::optional<digest> previous_key_;
    std::unordered_map<std::string, const api_user*> by_fingerprint_, by_configured_;  // by digest
    unix_clock now_;
};

}  // namespace casebridge::platform::threatconnect
