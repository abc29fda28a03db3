// Changing accounts and workspaces, as far as clients that try a server out do it (Tracecat fact sheet §5.2,
// §5.5, §5.6).
#include "sandbox/tracecat/routes.hpp"

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

constexpr std::size_t shortest_password = 12;

void answer_user(context& c, const user& u) { wire::answer_json(c.res, 200, user_document(u)); }

// True with the answer: what nobody may change of an account, and passwords that are too short.
bool refuse_changes(context& c, const user& u) {
    const json::value body = c.document();
    const auto asks = [&](sv name, bool now) {
        const json::value v = body.member(name);
        return v.is_boolean() && v.is_true() != now;
    };
    if (asks("is_superuser", u.superuser) || asks("is_verified", false)) {
        wire::answer_detail(c.res, 401, "Operation not permitted");
        return true;
    }
    const json::value password = body.member("password");
    if (given(password) && password.text().size() < shortest_password) {
        wire::answer_json(c.res, 400,
                          R"({"detail":{"code":"UPDATE_USER_INVALID_PASSWORD",)"
                          R"("reason":"Password must be at least 12 characters long"}})");
        return true;
    }
    const json::value email = body.member("email");
    const user* holder = given(email) ? c.data.find_user(email.text()) : nullptr;
    if (!holder || holder == &u) return false;
    wire::answer_detail(c.res, 400, "UPDATE_USER_EMAIL_ALREADY_EXISTS");
    return true;
}

// is_active is accepted and ignored.
void change_user(context& c, user& u) {
    if (refuse_changes(c, u)) return;
    const json::value body = c.document();
    if (const json::value v = body.member("password"); given(v)) u.password = v.text();
    if (const json::value v = body.member("email"); given(v)) u.email = v.text();
    if (const json::value v = body.member("first_name"); v.exists()) u.first_name = text_of(v);
    if (const json::value v = body.member("last_name"); v.exists()) u.last_name = text_of(v);
    if (const json::value v = body.member("settings"); given(v)) {
        u.settings.clear();
        json::append_value(u.settings, v);
    }
    answer_user(c, u);
}

void change_me(context& c) { change_user(c, *c.who.human); }

void change_other(context& c) {
    if (!c.who.human->superuser) return wire::answer_detail(c.res, 403, "Forbidden");
    const std::string id = c.text("id");
    user* u = wire::uuid_complaint(id) ? nullptr : c.data.find_user(wire::uuid_value(id));
    if (!u) return wire::answer_detail(c.res, 404, "Not Found");
    change_user(c, *u);
}

void write_member(json::writer& w, const user& u) {
    w.begin_object().member("user_id", u.id.to_string()).key("invitation_id").null().member("email", u.email);
    w.member("role_name", u.superuser ? "Organization Owner" : "Organization Member");
    w.member("role_slug", u.superuser ? "organization-owner" : "organization-member");
    w.member("status", "active");
    write_text(w, "first_name", u.first_name);
    write_text(w, "last_name", u.last_name);
    write_time(w, "last_login_at", u.last_login);
    w.key("expires_at").null().key("created_at").null().end_object();
}

void list_members(context& c) {
    std::string body;
    json::writer w(body);
    w.begin_array();
    for (const user& u : c.data.users)
        if (u.member) write_member(w, u);
    w.end_array();
    wire::answer_json(c.res, 200, std::move(body));
}

void own_membership(context& c) {
    if (!c.who.human->member) return wire::answer_detail(c.res, 404, "Resource not found");
    std::string body;
    json::writer w(body);
    write_member(w, *c.who.human);
    wire::answer_json(c.res, 200, std::move(body));
}

void list_domains(context& c) { wire::answer_json(c.res, 200, "[]"); }

// No mail leaves the stand-in: what asks for one is accepted, and no token is ever good.
void accept(context& c) { wire::answer_json(c.res, 202, "null"); }
void refuse_reset(context& c) { wire::answer_detail(c.res, 400, "RESET_PASSWORD_BAD_TOKEN"); }
void refuse_verification(context& c) { wire::answer_detail(c.res, 400, "VERIFY_USER_BAD_TOKEN"); }

void create_workspace(context& c) {
    const workspace& w =
        c.data.add_workspace(c.data.new_id(), std::string(c.document().member("name").text()));
    std::string body;
    json::writer d(body);
    d.begin_object().member("id", w.id.to_string()).member("name", w.name).end_object();
    wire::answer_json(c.res, 201, std::move(body));
}

// Settings are accepted; what files a workspace takes stays as it is.
void rename_workspace(context& c) {
    if (const json::value v = c.document().member("name"); given(v)) c.where->name = v.text();
    wire::answer_nothing(c.res);
}

// The server goes on knowing that it existed (fact sheet §5.3): to a superuser it is empty, to others closed.
void delete_workspace(context& c) {
    if (c.where->gone) return wire::answer_detail(c.res, 404, "Resource not found");
    const uuid id = c.where->id;
    for (user& u : c.data.users) u.workspaces.erase(id);
    *c.where = workspace{};
    c.where->id = id;
    c.where->gone = true;
    wire::answer_nothing(c.res);
}

using enum wire::shape;
constexpr wire::member user_members[] = {
    {"password", text, false, true},
    {"email", email, false, true},
    {"is_active", flag, false, true},
    {"is_superuser", flag, false, true},
    {"is_verified", flag, false, true},
    {"first_name", text, false, true, {}, 0, 255},
    {"last_name", text, false, true, {}, 0, 255},
    {"settings", object, false, true},
};
const wire::model user_model = user_members;
constexpr wire::member mail_members[] = {{"email", email, true, false}};
const wire::model mail_model = mail_members;
constexpr wire::member reset_members[] = {{"token", text, true, false}, {"password", text, true, false}};
const wire::model reset_model = reset_members;
constexpr wire::member token_members[] = {{"token", text, true, false}};
const wire::model token_model = token_members;
constexpr wire::member workspace_members[] = {{"name", text, true, false, {}, 1, 100}};
const wire::model workspace_model = workspace_members;
constexpr wire::member workspace_change_members[] = {
    {"name", text, false, true, {}, 1, 100},
    {"settings", object, false, true},
};
const wire::model workspace_change = workspace_change_members;

constexpr route at_root(sv method, sv pattern, guard access, sv scope, handler answer,
                        const wire::model& body) {
    return {method, pattern, false, access, scope, answer, &body};
}

const route rows[] = {
    at_root("PATCH", "/users/me", guard::session, "", change_me, user_model),
    at_root("PATCH", "/users/{id~}", guard::session, "", change_other, user_model),
    {"GET", "/organization/members", false, guard::actor, "org:member:read", list_members},
    {"GET", "/organization/members/me", false, guard::user, "", own_membership},
    {"GET", "/organization/domains", false, guard::actor, "org:read", list_domains},
    at_root("POST", "/auth/forgot-password", guard::open, "", accept, mail_model),
    at_root("POST", "/auth/reset-password", guard::open, "", refuse_reset, reset_model),
    at_root("POST", "/auth/request-verify-token", guard::open, "", accept, mail_model),
    at_root("POST", "/auth/verify", guard::open, "", refuse_verification, token_model),
    at_root("POST", "/workspaces", guard::actor, "org:workspace:create", create_workspace, workspace_model),
    at_root("PATCH", "/workspaces/{workspace_id}", guard::workspace, "workspace:update", rename_workspace,
            workspace_change),
    {"DELETE", "/workspaces/{workspace_id}", false, guard::workspace, "workspace:delete", delete_workspace},
};

}  // namespace

route_list administration_routes() { return rows; }

}  // namespace casebridge::sandbox::tracecat
