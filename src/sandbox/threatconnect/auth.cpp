#include "sandbox/threatconnect/auth.hpp"

#include "core/crypto.hpp"

#include <array>
#include <charconv>

namespace casebridge::sandbox::threatconnect {

namespace {

constexpr std::int64_t tolerance_seconds = 300;
constexpr std::int64_t token_seconds = 4 * 3600;

std::string_view after(std::string_view text, std::string_view prefix) {
    return text.starts_with(prefix) ? text.substr(prefix.size()) : std::string_view{};
}

std::int64_t seconds(instant t) { return t.micros / 1'000'000; }

}  // namespace

std::string signature(std::string_view secret, std::string_view target, std::string_view method,
                      std::string_view timestamp) {
    std::string text(target);
    text += ':';
    text += method;
    text += ':';
    text += timestamp;
    const auto mac = hmac_sha256(secret, text);
    return base64_encode(as_text(mac));
}

void authenticator::clear() {
    credentials_.clear();
    issued_.clear();
}

outcome<caller> authenticator::identify(const http::request& req, instant now) const {
    const auto* header = req.find("Authorization");
    if (!header) return fail(err::forbidden, "Access Denied");
    if (const auto token = after(*header, "TC-Token "); !token.empty()) return by_token(token, now);
    if (const auto pair = after(*header, "TC "); !pair.empty()) return by_signature(req, pair, now);
    if (header->starts_with("TC")) return fail(err::unauthorized, "Access Denied");
    return fail(err::forbidden, "Access Denied");
}

outcome<caller> authenticator::by_token(std::string_view token, instant now) const {
    for (const auto& c : credentials_)
        if (!c.token.empty() && equal_constant_time(c.token, token)) return c.who;
    const auto it = issued_.find(token);
    if (it == issued_.end() || it->second.expires < seconds(now))
        return fail(err::unauthorized, "Unauthorized");
    return it->second.who;
}

outcome<caller> authenticator::by_signature(const http::request& req, std::string_view given,
                                            instant now) const {
    const auto colon = given.find(':');
    if (colon == std::string_view::npos) return fail(err::unauthorized, "Access Denied");
    const credential* found = nullptr;
    for (const auto& c : credentials_)
        if (!c.access_id.empty() && c.access_id == given.substr(0, colon)) found = &c;
    if (!found) return fail(err::unauthorized, "Access Denied");
    const auto* stamp = req.find("Timestamp");
    std::int64_t at = 0;
    if (!stamp) return fail(err::unauthorized, "Invalid timestamp");
    const auto read = std::from_chars(stamp->data(), stamp->data() + stamp->size(), at);
    if (read.ec != std::errc{} || read.ptr != stamp->data() + stamp->size())
        return fail(err::unauthorized, "Invalid timestamp");
    const auto off = at - seconds(now);
    if (off > tolerance_seconds || off < -tolerance_seconds)
        return fail(err::unauthorized, "Timestamp out of acceptable time range");
    if (!equal_constant_time(signature(found->secret, req.target, req.method, *stamp),
                             given.substr(colon + 1)))
        return fail(err::unauthorized, "Signature data did not match expected result");
    return found->who;
}

issued_token authenticator::issue(const caller& who, instant now) {
    std::array<std::uint8_t, 24> raw{};
    random_bytes(raw);
    const auto expires = seconds(now) + token_seconds;
    auto text = "APIV2:" + std::to_string(who.user) + ":" + hex_encode(as_text(raw)).substr(0, 8) + ":" +
                std::to_string(expires * 1000) + ":" + base64_encode(as_text(raw));
    issued_[text] = {who, expires};
    return {std::move(text), expires};
}

outcome<issued_token> authenticator::renew(std::string_view token, instant now) {
    for (const auto& c : credentials_)
        if (!c.token.empty() && equal_constant_time(c.token, token)) return issue(c.who, now);
    const auto it = issued_.find(token);
    if (it == issued_.end()) return fail(err::unauthorized, "Unauthorized");
    return issue(it->second.who, now);
}

}  // namespace casebridge::sandbox::threatconnect
