// Health, login, users, organisation and workspaces (Tracecat fact sheet §5, §7.4).
#include "core/crypto.hpp"
#include "sandbox/tracecat/credentials.hpp"
#include "sandbox/tracecat/routes.hpp"

#include <algorithm>
#include <array>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

constexpr std::int64_t session_seconds = 604800;
constexpr std::size_t session_bytes = 32;    // 43 characters

// Tracecat's defaults; the two effective lists are what an upload may be (fact sheet §3.7).
constexpr sv workspace_settings =
    R"({"git_provider":null,"git_repo_url":null,"workflow_unlimited_timeout_enabled":true,)"
    R"("workflow_default_timeout_seconds":null,"allowed_attachment_extensions":null,)"
    R"("allowed_attachment_mime_types":null,"validate_attachment_magic_number":null,)"
    R"("effective_allowed_attachment_extensions":[".csv",".docx",".gif",".jpeg",".jpg",".pdf",".png",".pptx",)"
    R"(".txt",".webp",".xlsx"],"effective_allowed_attachment_mime_types":["application/pdf",)"
    R"("application/vnd.openxmlformats-officedocument.presentationml.presentation",)"
    R"("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",)"
    R"("application/vnd.openxmlformats-officedocument.wordprocessingml.document","image/gif","image/jpeg",)"
    R"("image/png","image/webp","text/csv","text/plain"]})";

void ok(context& c, std::string body) { wire::answer_json(c.res, 200, std::move(body)); }

// Health ----------------------------------------------------------------------------------------------------

void health(context& c) { ok(c, R"({"status":"ok"})"); }

// A server of today says beta.50 as well: its number was not raised (fact sheet, header).
void info(context& c) {
    std::string out;
    json::writer w(out);
    w.begin_object();
    w.member("version", c.how.version == release::today ? "1.0.0-beta.50" : "1.0.0-beta.51");
    w.member("public_app_url", c.how.public_url);
    w.key("auth_allowed_types").begin_array().string("basic").end_array();
    w.member("saml_enabled", true)
        .member("saml_enforced", false)
        .member("ee_multi_tenant", false)
        .end_object();
    ok(c, std::move(out));
}

void feature_flags(context& c) { ok(c, R"({"enabled_features":[]})"); }

// Sessions --------------------------------------------------------------------------------------------------

// An empty form value counts as missing.
const std::string* filled(const context& c, sv name) {
    const std::string* text = wire::last(c.form.fields, name);
    return text && !text->empty() ? text : nullptr;
}

void check_login(context& c) {
    const std::string* grant = filled(c, "grant_type");
    if (grant && *grant != "password")
        c.faults.add("string_pattern_mismatch", {sv("body"), sv("grant_type")},
                     "String should match pattern '^password$'", wire::quoted(*grant),
                     R"("pattern":"^password$")");
    for (const sv name : {sv("username"), sv("password")})
        if (!filled(c, name)) c.faults.add("missing", {sv("body"), name}, "Field required", "null");
}

void answer_cookie(context& c, sv value, std::int64_t max_age) {
    c.res.status = 204;
    c.res.no_length = true;
    const bool secure = c.how.public_url.starts_with("https:");
    c.res.set("set-cookie", wire::session_cookie(value, max_age, secure));
}

void login(context& c) {
    user* u = c.data.find_user(*filled(c, "username"));
    if (!u || !u->active || u->password != *filled(c, "password"))
        return wire::answer_detail(c.res, 400, "LOGIN_BAD_CREDENTIALS");
    std::array<std::uint8_t, session_bytes> raw{};
    random_bytes(raw);
    const std::string token = base64url_encode(as_text(raw));
    c.data.sessions[token] = u->id;
    u->last_login = c.data.now();
    answer_cookie(c, token, session_seconds);
}

void logout(context& c) {
    if (const auto token = wire::find_cookie(c.req, wire::session_cookie_name)) c.data.sessions.erase(*token);
    answer_cookie(c, "\"\"", 0);
}

void discover(context& c) { ok(c, R"({"method":"basic","next_url":null,"organization_slug":null})"); }

// Users -----------------------------------------------------------------------------------------------------

