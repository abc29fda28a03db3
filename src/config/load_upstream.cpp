#include "config/reader.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace casebridge::config {
namespace {

constexpr std::string_view demo_token = "APIV2:demo-token";
constexpr std::string_view demo_secret = "demo-secret";

// One secret, from the file, a variable or, in a demo, the document itself.
std::string read_secret(const reader& in, json::value entry, const std::string& key, bool demo) {
    const json::value inline_text = entry.member(key);
    const json::value file = entry.member(key + "_file");
    const json::value variable = entry.member(key + "_env");
    const int given = inline_text.exists() + file.exists() + variable.exists();
    if (given > 1)
        in.report(entry, key + " is given more than once",
                  "keep one of " + key + "_file and " + key + "_env");
    if (file.exists()) return in.secret_file(file, in.resolve(file.text()));
    if (variable.exists()) {
        const auto value = in.variable(std::string(variable.text()));
        if (!value || value->empty()) {
            in.report(variable, "the environment variable " + std::string(variable.text()) + " is not set");
            return {};
        }
        return *value;
    }
    if (inline_text.exists() && !demo)
        in.report(inline_text, "a secret in the configuration file",
                  "write " + key + "_file or " + key + "_env instead; only \"demo\": true allows this");
    return std::string(inline_text.exists() ? inline_text.text() : std::string_view{});
}

bool names(json::value entry, const std::string& key) {
    return entry.member(key).exists() || entry.member(key + "_file").exists() ||
           entry.member(key + "_env").exists();
}

credential read_credential(const reader& in, json::value name, json::value entry, bool demo) {
    credential out;
    out.name = name.text();
    if (!entry.is_object()) return out;
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
    return c.token == demo_token || c.secret == demo_secret;
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
        read_transport(in, entry, u.transport);
        read_trouble(in, entry, u.transport);
        const json::value credentials = entry.member("credentials");
        if (credentials.is_object())
            for (const auto& [key, value] : credentials.members()) {
                u.credentials.push_back(read_credential(in, key, value, out.demo));
                u.transport.credentials.emplace(key.text(), read_limits(in, value));
            }
        out.upstreams.push_back(std::move(u));
    }
}

}  // namespace casebridge::config
