#include "config/reader.hpp"

namespace casebridge::config {
namespace {

constexpr const char* restart = "restart casebridge for this, or write it as it was";

const bridge_settings* find_bridge(const settings& all, std::string_view name) {
    for (const bridge_settings& b : all.bridges)
        if (b.name == name) return &b;
    return nullptr;
}

void check_bridge(const reader& in, json::value entry, const bridge_settings& then,
                  const bridge_settings& now) {
    const auto differs = [&](const char* key, const std::string& a, const std::string& b) {
        if (a == b) return;
        const json::value member = entry.member(key);
        in.report(member.exists() ? member : entry,
                  std::string(key) + " of bridge " + now.name + " cannot change while it runs: it is " + a,
                  restart);
    };
    differs("listen", then.listen.to_string(), now.listen.to_string());
    differs("facade", then.facade, now.facade);
    differs("backend", then.backend, now.backend);
    if (then.tls.certificate.empty() != now.tls.certificate.empty())
        in.report(entry.member("tls").exists() ? entry.member("tls") : entry,
                  "bridge " + now.name + " cannot change between TLS and plain HTTP while it runs", restart);
}

}  // namespace

void check_changes(const reader& in, json::value root, const settings& running, const settings& next) {
    const auto at = [&](std::string_view key) {
        const json::value member = root.member(key);
        return member.exists() ? member : root;
    };
    if (running.threads != next.threads)
        in.report(at("threads"),
                  "threads cannot change while casebridge runs: there are " + std::to_string(running.threads),
                  restart);
    if (running.admin.to_string() != next.admin.to_string())
        in.report(at("admin"),
                  "admin.listen cannot change while casebridge runs: it is " + running.admin.to_string(),
                  restart);
    for (const bridge_settings& then : running.bridges)
        if (find_bridge(next, then.name) == nullptr)
            in.report(at("bridges"), "bridge " + then.name + " cannot go while casebridge runs", restart);
    if (!root.member("bridges").is_array()) return;
    for (const auto& [none, entry] : root.member("bridges").elements()) {
        const std::string name = in.text(entry, "name");
        const bridge_settings* then = find_bridge(running, name);
        const bridge_settings* now = find_bridge(next, name);
        if (then == nullptr && now != nullptr)
            in.report(entry, "bridge " + name + " cannot be added while casebridge runs", restart);
        if (then != nullptr && now != nullptr) check_bridge(in, entry, *then, *now);
    }
}

}  // namespace casebridge::config