void me(context& c) { ok(c, user_document(*c.who.human)); }

void my_scopes(context& c) {
    if (const std::string* text = wire::last(c.query, "workspace_id")) {
        const uuid id = wire::uuid_value(*text);
        c.where = c.data.find_workspace(id);
        switch (enter(c.who, c.where, id)) {
            case entrance::unknown_workspace: return wire::answer_detail(c.res, 404, "Workspace not found");
            case entrance::forbidden: return wire::answer_detail(c.res, 403, "Forbidden");
            case entrance::open: break;
        }
    }
    std::string out;
    json::writer w(out);
    w.begin_object().key("scopes").begin_array();
    for (const std::string& s : granted_scopes(c.who, c.where)) w.string(s);
    w.end_array().end_object();
    ok(c, std::move(out));
}

// Exact, in its letter case.
void find_user(context& c) {
    const std::string* email = wire::last(c.query, "email");
    if (!email) return wire::answer_detail(c.res, 400, "Must provide a search query");
    const user* u = c.data.find_user(*email);
    if (!u || u->email != *email) return wire::answer_detail(c.res, 404, "Resource not found");
    ok(c, user_document(*u));
}

void user_by_id(context& c) {
    if (!c.who.human->superuser) return wire::answer_detail(c.res, 403, "Forbidden");
    const std::string text = c.text("id");
    const user* u = wire::uuid_complaint(text) ? nullptr : c.data.find_user(wire::uuid_value(text));
    if (!u) return wire::answer_detail(c.res, 404, "Not Found");
    ok(c, user_document(*u));
}

// Organisation ----------------------------------------------------------------------------------------------

std::string organization_document(const context& c) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("id", c.data.organization.to_string()).member("name", c.data.organization_name);
    w.end_object();
    return out;
}

void organization(context& c) { ok(c, organization_document(c)); }

void organization_memberships(context& c) {
    ok(c, c.who.human->member ? "[" + organization_document(c) + "]" : "[]");
}

void entitlements(context& c) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("custom_registry", true).member("git_sync", false).member("agent_addons", false);
    w.member("case_addons", c.how.addons).member("rbac_addons", false);
    w.member("service_accounts", c.how.service_accounts).member("workspace_chat", false);
    w.member("watchtower", false).end_object();
    ok(c, std::move(out));
}

// Workspaces ------------------------------------------------------------------------------------------------

void list_workspaces(context& c) {
    const std::string* name = wire::last(c.query, "name");
    const bool blind = c.who.key && c.who.key->organization && !c.holds("org:workspace:read");
    std::string out;
    json::writer w(out);
    w.begin_array();
    for (const workspace& x : c.data.workspaces) {
        if (blind || x.gone || enter(c.who, &x, x.id) != entrance::open || (name && *name != x.name))
            continue;
        w.begin_object().member("id", x.id.to_string()).member("name", x.name).end_object();
    }
    w.end_array();
    ok(c, std::move(out));
}

// A key needs one of three scopes; the answer names them all (fact sheet §5.5).
void list_workspaces_checked(context& c) {
    constexpr sv any[] = {"org:read", "workspace:read", "org:workspace:read"};
    if (!c.who.key || std::any_of(std::begin(any), std::end(any), [&](sv s) { return c.holds(s); }))
        return list_workspaces(c);
    std::string scopes;
    for (const sv s : any) scopes += (scopes.empty() ? "" : ",") + wire::quoted(s);
    wire::answer_json(
        c.res, 403,
        R"({"error":{"code":"insufficient_scope","message":"You don't have permission to perform this )"
        R"(action.","required_scopes":[)" +
            scopes + R"(],"missing_scopes":[)" + scopes + "]}}");
}

void get_workspace(context& c) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("id", c.where->id.to_string()).member("name", c.where->name);
    w.key("settings").raw(workspace_settings).member("organization_id", c.data.organization.to_string());
    w.end_object();
    ok(c, std::move(out));
}

void list_members(context& c) {
    std::string out;
    json::writer w(out);
    w.begin_array();
    for (const user& u : c.data.users) {
        const auto at = u.workspaces.find(c.where->id);
        if (at == u.workspaces.end()) continue;
        w.begin_object().member("user_id", u.id.to_string());
        write_text(w, "first_name", u.first_name);
        write_text(w, "last_name", u.last_name);
        w.member("email", u.email).member("role_name", role_name(at->second)).end_object();
    }
    w.end_array();
    ok(c, std::move(out));
}

