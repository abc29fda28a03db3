#include "platform/tracecat/facade/session.hpp"

#include "platform/tracecat/wire/text.hpp"

#include <array>
#include <chrono>

namespace casebridge::platform::tracecat {
namespace {

constexpr std::size_t fingerprint_size = 8, body_size = 16, seal_size = 16;
constexpr std::int64_t sweep_interval = 3600;
constexpr std::int64_t clock_skew = 300;     // between replicas

std::string fingerprint(const account& a) {
    std::string text = lower(a.email);
    text += '\0';
    text += a.password_hash;
    return std::string(as_text(sha256(text)).substr(0, fingerprint_size));
}

void append_u32(std::string& out, std::uint32_t n) {
    for (unsigned shift = 32; shift > 0; shift -= 8)
        out += static_cast<char>(static_cast<std::uint8_t>(n >> (shift - 8)));
}

std::uint32_t read_u32(std::string_view b) noexcept {
    std::uint32_t n = 0;
    for (std::size_t i = 0; i < 4; ++i) n = n << 8U | static_cast<std::uint8_t>(b[i]);
    return n;
}

}  // namespace

std::int64_t system_seconds() {
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

void revocations::add(const std::string& seal, std::int64_t until, std::int64_t now) {
    const std::lock_guard lock(guard_);
    if (now >= next_sweep_) {
        std::erase_if(until_, [&](const auto& e) { return e.second <= now; });
        next_sweep_ = now + sweep_interval;
    }
    until_[seal] = until;
}

bool revocations::contains(const std::string& seal) const {
    const std::lock_guard lock(guard_);
    return until_.contains(seal);
}

std::size_t revocations::size() const {
    const std::lock_guard lock(guard_);
    return until_.size();
}

sessions::sessions(const digest& key, const directory& accounts, revocations& revoked, unix_clock now,
                   const std::optional<digest>& previous)
    : key_(key), previous_key_(previous), revoked_(&revoked), now_(std::move(now)) {
    for (const account& a : accounts.accounts)
        if (!a.password_hash.empty()) by_fingerprint_.emplace(fingerprint(a), &a);
}

std::string sessions::seal(const digest& key, std::string_view body) {
    std::string message = "casebridge.tracecat.session.v1";
    message += '\0';
    message += body;
    return std::string(as_text(hmac_sha256(as_text(key), message)).substr(0, seal_size));
}

std::string sessions::issue(const account& who) const {
    std::string token = fingerprint(who);
    append_u32(token, static_cast<std::uint32_t>(now_()));
    std::array<std::uint8_t, 4> salt{};
    random_bytes(salt);
    token += as_text(salt);
    token += seal(key_, token);
    return base64url_encode(token);
}

sessions::statement sessions::open(std::string_view token) const {
    const auto raw = base64url_decode(token);
    if (!raw || raw->size() != body_size + seal_size) return {};
    const std::string_view body = std::string_view(*raw).substr(0, body_size);
    statement s{raw->substr(0, fingerprint_size), raw->substr(body_size),
                read_u32(body.substr(fingerprint_size)), false};
    s.genuine = equal_constant_time(s.seal, seal(key_, body)) ||
                (previous_key_ && equal_constant_time(s.seal, seal(*previous_key_, body)));
    return s;
}

const account* sessions::find(std::string_view token) const {
    const statement s = open(token);
    const std::int64_t now = now_();
    if (!s.genuine || now >= s.issued + session_seconds || s.issued > now + clock_skew) return nullptr;
    const auto at = by_fingerprint_.find(s.fingerprint);
    if (at == by_fingerprint_.end() || revoked_->contains(s.seal)) return nullptr;
    return at->second;
}

void sessions::revoke(std::string_view token) {
    const statement s = open(token);
    if (s.genuine) revoked_->add(s.seal, s.issued + session_seconds, now_());
}

}  // namespace casebridge::platform::tracecat
