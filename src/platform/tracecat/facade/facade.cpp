#include "platform/tracecat/facade/facade.hpp"

#include "json/writer.hpp"
#include "platform/tracecat/facade/attachments.hpp"
#include "platform/tracecat/facade/context.hpp"
#include "platform/tracecat/facade/errors.hpp"
#include "platform/tracecat/wire/headers.hpp"
#include "platform/tracecat/wire/text.hpp"
#include "platform/tracecat/wire/unicode.hpp"
#include "platform/tracecat/wire/uuid_text.hpp"

#include <algorithm>
#include <array>

namespace casebridge::platform::tracecat {
namespace {

constexpr std::size_t usual_body_limit = 1024 * 1024;
constexpr std::string_view unreadable_body = "There was an error parsing the body";

}  // namespace

uuid context::case_id() const {
    const std::string* text = found.find("case_id");
    return text ? uuid_value(*text) : uuid{};
}

facade::facade(options opts, const directory& accounts, exchange& backend, password_checks& passwords,
               revocations& revoked, error_table errors)
    : options_(std::move(opts)),
      accounts_(&accounts),
      backend_(&backend),
      passwords_(&passwords),
      sessions_(options_.session_key, accounts, revoked, options_.now, options_.previous_session_key),
      cursors_(options_.cursor_key, options_.previous_cursor_key),
      links_(options_.file_key, options_.previous_file_key),
      errors_(std::move(errors)) {
    std::array<std::uint8_t, 16> raw{};
    const digest d = sha256("organization:" + options_.public_url);
    std::copy_n(d.begin(), raw.size(), raw.begin());
    organization_id_ = uuid::from_bytes_v4(raw);
    json::writer(organization_document_)
        .begin_object()
        .member("id", organization_id_.to_string())
        .member("name", options_.organization)
        .end_object();
}

std::size_t facade::body_limit(const http::request& head) const {
    const match m = find_route(head.method, head.path());
    return m.row && m.method_fits ? m.row->body_limit : usual_body_limit;
}

// Tracecat's own words for a request that its HTTP layer cannot read (fact sheet §7.2).
void facade::refuse(const failure& why, http::response& res) const {
    const wording w = errors_(why);
    res.reason = to_string(why.code);
    if (w.status == 400) {
        res.status = 400;
        res.content_type = "text/plain; charset=utf-8";
        res.body = "Invalid HTTP request received.";
        return;
    }
    answer_detail(res, w.status, w.detail);
    if (why.retry_after) res.set("retry-after", std::to_string(why.retry_after->count()));
    add_security_headers(res);
}

task<void> facade::handle(const http::request& req, http::response& res) {
    if (answer_preflight(req, res, options_.allowed_origins)) {
        res.route = "preflight";
        add_security_headers(res);
        co_return;
    }
    context c(req, res);
    if (prepare(c)) co_await act(c);
    finish(c);
}

void facade::finish(context& c) const {
    c.res.account = caller{c.who.user, c.who.key}.name();
    // The head of a file says its length.
    if (c.req.method == "HEAD" && !(c.found.row && c.what() == action::download_file)) c.res.body.clear();
    if (c.bare) return;
    add_security_headers(c.res);
    add_cors_headers(c.req, c.res, options_.allowed_origins);
}

// The order of these steps is Tracecat's and visible to clients (fact sheet §0.3, last paragraph).
bool facade::prepare(context& c) const {
    c.found = find_route(c.req.method, c.req.path());
    if (!c.found.row) {
        if (c.found.redirect.empty()) {
            answer_detail(c.res, 404, "Not Found");
        } else {
            c.res.status = 307;
            c.res.set("location", redirect_url(c.req, c.found.redirect));
        }
        return false;
    }
    c.res.route = std::string(c.found.row->name);
    if (!c.found.method_fits) {
        method_not_allowed(c);
        return false;
    }
    c.query = http::parse_form(c.req.query());
    return read_body(c) && resolve_workspace(c) && check_credentials(c) && check_models(c) &&
           check_permission(c);
}

bool facade::read_body(context& c) const {
    if (c.what() == action::create_attachment) return read_upload(c);
    if (!c.found.row->body || c.req.body.empty() || !is_json_type(c.req)) return true;
    read_python_json(c.req.body, c.body);
    if (c.body.outcome == python_json::verdict::unreadable) {
        answer_detail(c.res, 400, unreadable_body);
        return false;
    }
    if (c.body.outcome == python_json::verdict::malformed) {
        std::string context_text = "\"error\":";
        json::append_string(context_text, c.body.message);
        c.faults.add("json_invalid", {std::string_view("body"), c.body.position}, "JSON decode error", "{}",
                     context_text);
        answer_json(c.res, 422, c.faults.body());
        return false;
    }
    if (c.tape.parse(c.body.text, json::policy{python_depth_limit + 1}).has_error()) {
        answer_detail(c.res, 400, unreadable_body);
        return false;
    }
    return true;
}

bool facade::resolve_workspace(context& c) const {
    if (c.found.row->access != guard::workspace) return true;
    const std::string* in_path = c.found.find("workspace_id");
    const std::string* in_query = c.found.row->both_mounts ? last(c.query, "workspace_id") : nullptr;
    if (in_path && uuid_complaint(*in_path)) {
        if (c.found.row->both_mounts) {
            answer_detail(c.res, 422, "Invalid workspace_id path parameter");
            return false;
        }
        // Two of Tracecat's dependencies read this parameter, and both complain.
        for (int twice = 0; twice < 2; ++twice)
            check_identifier(*in_path, {std::string_view("path"), std::string_view("workspace_id")}, 0,
                             c.faults);
        c.malformed_workspace = true;
        return true;
    }
    if (in_query && uuid_complaint(*in_query)) {
        check_identifier(*in_query, {std::string_view("query"), std::string_view("workspace_id")}, 0,
                         c.faults);
        c.malformed_workspace = true;
        return true;
    }
    if (!in_path && !in_query) {
        answer_detail(c.res, 422, "workspace_id is required");
        return false;
    }
    c.workspace_id = uuid_value(in_path ? *in_path : *in_query);
    if (in_path && in_query && uuid_value(*in_query) != c.workspace_id) {
        answer_detail(c.res, 400, "Path and query workspace_id values must match");
        return false;
    }
    c.where = accounts_->find_workspace(c.workspace_id);
    return true;
}

bool facade::check_credentials(context& c) const {
    const guard wanted = c.found.row->access;
    if (wanted == guard::open || c.malformed_workspace) return true;
    c.who = identify(c.req, sessions_, *accounts_);
    if (wanted == guard::session) {
        if (c.who.user) return true;
        unauthorized(c, false);
        return false;
    }
    using state = identity::state;
    if (wanted == guard::user && !c.who.user) {
        forbidden(c);
        return false;
    }
    if (c.who.status == state::anonymous) {
        forbidden(c);
        return false;
    }
    if (c.who.status != state::known) {
        unauthorized(c, c.who.status == state::bad_key);
        return false;
    }
    if (wanted != guard::workspace) return true;
    switch (enter(c.who, c.where, c.workspace_id)) {
        case entrance::open: return true;
        case entrance::unknown_workspace: answer_detail(c.res, 404, "Workspace not found"); return false;
        case entrance::forbidden: forbidden(c); return false;
    }
    return false;
}

bool facade::check_models(context& c) const {
    for (const capture& p : c.found.captures) {
        if (p.type == capture::kind::text || p.name == "workspace_id") continue;
        check_identifier(p.value, {std::string_view("path"), p.name},
                         p.type == capture::kind::identifier_v4 ? 4 : 0, c.faults);
    }
    if (c.found.row->query) check_query(*c.found.row->query, c.query, c.faults);
    if (c.found.row->body) {
        if (!c.req.body.empty() && !is_json_type(c.req)) {
            if (!is_utf8(c.req.body)) {
                generic_error(c);
                return false;
            }
            refuse_raw_body(c.req.body, c.faults);
        } else {
            check_body(*c.found.row->body, c.document(), c.faults);
            if (c.found.row->check) c.found.row->check(c.document(), c.faults);
        }
    }
    if (c.what() == action::create_attachment) check_upload(c);
    if (c.faults.empty()) return true;
    unprocessable(c);
    return false;
}

bool facade::check_permission(context& c) const {
    const route& row = *c.found.row;
    if (may(c.who, c.where, row.scope)) return true;
    missing_scope(c, row.scope);
    return false;
}

// An answer of the table. Only identifiers of the path stand in it, so nothing needs escaping.
void facade::answer_fixed(context& c, const fixed_answer& answer) const {
    std::string body(answer.body);
    for (const capture& p : c.found.captures) {
        const std::string mark = "{" + std::string(p.name) + "}";
        const auto at = body.find(mark);
        if (at != std::string::npos && !uuid_complaint(p.value))
            body.replace(at, mark.size(), uuid_value(p.value).to_string());
    }
    answer_json(c.res, answer.status, std::move(body));
}

task<void> facade::act(context& c) {
    const fixed_answer& with_addons = c.found.row->with_addons;
    if (options_.case_addons && with_addons.status != 0) {
        answer_fixed(c, with_addons);
        co_return;
    }
    switch (c.what()) {
        case action::login: co_await log_in(c); break;
        case action::download_file: co_await deliver_file(c); break;
        case action::logout: log_out(c); break;
        case action::fixed: answer_fixed(c, c.found.row->answer); break;
        case action::entitlement: missing_entitlement(c, "case_addons"); break;
        case action::unsupported:
            word(c, fail(errc::not_supported, "this route has no counterpart on this bridge"));
            break;
        case action::list_tasks:
        case action::create_task:
        case action::update_task:
        case action::delete_task:
            if (!options_.case_addons) {
                refuse_tasks(c);
                break;
            }
            co_await act_on_cases(c);
            break;
        default:
            if (!answer_alone(c)) co_await act_on_cases(c);
    }
}

void facade::word(context& c, const failure& why) const {
    const wording w = errors_(why);
    answer_detail(c.res, w.status, w.detail);
    c.res.reason = to_string(why.code);
    if (why.retry_after) c.res.set("retry-after", std::to_string(why.retry_after->count()));
}

}  // namespace casebridge::platform::tracecat
