#include "platform/threatconnect/facade/tokens.hpp"

#include <array>

namespace casebridge::platform::threatconnect {
namespace {

constexpr std::size_t fingerprint_size = 8, time_size = 4, body_size = 16, seal_size = 16;
constexpr std::int64_t clock_skew = 300;     // between replicas
constexpr std::string_view purpose = "casebridge.threatconnect.token.v1";

std::string fingerprint(const api_user& u) {
    std::string text = u.access_id + '\0' + u.secret;
    for (const std::string& t : u.tokens) text += '\0' + t;
    return std::string(as_text(sha256(text)).substr(0, fingerprint_size));
}

std::string seal(const digest& key, std::string_view body) {
    std::string message(purpose);
    message += '\0';
    message += body;
    return std::string(as_text(hmac_sha256(as_text(key), message)).substr(0, seal_size));
}

std::uint32_t read_time(std::string_view body) noexcept {
    std::uint32_t n = 0;
    for (std::size_t i = 0; i < time_size; ++i)
        n = n << 8U | static_cast<std::uint8_t>(body[fingerprint_size + i]);
    return n;
}

}  // namespace

tokens::tokens(const digest& key, const directory& who, unix_clock now, const std::optional<digest>& previous)
    : key_(key), previous_key_(previous), now_(std::move(now)) {
    for (const api_user& u : who.api_users) {
        by_fingerprint_.emplace(fingerprint(u), &u);
        for (const std::string& t : u.tokens) by_configured_.emplace(as_text(sha256(t)), &u);
    }
}

tokens::issued tokens::issue(const api_user& who) const {
    const std::int64_t now = now_();
    std::string body = fingerprint(who);
    for (unsigned shift = 32; shift > 0; shift -= 8)
        body += static_cast<char>(static_cast<std::uint8_t>(static_cast<std::uint64_t>(now) >> (shift - 8)));
    std::array<std::uint8_t, body_size - fingerprint_size - time_size> salt{};
    random_bytes(salt);
    body += as_text(salt);
    body += seal(key_, body);
    return {std::string(token_mark) + base64url_encode(body), now + token_seconds};
}

const api_user* tokens::find(std::string_view token, std::int64_t grace) const {
    if (const auto at = by_configured_.find(std::string(as_text(sha256(token)))); at != by_configured_.end())
        return at->second;
    if (!token.starts_with(token_mark)) return nullptr;
    const auto raw = base64url_decode(token.substr(token_mark.size()));
    if (!raw || raw->size() != body_size + seal_size) return nullptr;
    const std::string_view body = std::string_view(*raw).substr(0, body_size);
    const std::string_view given = std::string_view(*raw).substr(body_size);
    if (!equal_constant_time(given, seal(key_, body)) &&
        !(previous_key_ && equal_constant_time(given, seal(*previous_key_, body))))
        return nullptr;
    const std::int64_t issued_at = read_time(body), now = now_();
    if (now >= issued_at + token_seconds + grace || issued_at > now + clock_skew) return nullptr;
    const auto at = by_fingerprint_.find(std::string(body.substr(0, fingerprint_size)));
    return at == by_fingerprint_.end() ? nullptr : at->second;
}

const api_user* tokens::find(std::string_view token) const { return find(token, 0); }
const api_user* tokens::find_renewable(std::string_view token) const { return find(token, renewal_seconds); }

}  // namespace casebridge::platform::threatconnect
