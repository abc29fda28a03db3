// Login sessions without a store: the cookie's value is a sealed statement that any process with the same
// key can check (design §7). 43 base64url characters, as long as Tracecat's own token:
//
//   8 bytes   hash of e-mail and password hash: a removed account or a changed password voids the session
//   4 bytes   time of issue, Unix seconds
//   4 bytes   random
//   16 bytes  HMAC-SHA256 over these, truncated
#pragma once

#include "core/crypto.hpp"
#include "platform/accounts.hpp"

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace casebridge::platform::tracecat {

using unix_clock = std::function<std::int64_t()>;    // seconds
std::int64_t system_seconds();

inline constexpr std::int64_t session_seconds = 7 * 24 * 3600;   // fixed, no renewal (fact sheet §5.2)

// Sessions that were logged out, remembered until they would have ended. Shared between threads.
class revocations {
public:
    void add(const std::string& seal, std::int64_t until, std::int64_t now);
    bool contains(const std::string& seal) const;
    std::size_t size() const;

private:
    mutable std::mutex guard_;
    std::unordered_map<std::string, std::int64_t> until_;
    std::int64_t next_sweep_ = 0;
};

class sessions {
public:
    // previous: of the secret before; what it sealed stays valid.
    sessions(const digest& key, const directory& accounts, revocations& revoked, unix_clock now,
             const std::optional<digest>& previous = std::nullopt);

    std::string issue(const account& who) const;
    // The account, or null if the token is not ours, ended, was revoked, or its account has changed.
    const account* find(std::string_view token) const;
    void revoke(std::string_view token);

private:
    struct statement {
        std::string fingerprint, seal;
        std::int64_t issued = 0;
        bool genuine = false;
    };
    statement open(std::string_view token) const;
    static std::string seal(const digest& key, std::string_view body);

    digest key_;
    std::optional<digest> previous_key_;
    std::unordered_map<std::string, const account*> by_fingerprint_;
    revocations* revoked_;
    unix_clock now_;
};

}  // namespace casebridge::platform::tracecat
