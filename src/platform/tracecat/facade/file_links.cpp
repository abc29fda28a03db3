#include "platform/tracecat/facade/file_links.hpp"

#include "core/percent.hpp"
#include "json/tape.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace casebridge::platform::tracecat {
namespace {

std::string mac(const digest& key, std::string_view payload) {
    std::string message = "casebridge.tracecat.file.v1";
    message += '\0';
    message += payload;
    return std::string(as_text(hmac_sha256(as_text(key), message)));
}

std::optional<file_claim> read_claim(std::string_view payload) {
    json::tape t;
    if (t.parse(payload, json::policy{2}).has_error()) return std::nullopt;
    const json::value root = t.root();
    const auto workspace = uuid::parse(root.member("w").text());
    const auto of = uuid::parse(root.member("c").text());
    const auto attachment = uuid::parse(root.member("a").text());
    file_claim out;
    if (!workspace || !of || !attachment || !root.member("e").to_int64(out.expires)) return std::nullopt;
    out.workspace = *workspace;
    out.of = *of;
    out.attachment = *attachment;
    out.user = root.member("u").text();
    out.key = root.member("k").text();
    out.name = root.member("n").text();
    out.content_type = root.member("t").text();
    out.shown = root.member("s").is_true();
    return out;
}

}  // namespace

std::string file_links::seal(const file_claim& claim) const {
    std::string payload;
    json::writer w(payload);
    w.begin_object().member("w", claim.workspace.to_string()).member("c", claim.of.to_string());
    w.member("a", claim.attachment.to_string());
    w.member(claim.key.empty() ? "u" : "k", claim.key.empty() ? claim.user : claim.key);
    w.member("n", claim.name).member("t", claim.content_type).member("s", claim.shown);
    w.member("e", claim.expires).end_object();
    return base64url_encode(payload) + "." + base64url_encode(mac(key_, payload));
}

std::optional<file_claim> file_links::open(std::string_view token) const {
    const std::size_t dot = token.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto payload = base64url_decode(token.substr(0, dot));
    const auto given = base64url_decode(token.substr(dot + 1));
    if (!payload || !given) return std::nullopt;
    const bool genuine = equal_constant_time(*given, mac(key_, *payload)) ||
                         (previous_key_ && equal_constant_time(*given, mac(*previous_key_, *payload)));
    return genuine ? read_claim(*payload) : std::nullopt;
}

std::string disposition(std::string_view kind, std::string_view name) {
    std::string plain;
    for (const char c : name) {
        const bool fits = c >= ' ' && c < '\x7f' && c != '"' && c != '\\' && c != '%';
        if (fits || (static_cast<unsigned char>(c) & 0xC0) != 0x80) plain += fits ? c : '_';
    }
    std::string out(kind);
    out.append("; filename=\"").append(plain).append("\"");
    if (plain == name) return out;
    out += "; filename*=UTF-8''";
    append_percent_encoded(out, name);
    return out;
}

}  // namespace casebridge::platform::tracecat