void write_membership(json::writer& w, const user& u, const workspace& where) {
    w.begin_object().member("user_id", u.id.to_string()).member("workspace_id", where.id.to_string());
    w.end_object();
}

void list_memberships(context& c) {
    std::string out;
    json::writer w(out);
    w.begin_array();
    for (const user& u : c.data.users)
        if (u.workspaces.contains(c.where->id)) write_membership(w, u, *c.where);
    w.end_array();
    ok(c, std::move(out));
}

void get_membership(context& c) {
    const user* u = c.data.find_user(c.id("user_id"));
    if (!u || !u->workspaces.contains(c.where->id))
        return wire::answer_detail(c.res, 404, "Membership not found");
    std::string out;
    json::writer w(out);
    write_membership(w, *u, *c.where);
    ok(c, std::move(out));
}

void add_membership(context& c) {
    user* u = c.data.find_user(wire::uuid_value(c.document().member("user_id").text()));
    if (!u || u->workspaces.contains(c.where->id))
        return wire::answer_detail(c.res, 409, "User is already a member of workspace.");
    u->workspaces[c.where->id] = role::editor;
    answer_null(c);
}

void service_accounts(context& c) {
    if (!c.how.service_accounts) return wire::answer_missing_entitlement(c.res, "service_accounts");
    ok(c, R"({"items":[],"next_cursor":null,"prev_cursor":null,"has_more":false,"has_previous":false,)"
          R"("total_estimate":null})");
}

constexpr wire::member membership_members[] = {{"user_id", wire::shape::identifier, true, false}};
const wire::model membership_model = membership_members;

constexpr route plain(sv method, sv pattern, guard access, sv scope, handler answer,
                      const wire::model* body = nullptr, const wire::query_model* query = nullptr) {
    return {method, pattern, false, access, scope, answer, body, query, nullptr, false};
}

using enum guard;
const route rows[] = {
    plain("GET", "/health", open, "", health),
    plain("GET", "/", open, "", health),
    plain("GET", "/info", open, "", info),
    plain("GET", "/feature-flags", open, "", feature_flags),
    {"POST", "/auth/login", false, open, "", login, nullptr, nullptr, check_login, true},
    plain("POST", "/auth/logout", session, "", logout),
    plain("POST", "/auth/discover", open, "", discover, &wire::discover_body),
    plain("GET", "/users/me", session, "", me),
    plain("GET", "/users/me/scopes", guard::actor, "", my_scopes, nullptr, &wire::scopes_query),
    plain("GET", "/users/search", guard::user, "", find_user, nullptr, &wire::user_search_query),
    plain("GET", "/users/{id~}", session, "", user_by_id),
    plain("GET", "/organization", guard::actor, "org:read", organization),
    plain("GET", "/organization/memberships", session, "", organization_memberships),
    plain("GET", "/organization/entitlements", guard::actor, "org:read", entitlements),
    plain("GET", "/workspaces", guard::actor, "", list_workspaces_checked),
    plain("GET", "/workspaces/search", guard::actor, "", list_workspaces_checked),
    plain("GET", "/workspaces/{workspace_id}", guard::workspace, "workspace:read", get_workspace),
    plain("GET", "/workspaces/{workspace_id}/members", guard::workspace, "workspace:member:read",
          list_members),
    plain("GET", "/workspaces/{workspace_id}/memberships", guard::workspace, "workspace:member:read",
          list_memberships),
    plain("GET", "/workspaces/{workspace_id}/memberships/{user_id}", guard::workspace,
          "workspace:member:read", get_membership),
    plain("POST", "/workspaces/{workspace_id}/memberships", guard::workspace, "workspace:member:invite",
          add_membership, &membership_model),
    plain("GET", "/workspaces/{workspace_id}/service-accounts", guard::workspace, "", service_accounts),
};

}  // namespace

route_list directory_routes() { return rows; }

}  // namespace casebridge::sandbox::tracecat
