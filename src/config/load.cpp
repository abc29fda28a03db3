#include "config/load.hpp"

#include "config/reader.hpp"
#include "core/crypto.hpp"
#include "json/schema.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <thread>

namespace casebridge::config {
namespace {

constexpr std::size_t shortest_secret = 32;  // bytes

// The secret of a process that is given none: the same at each reload.
const std::string& random_secret() {
    static const std::string secret = [] {
        std::array<std::uint8_t, 32> bytes{};
        random_bytes(bytes);
        return std::string(as_text(bytes));
    }();
    return secret;
}

std::string read_secret(const reader& in, json::value root, std::string_view key, const std::string& file) {
    if (file.empty()) return {};
    const json::value member = root.member(key);
    const json::value where = member.exists() ? member : root;
    std::string secret = in.secret_file(where, file);
    if (!secret.empty() && secret.size() < shortest_secret)
        in.report(where, "the secret in " + file + " is shorter than 32 bytes",
                  "make one with: openssl rand -base64 48");
    return secret;
}

void read_general(const reader& in, json::value root, settings& out) {
    out.demo = in.flag(root, "demo", false);
    in.integer(root, "threads", out.threads);
    if (const auto given = in.variable("CASEBRIDGE_THREADS")) {
        const bool digits =
            !given->empty() && given->size() < 4 &&
            std::all_of(given->begin(), given->end(), [](char c) { return c >= '0' && c <= '9'; });
        if (digits)
            out.threads = static_cast<unsigned>(std::stoul(*given));
        else
            in.report(root, "CASEBRIDGE_THREADS is not a number: \"" + *given + "\"");
    }
    if (out.threads == 0) out.threads = std::max(1U, std::thread::hardware_concurrency());
    out.mappings = in.resolve(in.text(root, "mappings", "../mappings/bundle.jsonc"));

    const json::value log = root.member("log");
    const auto level = in.variable("CASEBRIDGE_LOG_LEVEL").value_or(in.text(log, "level", "info"));
    if (const auto known = observe::level_from_string(level))
        out.log_level = *known;
    else
        in.report(root, "no such log level: \"" + level + "\"", "debug, info, warn, error or off");
    out.access_log = in.flag(log, "access", true);
    out.audit_file = in.path(log, "audit_file");

    const json::value admin = root.member("admin");
    out.admin = in.listen(admin.exists() ? admin : root, in.text(admin, "listen", "127.0.0.1:9090"),
                          "CASEBRIDGE_ADMIN_LISTEN");
    const json::value reload = root.member("reload");
    out.watch_files = in.flag(reload, "watch", true);
    in.millis(reload, "quiet_ms", out.reload_quiet);
    const json::value shutdown = root.member("shutdown");
    in.millis(shutdown, "delay_ms", out.shutdown_delay);
    in.millis(shutdown, "drain_ms", out.drain_timeout);
}

void read_limits(const reader& in, json::value limits, server::limits& out) {
    in.integer(limits, "max_head_bytes", out.max_head_bytes);
    in.integer(limits, "max_target_bytes", out.max_target_bytes);
    in.integer(limits, "max_fields", out.max_fields);
    in.millis(limits, "head_timeout_ms", out.head_timeout);
    in.millis(limits, "request_timeout_ms", out.request_timeout);
    in.millis(limits, "answer_timeout_ms", out.answer_timeout);
    in.millis(limits, "idle_timeout_ms", out.idle_timeout);
    in.integer(limits, "min_upload_rate", out.min_upload_rate);
    in.integer(limits, "min_download_rate", out.min_download_rate);
    in.millis(limits, "rate_window_ms", out.rate_window);
    in.integer(limits, "max_requests_per_connection", out.max_requests_per_connection);
    in.integer(limits, "max_connections", out.max_connections);
    in.integer(limits, "max_connections_per_address", out.max_connections_per_address);
    in.integer(limits, "max_requests_in_flight", out.max_requests_in_flight);
    in.millis(limits, "max_lag_ms", out.max_lag);
}

void read_secrets(const reader& in, json::value root, settings& out) {
    const auto from_environment = in.variable("CASEBRIDGE_SECRET_FILE");
    const std::string file = from_environment ? *from_environment : in.path(root, "secret_file");
    out.secret = read_secret(in, root, "secret_file", file);
    out.previous_secret =
        read_secret(in, root, "previous_secret_file", in.path(root, "previous_secret_file"));
    const bool exposed = std::any_of(out.bridges.begin(), out.bridges.end(),
                                     [](const bridge_settings& b) { return !b.listen.loopback(); });
    if (file.empty() && exposed)
        in.report(root, "secret_file is missing, and a bridge listens beyond loopback",
                  "make one with: openssl rand -base64 48 > secret, and name it in secret_file");
    if (file.empty()) out.secret = random_secret();
}

void check_demo(const reader& in, json::value root, const settings& all) {
    if (all.demo && !all.admin.loopback())
        in.report(root, "with demo the admin listener must stay on loopback",
                  "write 127.0.0.1:9090, or remove demo");
    for (const bridge_settings& b : all.bridges) {
        if (b.listen.loopback()) continue;
        bool shipped = has_demo_login(b.who);
        for (const upstream_settings& u : all.upstreams)
            shipped = shipped || std::any_of(u.credentials.begin(), u.credentials.end(), is_demo_credential);
        if (all.demo || shipped)
            in.report(
                root,
                "bridge " + b.name + " listens on " + b.listen.to_string() + " with the demo's credentials",
                "everybody knows them: use your own, without \"demo\": true, or listen on 127.0.0.1");
    }
}

void check_listeners(const reader& in, json::value root, const settings& all) {
    std::set<std::string> taken{all.admin.to_string()};
    for (const bridge_settings& b : all.bridges)
        if (b.listen.port != 0 && !taken.insert(b.listen.to_string()).second)
            in.report(root, "two listeners on " + b.listen.to_string(),
                      "give each bridge and admin its own port");
}

}  // namespace

environment process_environment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
}

loaded load(const std::filesystem::path& file, const environment& env, const settings* running) {
    loaded out;
    out.files.push_back(file.string());
    const auto doc = json::load_jsonc(file, out.findings);
    const auto schema = json::read_jsonc("config.schema.json", std::string(schema_text()), out.findings);
    if (!doc || !schema) return out;
    out.findings = json::validate(*doc, *schema);
    if (!doc->root().is_object()) return out;

    auto all = std::make_shared<settings>();
    const reader in(*doc, env, out.findings, out.files);
    const json::value root = doc->root();
    all->file = doc->file();
    read_general(in, root, *all);
    out.mappings = all->mappings;
    read_limits(in, root.member("limits"), all->limits);
    read_upstreams(in, root, *all);
    read_bridges(in, root, *all);
    read_secrets(in, root, *all);
    check_demo(in, root, *all);
    check_listeners(in, root, *all);
    if (running != nullptr) check_changes(in, root, *running, *all);
    out.secrets = all->secrets();
    std::stable_sort(out.findings.begin(), out.findings.end(), [](const auto& a, const auto& b) {
        return std::pair(a.at.line, a.at.column) < std::pair(b.at.line, b.at.column);
    });
    if (out.findings.empty()) out.value = std::move(all);
    return out;
}

}  // namespace casebridge::config
