#include "platform/tracecat/facade/credentials.hpp"

#include "core/crypto.hpp"
#include "platform/tracecat/wire/answers.hpp"
#include "platform/tracecat/wire/text.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace casebridge::platform::tracecat {
namespace {

constexpr std::string_view workspace_prefix = "tc_ws_sk_", organization_prefix = "tc_org_sk_";

using sv = std::string_view;
// Only what is served is granted, so that Tracecat's web UI offers nothing else (web UI fact sheet §2).
constexpr sv viewer_scopes[] = {"case:read", "workspace:member:read", "workspace:read"};
constexpr sv editor_scopes[] = {"case:create", "case:read", "case:update", "workspace:member:read",
                                "workspace:read"};
constexpr sv admin_scopes[] = {"case:create", "case:delete",           "case:read",
                               "case:update", "workspace:member:read", "workspace:read"};
constexpr sv organization_scopes[] = {"org:member:read", "org:read"};

std::span<const sv> scopes_of(role r) noexcept {
    switch (r) {
        case role::viewer: return viewer_scopes;
        case role::editor: return editor_scopes;
        case role::admin: return admin_scopes;
    }
    return viewer_scopes;
}

std::optional<role> role_in(const identity& who, const workspace& where) {
    if (who.user) {
        if (who.user->superuser) return role::admin;
        const auto at = who.user->workspaces.find(where.id);
        if (at != who.user->workspaces.end()) return at->second;
        return std::nullopt;
    }
    if (who.key && (who.key->organization || who.key->workspace == where.id)) return who.key->access;
    return std::nullopt;
}

identity check_key(std::string_view text, const directory& accounts) {
    identity out;
    const bool organization = text.starts_with(organization_prefix);
    text.remove_prefix(organization ? organization_prefix.size() : workspace_prefix.size());
    const std::size_t underscore = text.find('_');
    if (underscore == 0 || underscore == std::string_view::npos || underscore + 1 == text.size()) {
        out.status = identity::state::malformed_key;
        return out;
    }
    out.status = identity::state::bad_key;
    const std::string given = "sha256$" + hex_encode(as_text(sha256(text.substr(underscore + 1))));
    for (const api_key& k : accounts.keys) {
        if (k.organization != organization || k.id != text.substr(0, underscore)) continue;
        if (!equal_constant_time(lower(k.secret_hash), given)) continue;
        out.status = identity::state::known;
        out.key = &k;
        break;
    }
    return out;
}

}  // namespace

identity identify(const http::request& req, const sessions& known, const directory& accounts) {
    if (auto token = find_cookie(req, session_cookie_name)) {
        if (const account* user = known.find(*token))
            return {identity::state::known, user, nullptr, std::move(*token)};
    }
    const auto key = find_bearer(req);
    if (key && (key->starts_with(workspace_prefix) || key->starts_with(organization_prefix)))
        return check_key(*key, accounts);
    return {};
}

entrance enter(const identity& who, const workspace* where, const uuid& id) {
    if (who.key && !who.key->organization && who.key->workspace != id) return entrance::forbidden;
    if (!where) return entrance::unknown_workspace;
    return role_in(who, *where) ? entrance::open : entrance::forbidden;
}

std::vector<std::string_view> granted_scopes(const identity& who, const workspace* where) {
    std::vector<std::string_view> out(std::begin(organization_scopes), std::end(organization_scopes));
    if (where) {
        if (const auto r = role_in(who, *where)) {
            const auto own = scopes_of(*r);
            out.insert(out.end(), own.begin(), own.end());
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

bool may(const identity& who, const workspace* where, std::string_view scope) {
    if (scope.empty()) return true;
    const auto holds = [&](std::span<const sv> scopes) {
        return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
    };
    if (holds(organization_scopes)) return true;
    const auto r = where ? role_in(who, *where) : std::nullopt;
    return r && holds(scopes_of(*r));
}

std::string_view role_name(role r) noexcept {
    switch (r) {
        case role::viewer: return "Workspace Viewer";
        case role::editor: return "Workspace Editor";
        case role::admin: return "Workspace Admin";
    }
    return "Workspace Viewer";
}

}  // namespace casebridge::platform::tracecat
