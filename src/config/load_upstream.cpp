#include "config/reader.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <array>

namespace casebridge::config {
namespace {

constexpr std::string_view demo_token = "APIV2:demo-token";
constexpr std::string_view demo_secret = "demo-secret";
constexpr std::string_view demo_password = "demo-password";
constexpr std::string_view demo_api_key = "tc_ws_sk_demo00000000_demo-secret";
// uvicorn closes a connection that was idle for five seconds.
constexpr std::chrono::milliseconds tracecat_idle{4000};

bool names(json::value entry, const std::string& key) {
    return entry.member(key).exists() || entry.member(key + "_file").exists() ||
           entry.member(key + "_env").exists();
}

// What makes a credential on each platform: the parts that only make sense there, and their rule.
void read_api_user(const reader& in, json::value name, json::value entry, bool demo, credential& out) {
    const bool token = names(entry, "token");
    const bool pair = names(entry, "secret") || entry.member("access_id").exists();
    if (token == pair)
        in.report(name, "a credential is either a token or an access id with a secret",
                  "write token_file, or access_id and secret_file");
    else if (pair && !(names(entry, "secret") && entry.member("access_id").exists()))
        in.report(name, "access id and secret belong together", "write access_id and secret_file");
    out.token = read_secret(in, entry, "token", demo);
    out.access_id = in.text(entry, "access_id");
    out.secret = read_secret(in, entry, "secret", demo);
}

void read_login(const reader& in, json::value name, json::value entry, bool demo, credential& out) {
    const bool login = entry.member("email").exists() && names(entry, "password");
    const bool half = entry.member("email").exists() || names(entry, "password");
    const bool key = names(entry, "api_key");
    if (half && !login)
        in.report(name, "e-mail and password belong together", "write email and password_file");
    else if (!login && !key)
        in.report(name, "a credential is a login, an API key, or both",
                  "write email and password_file, or api_key_file");
    out.email = in.text(entry, "email");
    out.password = read_secret(in, entry, "password", demo);
    out.api_key = read_secret(in, entry, "api_key", demo);
    // Tracecat fact sheet §5.1: a bearer without these prefixes is no credential there.
    if (!out.api_key.empty() && !out.api_key.starts_with("tc_ws_sk_") &&
        !out.api_key.starts_with("tc_org_sk_"))
        in.report(name, "not an API key: it begins with neither tc_ws_sk_ nor tc_org_sk_");
}

struct credential_kind {
    std::string_view platform;
    void (*read)(const reader&, json::value name, json::value entry, bool demo, credential& out);
    std::array<std::string_view, 3> parts;
};
constexpr std::array credential_kinds{
    credential_kind{"threatconnect", read_api_user, {"token", "access_id", "secret"}},
    credential_kind{"tracecat", read_login, {"email", "password", "api_key"}},
};

credential read_credential(const reader& in, std::string_view platform, json::value name, json::value entry,
                           bool demo) {
    credential out;
    out.name = name.text();
    if (!entry.is_object()) return out;
    for (const credential_kind& kind : credential_kinds) {
        if (kind.platform == platform) {
            kind.read(in, name, entry, demo, out);
            continue;
        }
        for (const std::string_view part : kind.parts)
            if (names(entry, std::string(part)))
                in.report(name, std::string(part) + " is for a platform other than " + std::string(platform));
    }
    return out;
}

void read_url(const reader& in, json::value where, std::string_view text, upstream_settings& out) {
    const auto parsed = boost::urls::parse_uri(text);
    const auto scheme = parsed ? std::string(parsed->scheme()) : std::string();
    if (!parsed || (scheme != "https" && scheme != "http") || parsed->host().empty() || parsed->has_query() ||
        parsed->has_fragment() || parsed->has_userinfo()) {
        in.report(where, "not a base URL: \"" + std::string(text) + "\"",
                  "write for example https://example.com/api");
        return;
    }
    out.transport.scheme = scheme;
    out.transport.host = parsed->host_address();
    out.transport.port = parsed->port_number() != 0 ? parsed->port_number() : scheme == "https" ? 443 : 80;
    out.base_path = std::string(parsed->encoded_path());
    while (out.base_path.ends_with('/')) out.base_path.pop_back();
}

void read_transport(const reader& in, json::value entry, upstream::options& out) {
    const json::value tls = entry.member("tls");
    out.tls.verify = in.flag(tls, "verify", true);
    out.tls.ca_file = in.path(tls, "ca_file");
    out.tls.certificate_file = in.path(tls, "certificate_file");
    out.tls.key_file = in.path(tls, "key_file");
    in.must_be_readable(tls, out.tls.ca_file);
    in.must_be_readable(tls, out.tls.certificate_file);
    in.must_be_readable(tls, out.tls.key_file);
    if (out.tls.certificate_file.empty() != out.tls.key_file.empty())
        in.report(tls, "certificate_file and key_file belong together");

    const json::value pool = entry.member("pool");
    in.integer(pool, "max_connections", out.max_connections);
    in.integer(pool, "max_waiting", out.max_waiting);
    in.millis(pool, "connect_timeout_ms", out.connect_timeout);
    in.millis(pool, "call_timeout_ms", out.call_timeout);
    in.millis(pool, "idle_timeout_ms", out.idle_timeout);
    in.millis(pool, "resolve_ttl_ms", out.resolve_ttl);
    in.integer(pool, "max_head_bytes", out.max_head_bytes);
    in.integer(pool, "max_body_bytes", out.max_body_bytes);
}

void read_trouble(const reader& in, json::value entry, upstream::options& out) {
    const json::value retry = entry.member("retry");
    in.integer(retry, "tries", out.retry.tries);
    in.millis(retry, "backoff_ms", out.retry.backoff);
    in.millis(retry, "max_backoff_ms", out.retry.longest_backoff);
    in.integer(retry, "budget_percent", out.retry.budget_percent);
    in.integer(retry, "budget_least", out.retry.budget_least);

    const json::value breaker = entry.member("breaker");
    in.integer(breaker, "failures", out.breaker.failures);
    in.millis(breaker, "open_ms", out.breaker.open_for);
    in.millis(breaker, "max_open_ms", out.breaker.longest_open);
}

upstream::credential_limits read_limits(const reader& in, json::value entry) {
    upstream::credential_limits out;
    in.integer(entry, "max_in_flight", out.max_in_flight);
    in.integer(entry, "max_rps", out.max_rps);
    in.integer(entry, "max_waiting", out.max_waiting);
    return out;
}

}  // namespace

bool is_demo_credential(const credential& c) noexcept {
    return c.token == demo_token || c.secret == demo_secret || c.password == demo_password ||
           c.api_key == demo_api_key;
}

void read_upstreams(const reader& in, json::value root, settings& out) {
    const json::value upstreams = root.member("upstreams");
    if (!upstreams.is_object()) return;
    for (const auto& [name, entry] : upstreams.members()) {
        if (!entry.is_object()) continue;
        upstream_settings u;
        u.name = name.text();
        u.platform = in.text(entry, "platform");
        if (const json::value url = entry.member("url"); url.is_string()) read_url(in, url, url.text(), u);
        if (u.platform == "tracecat") u.transport.idle_timeout = tracecat_idle;
        read_transport(in, entry, u.transport);
        read_trouble(in, entry, u.transport);
        const json::value credentials = entry.member("credentials");
        if (credentials.is_object())
            for (const auto& [key, value] : credentials.members()) {
                u.credentials.push_back(read_credential(in, u.platform, key, value, out.demo));
                u.transport.credentials.emplace(key.text(), read_limits(in, value));
            }
        out.upstreams.push_back(std::move(u));
    }
}

}  // namespace casebridge::config
