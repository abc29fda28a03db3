#include "sandbox/tracecat/service.hpp"

#include "platform/tracecat/wire/headers.hpp"
#include "platform/tracecat/wire/unicode.hpp"
#include "sandbox/tracecat/credentials.hpp"

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

constexpr sv unreadable_body = "There was an error parsing the body";

void refuse_json(context& c) {
    std::string reason = "\"error\":";
    json::append_string(reason, c.body.message);
    c.faults.add("json_invalid", {sv("body"), c.body.position}, "JSON decode error", "{}", reason);
    wire::answer_json(c.res, 422, c.faults.body());
}

bool read_form(context& c) {
    const std::string* type = c.req.find("content-type");
    c.form = wire::read_form(type ? sv(*type) : sv(), c.req.body);
    if (c.form.outcome == wire::form::verdict::good) return true;
    wire::answer_detail(c.res, 400, wire::form_complaint(c.form.outcome));
    return false;
}

// The body's syntax comes before everything else, even before the workspace and the credentials.
bool read_body(context& c) {
    if (c.row->takes_form) return read_form(c);
    if (!c.row->body && !c.row->check) return true;
    if (c.req.body.empty() || !wire::is_json_type(c.req)) return true;
    wire::read_python_json(c.req.body, c.body);
    if (c.body.outcome == wire::python_json::verdict::malformed) {
        refuse_json(c);
        return false;
    }
    if (c.body.outcome == wire::python_json::verdict::unreadable ||
        c.tape.parse(c.body.text, json::policy{wire::python_depth_limit + 1}).has_error()) {
        wire::answer_detail(c.res, 400, unreadable_body);
        return false;
    }
    return true;
}

bool malformed_in_path(context& c, const std::string& text) {
    if (c.row->both_mounts) {
        wire::answer_detail(c.res, 422, "Invalid workspace_id path parameter");
        return false;
    }
    // Two dependencies read this parameter, and both complain.
    for (int twice = 0; twice < 2; ++twice)
        wire::check_identifier(text, {sv("path"), sv("workspace_id")}, 0, c.faults);
    c.malformed_workspace = true;
    return true;
}

bool resolve_workspace(context& c) {
    if (c.row->access != guard::workspace) return true;
    const std::string* in_path = c.found.find("workspace_id");
    const std::string* in_query = c.row->both_mounts ? wire::last(c.query, "workspace_id") : nullptr;
    if (in_path && wire::uuid_complaint(*in_path)) return malformed_in_path(c, *in_path);
    if (in_query && wire::uuid_complaint(*in_query)) {
        wire::check_identifier(*in_query, {sv("query"), sv("workspace_id")}, 0, c.faults);
        c.malformed_workspace = true;
        return true;
    }
    if (!in_path && !in_query) {
        wire::answer_detail(c.res, 422, "workspace_id is required");
        return false;
    }
    c.workspace_id = wire::uuid_value(in_path ? *in_path : *in_query);
    if (in_path && in_query && wire::uuid_value(*in_query) != c.workspace_id) {
        wire::answer_detail(c.res, 400, "Path and query workspace_id values must match");
        return false;
    }
    c.where = c.data.find_workspace(c.workspace_id);
    return true;
}

bool refuse_actor(context& c, unsigned status) {
    wire::answer_detail(c.res, status, status == 401 ? "Unauthorized" : "Forbidden");
    if (status == 401 && c.who.status == actor::state::bad_key) c.res.set("www-authenticate", "Cookie");
    return false;
}

bool check_credentials(context& c) {
    const guard wanted = c.row->access;
    if (wanted == guard::open || c.malformed_workspace) return true;
    c.who = identify(c.req, c.data, c.how);
    if (wanted == guard::session && !c.who.human) {
        c.who.status = actor::state::anonymous;
        return refuse_actor(c, 401);
    }
    if (wanted == guard::user && !c.who.human) return refuse_actor(c, 403);
    if (c.who.status == actor::state::anonymous) return refuse_actor(c, 403);
    if (c.who.status != actor::state::known) return refuse_actor(c, 401);
    if (wanted != guard::workspace) return true;
    switch (enter(c.who, c.where, c.workspace_id)) {
        case entrance::open: return true;
        case entrance::unknown_workspace:
            wire::answer_detail(c.res, 404, "Workspace not found");
            return false;
        case entrance::forbidden: break;
    }
    return refuse_actor(c, 403);
}

bool check_models(context& c) {
    for (const wire::capture& p : c.found.captures) {
        if (p.type == wire::capture::kind::text || p.name == "workspace_id") continue;
        wire::check_identifier(p.value, {sv("path"), p.name},
                               p.type == wire::capture::kind::identifier_v4 ? 4 : 0, c.faults);
    }
    if (c.row->query) wire::check_query(*c.row->query, c.query, c.faults);
    if (c.row->body) {
        if (!c.req.body.empty() && !wire::is_json_type(c.req)) {
            if (!wire::is_utf8(c.req.body)) {
                answer_generic_error(c);
                return false;
            }
            wire::refuse_raw_body(c.req.body, c.faults);
        } else {
            wire::check_body(*c.row->body, c.document(), c.faults);
        }
    }
    if (c.row->check) c.row->check(c);
    if (c.faults.empty()) return true;
    answer_faults(c);
    return false;
}

bool check_scope(context& c) {
    if (c.holds(c.row->scope)) return true;
    wire::answer_missing_scope(c.res, c.row->scope);
    return false;
}

}  // namespace

service::service(store& data, behaviour how) : data_(&data), how_(std::move(how)) {
    for (const route_list group : {directory_routes(), administration_routes(), case_routes(), tag_routes(),
                                   comment_routes(), event_routes(), task_routes(), attachment_routes(),
                                   row_routes(), dropdown_routes(), duration_routes(), field_routes()}) {
        for (const route& r : group) {
            rows_.push_back(&r);
            paths_.push_back({r.method, r.pattern, r.both_mounts});
        }
    }
}

void service::handle(const http::request& req, http::response& res) {
    if (wire::answer_preflight(req, res, how_.origins)) {
        wire::add_security_headers(res);
        return;
    }
    context c(req, res, *data_, how_);
    if (prepare(c)) c.row->answer(c);
    res.set("server", "uvicorn");
    if (c.bare) return;
    wire::add_security_headers(res);
    wire::add_cors_headers(req, res, how_.origins);
}

bool service::find_row(context& c) const {
    c.found = wire::find_path(paths_, c.req.method, c.req.path());
    if (c.found.index == wire::path_match::none) {
        if (c.found.redirect.empty()) {
            wire::answer_detail(c.res, 404, "Not Found");
        } else {
            c.res.status = 307;
            c.res.set("location", wire::redirect_url(c.req, c.found.redirect));
        }
        return false;
    }
    c.row = rows_[c.found.index];
    if (c.found.method_fits) return true;
    wire::answer_detail(c.res, 405, "Method Not Allowed");
    c.res.set("allow", c.row->method);
    return false;
}

bool service::prepare(context& c) const {
    if (!find_row(c)) return false;
    c.query = http::parse_form(c.req.query());
    return read_body(c) && resolve_workspace(c) && check_credentials(c) && check_models(c) && check_scope(c);
}

}  // namespace casebridge::sandbox::tracecat
