// Answers that need no backend: health, users, workspaces, organisation (Tracecat fact sheet §5, §7.4).
#include "platform/tracecat/facade/context.hpp"
#include "platform/tracecat/facade/errors.hpp"
#include "platform/tracecat/facade/facade.hpp"
#include "platform/tracecat/wire/attachment_rules.hpp"
#include "platform/tracecat/wire/uuid_text.hpp"

#include "json/writer.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace casebridge::platform::tracecat {
namespace {

// Only what is served is claimed, so that Tracecat's web interface offers nothing else (web UI fact sheet §6).
std::string entitlements_document(bool case_addons) {
    static constexpr std::string_view names[] = {"custom_registry", "git_sync",    "agent_addons",
                                                 "case_addons",     "rbac_addons", "service_accounts",
                                                 "workspace_chat",  "watchtower"};
    std::string out;
    json::writer w(out);
    w.begin_object();
    for (const std::string_view name : names) w.member(name, case_addons && name == "case_addons");
    w.end_object();
    return out;
}

void write_sorted(json::writer& w, std::string_view key, std::span<const std::string_view> texts) {
    std::vector<std::string_view> sorted(texts.begin(), texts.end());
    std::sort(sorted.begin(), sorted.end());
    w.key(key).begin_array();
    for (const std::string_view text : sorted) w.string(text);
    w.end_array();
}

// Tracecat's defaults; the two effective lists are what an upload may be (fact sheet §3.7).
std::string workspace_settings() {
    static constexpr std::string_view defaults =
        R"({"git_provider":null,"git_repo_url":null,"workflow_unlimited_timeout_enabled":true,)"
        R"("workflow_default_timeout_seconds":null,"allowed_attachment_extensions":null,)"
        R"("allowed_attachment_mime_types":null,"validate_attachment_magic_number":null,)";
    std::string lists;
    json::writer w(lists);
    w.begin_object();
    write_sorted(w, "effective_allowed_attachment_extensions", allowed_extensions());
    write_sorted(w, "effective_allowed_attachment_mime_types", allowed_content_types());
    w.end_object();
    return std::string(defaults) + lists.substr(1);
}

void write_name(json::writer& w, std::string_view key, const std::string& name) {
    w.key(key);
    if (name.empty())
        w.null();
    else
        w.string(name);
}

std::string user_document(const account& a) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("id", a.id.to_string()).member("email", a.email);
    w.member("is_active", true)
        .member("is_superuser", a.superuser)
        .member("is_verified", false)
        .member("role", "basic");
    write_name(w, "first_name", a.first_name);
    write_name(w, "last_name", a.last_name);
    w.key("settings").raw(a.settings).end_object();
    return out;
}

void write_workspace(json::writer& w, const workspace& x) {
    w.begin_object().member("id", x.id.to_string()).member("name", x.name);
}

std::string workspace_list(const identity& who, const directory& accounts, const std::string* name) {
    std::string out;
    json::writer w(out);
    w.begin_array();
    for (const workspace& x : accounts.workspaces) {
        if (enter(who, &x, x.id) != entrance::open || (name && *name != x.name)) continue;
        write_workspace(w, x);
        w.end_object();
    }
    w.end_array();
    return out;
}

void answer_scopes(context& c, const directory& accounts) {
    if (const std::string* text = last(c.query, "workspace_id")) {
        c.workspace_id = uuid_value(*text);
        c.where = accounts.find_workspace(c.workspace_id);
        const entrance e = enter(c.who, c.where, c.workspace_id);
        if (e == entrance::unknown_workspace) return answer_detail(c.res, 404, "Workspace not found");
        if (e == entrance::forbidden) return forbidden(c);
    }
    std::string out;
    json::writer w(out);
    w.begin_object().key("scopes").begin_array();
    for (const std::string_view s : granted_scopes(c.who, c.where)) w.string(s);
    w.end_array().end_object();
    answer_json(c.res, 200, std::move(out));
}

void answer_user_search(context& c, const directory& accounts) {
    const std::string* email = last(c.query, "email");
    if (!email) return answer_detail(c.res, 400, "Must provide a search query");
    const account* found = accounts.find_account(*email);
    if (!found || found->email != *email)
        return answer_detail(c.res, 404, "Resource not found");  // case counts
    answer_json(c.res, 200, user_document(*found));
}

void answer_user(context& c, const directory& accounts) {
    if (!c.who.user->superuser) return forbidden(c);
    const std::string* id = c.found.find("id");
    const account* found = id && !uuid_complaint(*id) ? accounts.find_account(uuid_value(*id)) : nullptr;
    if (!found) return answer_detail(c.res, 404, "Not Found");
    answer_json(c.res, 200, user_document(*found));
}

std::string info_document(const options& o) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("version", o.version).member("public_app_url", o.public_url);
    w.key("auth_allowed_types").begin_array().string("basic").end_array();
    w.member("saml_enabled", false)
        .member("saml_enforced", false)
        .member("ee_multi_tenant", false)
        .end_object();
    return out;
}

}  // namespace

bool facade::answer_alone(context& c) const {
    const auto ok = [&](std::string body) { answer_json(c.res, 200, std::move(body)); };
    switch (c.what()) {
        case action::health: ok(R"({"status":"ok"})"); return true;
        case action::info: ok(info_document(options_)); return true;
        case action::feature_flags: ok(R"({"enabled_features":[]})"); return true;
        case action::discover:
            ok(R"({"method":"basic","next_url":null,"organization_slug":null})");
            return true;
        case action::organization: ok(organization_document_); return true;
        case action::organization_memberships: ok("[" + organization_document_ + "]"); return true;
        case action::entitlements: ok(entitlements_document(options_.case_addons)); return true;
        case action::me:
        case action::my_scopes:
        case action::find_user:
        case action::user_by_id:
        case action::change_user:
        case action::list_workspaces:
        case action::get_workspace: answer_directory(c); return true;
        default: return false;
    }
}

void facade::answer_directory(context& c) const {
    switch (c.what()) {
        case action::me: answer_json(c.res, 200, user_document(*c.who.user)); break;
        case action::my_scopes: answer_scopes(c, *accounts_); break;
        case action::find_user: answer_user_search(c, *accounts_); break;
        case action::user_by_id: answer_user(c, *accounts_); break;
        case action::change_user:
            answer_user(c, *accounts_);
            if (c.res.status == 200)
                word(c, fail(errc::not_supported, "accounts are part of the configuration"));
            break;
        case action::list_workspaces:
            answer_json(c.res, 200, workspace_list(c.who, *accounts_, last(c.query, "name")));
            break;
        default: {
            std::string out;
            json::writer w(out);
            write_workspace(w, *c.where);
            w.key("settings")
                .raw(workspace_settings())
                .member("organization_id", organization_id_.to_string());
            w.end_object();
            answer_json(c.res, 200, std::move(out));
        }
    }
}

}  // namespace casebridge::platform::tracecat
