#include "sandbox/tracecat/credentials.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

constexpr sv workspace_prefix = "tc_ws_sk_", organization_prefix = "tc_org_sk_";

// What members of the organisation hold everywhere, recorded.
constexpr sv member_scopes[] = {"agent:execute", "agent:read",        "org:member:read",
                                "org:read",      "org:registry:read", "org:secret:read"};
// Of these the ones that the served routes ask for.
constexpr sv viewer_scopes[] = {"case:read", "table:read", "workspace:member:read", "workspace:read"};
constexpr sv editor_scopes[] = {"case:create",   "case:read",    "case:update",      "table:create",
                                "table:read",    "table:update", "workflow:execute", "workspace:member:read",
                                "workspace:read"};
constexpr sv admin_scopes[] = {"case:create",
                               "case:delete",
                               "case:read",
                               "case:update",
                               "table:create",
                               "table:delete",
                               "table:read",
                               "table:update",
                               "workflow:execute",
                               "workspace:member:invite",
                               "workspace:member:read",
                               "workspace:read",
                               "workspace:update"};

struct role_row {
    role value;
    sv word, name;
    std::span<const sv> scopes;
};
constexpr std::array<role_row, 3> roles{{{role::viewer, "viewer", "Workspace Viewer", viewer_scopes},
                                         {role::editor, "editor", "Workspace Editor", editor_scopes},
                                         {role::admin, "admin", "Workspace Admin", admin_scopes}}};

const role_row& row_of(role r) noexcept { return roles[static_cast<std::size_t>(r)]; }

// "case:*" and "*" grant all that begins so; an update grants the reading (fact sheet §5.4).
bool grants(sv held, sv wanted) noexcept {
    if (held == wanted) return true;
    if (held.ends_with('*')) return wanted.starts_with(held.substr(0, held.size() - 1));
    return held.ends_with(":update") && wanted.ends_with(":read") &&
           held.substr(0, held.rfind(':')) == wanted.substr(0, wanted.rfind(':'));
}

template <class Scopes>
bool any_grants(const Scopes& held, sv wanted) noexcept {
    return std::any_of(std::begin(held), std::end(held), [&](const auto& h) { return grants(h, wanted); });
}

std::optional<role> role_in(const user& u, const workspace& w) {
    const auto at = u.workspaces.find(w.id);
    return at == u.workspaces.end() ? std::nullopt : std::optional(at->second);
}

sv behind_prefix(sv key) noexcept {
    return key.substr(key.starts_with(organization_prefix) ? organization_prefix.size()
                                                           : workspace_prefix.size());
}

// Anything but an id, an underscore and a secret behind the prefix.
bool is_malformed(sv key) noexcept {
    const sv text = behind_prefix(key);
    const std::size_t underscore = text.find('_');
    return underscore == 0 || underscore == sv::npos || underscore + 1 == text.size();
}

actor check_key(sv text, const store& data) {
    actor out{actor::state::bad_key, nullptr, nullptr};
    const bool organization = text.starts_with(organization_prefix);
    text = behind_prefix(text);
    for (const api_key& k : data.keys) {
        if (k.organization != organization || !k.enabled || text != k.id + "_" + k.secret) continue;
        out.status = actor::state::known;
        out.key = &k;
    }
    return out;
}

}  // namespace

actor identify(const http::request& req, store& data, const behaviour& how) {
    if (const auto token = wire::find_cookie(req, wire::session_cookie_name)) {
        const auto at = data.sessions.find(*token);
        user* u = at == data.sessions.end() ? nullptr : data.find_user(at->second);
        if (u && u->active) return {actor::state::known, u, nullptr};
    }
    const auto key = wire::find_bearer(req);
    if (!key || !(key->starts_with(workspace_prefix) || key->starts_with(organization_prefix))) return {};
    if (is_malformed(*key)) return {actor::state::malformed_key, nullptr, nullptr};
    if (!how.service_accounts) return {actor::state::bad_key, nullptr, nullptr};
    return check_key(*key, data);
}

entrance enter(const actor& who, const workspace* where, const uuid& id) {
    if (who.key && !who.key->organization && who.key->workspace != id) return entrance::forbidden;
    if (!where) return entrance::unknown_workspace;
    if (who.key || who.human->superuser || role_in(*who.human, *where)) return entrance::open;
    return entrance::forbidden;
}

bool may(const actor& who, const workspace* where, sv scope) {
    if (scope.empty()) return true;
    if (who.key) return any_grants(who.key->scopes, scope);
    if (!who.human) return false;
    if (who.human->superuser) return true;
    if (who.human->member && any_grants(member_scopes, scope)) return true;
    const auto r = where ? role_in(*who.human, *where) : std::nullopt;
    return r && any_grants(row_of(*r).scopes, scope);
}

std::vector<std::string> granted_scopes(const actor& who, const workspace* where) {
    std::vector<std::string> out;
    const auto add = [&](const auto& scopes) { out.insert(out.end(), std::begin(scopes), std::end(scopes)); };
    if (who.key) {
        add(who.key->scopes);
    } else if (who.human && who.human->superuser) {
        out.emplace_back("*");
    } else if (who.human) {
        if (who.human->member) add(member_scopes);
        if (const auto r = where ? role_in(*who.human, *where) : std::nullopt) add(row_of(*r).scopes);
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::string_view role_name(role r) noexcept { return row_of(r).name; }

std::optional<role> read_role(std::string_view text) noexcept {
    for (const role_row& r : roles)
        if (r.word == text) return r.value;
    return std::nullopt;
}

}  // namespace casebridge::sandbox::tracecat
