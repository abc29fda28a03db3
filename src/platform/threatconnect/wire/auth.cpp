#include "platform/threatconnect/wire/auth.hpp"

#include "core/crypto.hpp"

#include <charconv>

namespace casebridge::platform::threatconnect {
namespace {

constexpr std::string_view token_prefix = "TC-Token ";
constexpr std::string_view hmac_prefix = "TC ";

std::string sign(std::string_view secret, std::string_view target, std::string_view method,
                 std::string_view timestamp) {
    std::string text;
    text.reserve(target.size() + method.size() + timestamp.size() + 2);
    text.append(target).append(":");
    for (const char c : method) text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    text.append(":").append(timestamp);
    const digest mac = hmac_sha256(secret, text);
    return base64_encode(as_text(mac));
}

std::optional<std::int64_t> whole_number(std::string_view text) noexcept {
    std::int64_t out = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (ec != std::errc{} || end != text.data() + text.size() || out < 0) return std::nullopt;
    return out;
}

}  // namespace

upstream::signer make_signer(const credential& c, std::function<std::int64_t()> epoch_seconds) {
    if (c.uses_hmac()) {
        return [id = c.access_id, secret = c.secret, now = std::move(epoch_seconds)](
                   std::string_view method, std::string_view target, upstream::headers& out) {
            const std::string timestamp = std::to_string(now());
            out.emplace_back("Authorization",
                             std::string(hmac_prefix) + id + ":" + sign(secret, target, method, timestamp));
            out.emplace_back("Timestamp", timestamp);
        };
    }
    if (c.token.empty()) return [](std::string_view, std::string_view, upstream::headers&) {};
    return [value = std::string(token_prefix) + c.token](std::string_view, std::string_view,
                                                         upstream::headers& out) {
        out.emplace_back("Authorization", value);
    };
}

std::string hmac_signature(std::string_view secret, std::string_view target, std::string_view method,
                           std::int64_t timestamp) {
    return sign(secret, target, method, std::to_string(timestamp));
}

std::optional<authorization> parse_authorization(std::string_view value) noexcept {
    authorization out;
    if (value.starts_with(token_prefix)) {
        out.token = value.substr(token_prefix.size());
        if (out.token.empty()) return std::nullopt;
        return out;
    }
    if (!value.starts_with(hmac_prefix)) return std::nullopt;
    value.remove_prefix(hmac_prefix.size());
    // The signature is Base64 and has no colon.
    const auto colon = value.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == value.size()) return std::nullopt;
    out.kind = authorization::scheme::hmac;
    out.access_id = value.substr(0, colon);
    out.signature = value.substr(colon + 1);
    return out;
}

bool verify_hmac(std::string_view secret, std::string_view signature, std::string_view target,
                 std::string_view method, std::string_view timestamp, std::int64_t now_epoch_seconds) {
    const auto then = whole_number(timestamp);
    const std::string expected = sign(secret, target, method, timestamp);
    const bool right = equal_constant_time(expected, signature);
    if (!then || !right) return false;
    const std::int64_t apart =
        *then > now_epoch_seconds ? *then - now_epoch_seconds : now_epoch_seconds - *then;
    return apart <= hmac_tolerance.count();
}

}  // namespace casebridge::platform::threatconnect
