#include "config/reader.hpp"

#include <array>
#include <set>

namespace casebridge::config {
namespace {

bridge_mode mode_from(std::string_view text) {
    for (const auto m : {bridge_mode::read_only, bridge_mode::shadow, bridge_mode::read_write})
        if (text == to_string(m)) return m;
    return bridge_mode::read_only;
}

// "tracecat-demo" → "CASEBRIDGE_LISTEN_TRACECAT_DEMO"
std::string listen_variable(std::string_view bridge) {
    std::string out = "CASEBRIDGE_LISTEN_";
    for (const char c : bridge)
        out.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c == '-' ? '_' : c);
    return out;
}

void read_tls(const reader& in, json::value tls, server::tls_files& out) {
    if (!tls.is_object()) return;
    out.certificate = in.path(tls, "certificate_file");
    out.key = in.path(tls, "key_file");
    in.must_be_readable(tls, out.certificate);
    in.must_be_readable(tls, out.key);
}

// Which facades there are, what stands behind each, and the keys that only make sense there.
struct facade_kind {
    std::string_view facade, backend;
    std::array<std::string_view, 8> keys;
};
constexpr std::array facade_kinds{
    facade_kind{"tracecat",
                "threatconnect",
                {"accounts", "api_keys", "cors_origins", "info_version", "case_addons", "attribution",
                 "session_realm", "file_link_seconds"}},
    facade_kind{"threatconnect",
                "tracecat",
                {"api_users", "groups", "numbers", "bulk_delete", "child_bound", "carry_files_up_to"}},
};

void check_kind(const reader& in, json::value entry, const bridge_settings& b) {
    for (const facade_kind& kind : facade_kinds) {
        if (kind.facade == b.facade) {
            if (kind.backend != b.backend && !b.backend.empty())
                in.report(entry.member("backend"),
                          "a " + b.facade + " facade over " + b.backend + " is not offered",
                          "write \"" + std::string(kind.backend) + "\"");
            continue;
        }
        for (const std::string_view key : kind.keys)
            if (entry.member(key).exists())
                in.report(entry.member(key),
                          std::string(key) + " is for a " + std::string(kind.facade) + " facade",
                          "remove it");
    }
}

bridge_settings read_bridge(const reader& in, json::value entry, const settings& all) {
    bridge_settings out;
    out.name = in.text(entry, "name");
    out.facade = in.text(entry, "facade");
    out.backend = in.text(entry, "backend");
    check_kind(in, entry, out);
    if (const json::value listen = entry.member("listen"); listen.is_string())
        out.listen = in.listen(listen, std::string(listen.text()), listen_variable(out.name));
    read_tls(in, entry.member("tls"), out.tls);
    out.public_url = in.text(entry, "public_url");
    if (out.public_url.empty())
        out.public_url = (out.tls.certificate.empty() ? "http://" : "https://") + out.listen.to_string();
    while (out.public_url.ends_with('/')) out.public_url.pop_back();
    out.mode = mode_from(in.text(entry, "mode"));
    out.deletes = in.flag(entry, "deletes", false);
    out.bulk_delete = in.flag(entry, "bulk_delete", false);
    out.strict = in.flag(entry, "strict", false);
    for (const std::string& overlay : in.texts(entry, "overlays")) {
        out.overlays.push_back(in.resolve(overlay));
        in.must_be_readable(entry.member("overlays"), out.overlays.back());
    }
    out.honour_user_access = in.flag(entry, "honour_user_access", true);
    in.integer(entry, "scan_bound", out.scan_bound);
    in.integer(entry, "child_bound", out.child_bound);
    in.integer(entry, "carry_files_up_to", out.carry_files_up_to);
    in.integer(entry, "catalogue_seconds", out.catalogue_seconds);
    out.cors_origins = in.texts(entry, "cors_origins");
    out.info_version = in.text(entry, "info_version", out.info_version);
    out.session_realm = in.text(entry, "session_realm", out.name);
    out.case_addons = in.flag(entry, "case_addons", true);
    in.integer(entry, "file_link_seconds", out.file_link_seconds);
    out.visible_authors = in.text(entry, "attribution") == "carried, visible";
    if (const json::value users = entry.member("users"); users.is_object())
        for (const auto& [email, user] : users.members()) out.users[lower(email.text())] = user.text();
    read_directory(in, entry, all, out);
    return out;
}

}  // namespace

void read_bridges(const reader& in, json::value root, settings& out) {
    const json::value bridges = root.member("bridges");
    if (!bridges.is_array()) return;
    std::set<std::string> names;
    for (const auto& [none, entry] : bridges.elements()) {
        if (!entry.is_object()) continue;
        bridge_settings b = read_bridge(in, entry, out);
        if (!names.insert(b.name).second)
            in.report(entry.member("name"), "two bridges named \"" + b.name + "\"", "rename one");
        out.bridges.push_back(std::move(b));
    }
}

}  // namespace casebridge::config
