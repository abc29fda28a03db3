#include "platform/threatconnect/facade/facade.hpp"

#include "core/timestamp.hpp"
#include "platform/threatconnect/facade/context.hpp"
#include "platform/threatconnect/facade/credentials.hpp"
#include "platform/threatconnect/facade/envelope.hpp"
#include "platform/threatconnect/facade/open_api.hpp"
#include "platform/threatconnect/facade/options.hpp"

namespace casebridge::platform::threatconnect {
namespace {

constexpr std::size_t usual_body_limit = 1024 * 1024;
constexpr std::string_view filter_header = "casebridge-filter", loss_header = "casebridge-loss";

bool is_write(action a) noexcept {
    return a == action::create || a == action::update || a == action::remove || a == action::remove_many;
}

bool may(const writes& allowed, action a) noexcept {
    switch (a) {
        case action::create: return allowed.create;
        case action::update: return allowed.update;
        case action::remove: return allowed.remove;
        case action::remove_many: return allowed.remove_many;
        default: return true;
    }
}

std::string sentence(std::string_view what, std::string_view entity) {
    return "The requested " + std::string(entity) + " was not " + std::string(what);
}

// "/assignee/data" is about "assignee".
std::string member_of(const std::string& pointer) {
    return pointer.size() < 2 ? std::string() : pointer.substr(1, pointer.find('/', 1) - 1);
}

// "caseId" names a case.
std::string without_id(std::string name) {
    if (name.ends_with("Id")) name.resize(name.size() - 2);
    return name;
}

}  // namespace

std::int64_t system_seconds() { return instant::now().micros / 1'000'000; }

facade::facade(options opts, const directory& accounts, record_exchange& backend, error_words words)
    : options_(std::move(opts)),
      accounts_(&accounts),
      backend_(&backend),
      words_(std::move(words)),
      tokens_(options_.token_key, accounts, options_.now, options_.previous_token_key),
      links_(options_.public_url, options_.link_key, options_.previous_link_key) {}

std::size_t facade::body_limit(const http::request& head) const {
    const match m = find_route(head.method, head.path());
    return m.row && m.method_fits && m.object ? m.object->body_limit : usual_body_limit;
}

void facade::refuse(const failure& why, http::response& res) const {
    answer_error(res, words_(why));
    res.reason = to_string(why.code);
    if (why.retry_after) res.set("retry-after", std::to_string(why.retry_after->count()));
}

void facade::refuse(context& c, complaint why) const { answer_error(c.res, why, c.speaks); }

task<void> facade::handle(const http::request& req, http::response& res) {
    context c(req, res);
    if (prepare(c)) co_await act(c);
    if (c.who) res.account = c.who->access_id;
}

bool facade::prepare(context& c) const {
    return check_route(c) && check_caller(c) && check_parameters(c) && check_write(c);
}

bool facade::check_route(context& c) const {
    const std::string_view path = c.req.path();
    c.found = find_route(c.req.method, path);
    if (path.starts_with("/v2/") || path.starts_with("/api/v2/")) c.speaks = generation::v2;
    if (!c.found.row) {
        refuse(c, {err::not_found});
        return false;
    }
    c.res.route = c.found.name();
    if (c.found.method_fits) return true;
    refuse(c, {err::not_allowed});
    c.res.set("allow", c.found.row->method);
    return false;
}

bool facade::check_caller(context& c) const {
    if (c.what() == action::renew_token) return true;
    const auto who = identify(c.req, *accounts_, tokens_, options_.now());
    if (who.has_error()) {
        refuse(c, who.error());
        return false;
    }
    c.who = *who;
    c.where = accounts_->find_workspace(c.who->workspace);
    if (c.where) return true;
    refuse(c, {err::forbidden, "Access Denied"});
    return false;
}

bool facade::check_parameters(context& c) const {
    auto given = parameters::read(c.req);
    if (given.has_error()) {
        refuse(c, given.error());
        return false;
    }
    c.given = std::move(*given);
    if (auto wrong = links_.open(c.given)) {
        refuse(c, std::move(*wrong));
        return false;
    }
    for (const std::string& f : c.given.all("fields")) c.asked.add(f);
    const std::string* owner = c.given.find("owner");
    if (!owner || owner->empty() || !c.where || *owner == c.where->organization) return true;
    refuse(c, {err::forbidden, "Access Denied"});
    return false;
}

bool facade::check_write(context& c) const {
    if (!is_write(c.what())) return true;
    const object_model& o = c.object();
    if (!o.kind || !may(o.allowed, c.what())) {
        refuse(c, {err::not_allowed,
                   o.missing.empty() ? "" : "This operation is not supported: " + std::string(o.missing)});
        return false;
    }
    if (!c.who->read_write) {
        refuse(c, {err::forbidden});
        return false;
    }
    if (options_.read_only) {
        word(c, fail(errc::read_only, "this bridge takes no writes"));
        return false;
    }
    const bool many = c.what() == action::remove_many;
    const bool removal = c.what() == action::remove || many;
    if (removal && (o.allowed.guarded || many) && !options_.deletes) {
        word(c, fail(errc::deletes_disabled, "this bridge is configured without deletes"));
        return false;
    }
    if (!many || options_.bulk_delete) return true;
    refuse(c, {err::forbidden,
               "Bulk delete is switched off on this server; set \"bulk_delete\": true in its "
               "configuration to allow it"});
    return false;
}

task<void> facade::act(context& c) {
    if (answer_alone(c)) co_return;
    switch (c.what()) {
        case action::describe: co_await describe_object(c); break;
        case action::list: co_await list(c); break;
        case action::read: co_await read(c); break;
        case action::create:
        case action::update: co_await write(c); break;
        case action::remove: co_await remove(c); break;
        case action::remove_many: co_await remove_many(c); break;
        default: co_await act_on_v2(c);
    }
}

bool facade::answer_alone(context& c) const {
    switch (c.what()) {
        case action::describe_fields: answer_json(c.res, 200, describe_fields(c.object())); return true;
        case action::describe_words: answer_json(c.res, 200, describe_words(c.object())); return true;
        case action::open_api: answer_json(c.res, 200, open_api_document(options_.public_url)); return true;
        case action::issue_token: issue_token(c); return true;
        case action::renew_token: renew_token(c); return true;
        case action::who_am_i: who_am_i(c); return true;
        case action::indicator_types:
            answer_json(c.res, 200, R"({"status":"Success","data":{"resultCount":0,"indicatorType":[]}})");
            return true;
        default: return false;
    }
}

record_request facade::start(const context& c, record_verb action) const {
    record_request r;
    r.action = action;
    if (c.found.object && c.object().kind) r.what = *c.object().kind;
    r.where = c.where;
    r.who = c.who;
    r.deadline = c.req.deadline;
    r.peer = c.req.peer;
    r.request_id = c.req.request_id;
    r.traceparent = c.req.traceparent;
    r.tracestate = c.req.tracestate;
    if (c.found.object) r.members = asked_members(c.object(), c.asked);
    return r;
}

task<bool> facade::run(context& c, const record_request& r, record_answer& out) {
    auto done = co_await backend_->run(r);
    co_return take(c, std::move(done), out);
}

bool facade::take(context& c, result<record_answer> done, record_answer& out) const {
    if (done.has_error()) {
        word(c, done.error());
        return false;
    }
    out = std::move(*done);
    c.res.upstream_requests += out.upstream_requests;
    c.res.upstream_time += out.upstream_time;
    if (!out.filter_note.empty()) c.res.set(filter_header, out.filter_note);
    if (!out.loss_note.empty()) c.res.set(loss_header, out.loss_note);
    return true;
}

// The failures that the exchange leaves to the façade (platform/record.hpp), then the table.
void facade::word(context& c, const failure& why) const {
    const std::string entity(c.found.object ? c.object().entity : "resource");
    const std::string member = member_of(why.pointer);
    if (why.code == errc::not_found) {
        refuse(c, {err::not_found, sentence("found", member.empty() ? entity : without_id(member))});
    } else if (why.code == errc::conflict && member == "idempotency_key") {
        refuse(c, {err::conflict, "This Idempotency-Key was used for another request"});
    } else if (why.code == errc::conflict && !member.empty()) {
        refuse(c, {err::conflict, "The " + member + " for this " + entity + " is invalid, a " + entity +
                                      " with this " + member + " already exists"});
    } else if (why.code == errc::unresolved_reference && why.pointer.ends_with("/case")) {
        refuse(c, {err::mismatched});
    } else if (why.code == errc::unresolved_reference && !member.empty()) {
        refuse(c,
               {err::bad_request, sentence("found", member) + (why.detail.empty() ? "" : ": " + why.detail)});
    } else if (why.code == errc::invalid_value && !why.detail.empty()) {
        refuse(c, {err::improper, why.detail});
    } else {
        answer_error(c.res, words_(why), c.speaks);
    }
    c.res.reason = to_string(why.code);
    if (why.retry_after) c.res.set("retry-after", std::to_string(why.retry_after->count()));
}

}  // namespace casebridge::platform::threatconnect
