// Cases, tags, fields and members: what the exchange does, in Tracecat's envelopes and words
// (Tracecat fact sheet §1, §2.1, §3.3, §3.4, §3.8, §5.5).
#include "platform/tracecat/case_query.hpp"
#include "platform/tracecat/context.hpp"
#include "platform/tracecat/errors.hpp"
#include "platform/tracecat/facade.hpp"
#include "platform/tracecat/uuid_text.hpp"

#include "json/writer.hpp"

namespace casebridge::platform::tracecat {
namespace {

constexpr std::string_view filter_header = "casebridge-filter", loss_header = "casebridge-loss";

void take_costs(http::response& res, const outcome& out) {
    res.upstream_requests += out.upstream_requests;
    res.upstream_time += out.upstream_time;
    if (!out.filter_note.empty()) res.set(filter_header, out.filter_note);
    if (!out.loss_note.empty()) res.set(loss_header, out.loss_note);
}

bool is_write(action a) noexcept {
    switch (a) {
        case action::create_case:
        case action::update_case:
        case action::delete_case:
        case action::add_case_tag:
        case action::remove_case_tag: return true;
        default: return false;
    }
}

// Text that PostgreSQL cannot store: a create fails with the generic error, an update says what failed.
bool is_unstorable(const context& c, model of) {
    for (const member& m : of) {
        for (const auto kind : {blemish::kind::nul, blemish::kind::surrogate, blemish::kind::not_finite})
            if (c.body.has(kind, m.name)) return true;
    }
    return false;
}

void storage_failed(context& c) {
    if (c.what() == action::create_case)
        generic_error(c);
    else
        answer_detail(c.res, 500, database_failed);
}

void case_not_found(context& c) {
    const std::string id = c.case_id().to_string();
    switch (c.what()) {
        case action::add_case_tag:
        case action::remove_case_tag:
            answer_detail(c.res, 404, "Case " + id + " not found in this workspace.");
            break;
        case action::list_case_tags: answer_json(c.res, 200, "[]"); break;
        case action::get_tag: answer_detail(c.res, 404, "Tag not found"); break;
        default: answer_detail(c.res, 404, "Case with ID " + id + " not found");
    }
}

// A definition that is missing is a 404; one that is there but not on the case breaks Tracecat's handler.
void tag_not_found(context& c, const failure& why) {
    if (c.what() != action::remove_case_tag)
        answer_detail(c.res, 404, "Tag not found");
    else if (why.pointer == "/tag/case")
        generic_error(c);
    else
        answer_detail(c.res, 404, "Tag not found on case");
}

// Failures that Tracecat words by route; false for all others.
bool word_like_tracecat(context& c, const failure& why) {
    switch (why.code) {
        case errc::not_found:
            if (why.pointer.starts_with("/tag"))
                tag_not_found(c, why);
            else
                case_not_found(c);
            return true;
        case errc::unresolved_reference:
            if (why.pointer != "/assignee_id") return false;
            storage_failed(c);
            return true;
        case errc::unknown_field:
            answer_detail(c.res, 400, "Column '" + why.detail + "' does not exist in table case_fields");
            return true;
        case errc::invalid_value: answer_detail(c.res, 400, why.detail); return true;
        case errc::bad_cursor: answer_detail(c.res, 400, "Invalid pagination cursor"); return true;
        case errc::cursor_mismatch:
            answer_detail(c.res, 400, "Pagination cursor does not match the current query");
            return true;
        default: return false;
    }
}

void write_cursor(json::writer& w, std::string_view key, const std::string& text) {
    w.key(key);
    if (text.empty())
        w.null();
    else
        w.string(text);
}

std::string array_of(const std::vector<item>& items) {
    std::string out;
    json::writer w(out);
    w.begin_array();
    for (const item& i : items) w.raw(i.document);
    w.end_array();
    return out;
}

}  // namespace

operation facade::start(context& c, verb what, object of) const {
    operation op;
    op.action = what;
    op.what = of;
    op.where = c.where;
    op.who = {c.who.user, c.who.key};
    op.id = c.case_id();
    op.document = c.document();
    op.deadline = c.req.deadline;
    op.request_id = c.req.request_id;
    op.traceparent = c.req.traceparent;
    return op;
}

task<bool> facade::run(context& c, const operation& op, outcome& out) {
    result<outcome> got = co_await backend_->run(op);
    if (got.has_value()) {
        out = std::move(got).value();
        take_costs(c.res, out);
        co_return true;
    }
    const failure& why = got.error();
    c.res.reason = to_string(why.code);
    if (!word_like_tracecat(c, why)) word(c, why);
    c.res.reason = to_string(why.code);
    co_return false;
}

task<void> facade::act_on_cases(context& c) {
    if (is_write(c.what()) && options_.read_only) {
        word(c, fail(errc::read_only, "this bridge takes no writes"));
        co_return;
    }
    if (c.what() == action::delete_case && !options_.deletes) {
        word(c, fail(errc::deletes_disabled, "this bridge is configured without deletes"));
        co_return;
    }
    switch (c.what()) {
        case action::list_cases:
        case action::search_cases:
        case action::aggregate_cases: co_await list_cases(c); break;
        case action::create_case: co_await create_case(c); break;
        case action::update_case: co_await update_case(c); break;
        case action::list_memberships:
        case action::get_membership: co_await list_memberships(c); break;
        default: co_await list_plain(c);
    }
}

task<void> facade::list_cases(context& c) {
    operation op = start(c, verb::list, object::case_);
    op.page = read_page(c.query);
    const bool search = c.what() == action::search_cases;
    const std::string* text = last(c.query, "cursor");
    complaint wrong;
    if (text && c.what() != action::aggregate_cases) wrong = {400, overlong_cursor(*text)};
    if (wrong.detail.empty()) wrong = {};
    if (!wrong && c.what() != action::list_cases) wrong = read_filter(c.query, search, op.filter);
    if (!wrong && c.what() != action::aggregate_cases) wrong = read_field_ids(c.query, op.field_ids);
    if (wrong) {
        answer_detail(c.res, wrong.status, wrong.detail);
        co_return;
    }
    const std::string refused = c.what() == action::list_cases ? std::string() : unsupported_filters(c.query);
    if (!refused.empty() || c.what() == action::aggregate_cases) {
        word(c, fail(errc::not_supported, refused.empty()
                                              ? "this bridge does not count cases by status yet"
                                              : "this bridge does not filter by " + refused + " yet"));
        co_return;
    }
    const std::string fingerprint = cursors::fingerprint(c.where->id, op.filter, op.page);
    if (text) {
        cursor from;
        const cursor_error bad = cursors_.read(*text, fingerprint, from);
        if (bad != cursor_error::none) {
            answer_detail(c.res, 400,
                          bad == cursor_error::invalid ? "Invalid pagination cursor"
                          : bad == cursor_error::mismatch
                              ? "Pagination cursor does not match the current query"
                              : "Unsupported pagination cursor version");
            co_return;
        }
        op.page.from = from.at;
        op.page.backward = from.backward;
        op.page.inclusive = from.inclusive;
    }
    if (const std::string* flag = last(c.query, "include_payload"))
        op.include_payload = python_bool(*flag).value_or(false);
    outcome out;
    const bool done = co_await run(c, op, out);
    if (done) render_page(c, op, out, fingerprint);
}

// Which cursors a page has: fact sheet §2.1, §2.2.
void facade::render_page(context& c, const operation& op, const outcome& out,
                         const std::string& fingerprint) const {
    const page_request& p = op.page;
    std::string next, previous;
    const auto make = [&](const place& at, bool backward, bool inclusive) {
        return cursors_.write({at, backward, inclusive}, fingerprint);
    };
    if (out.items.empty()) {
        // The page was emptied meanwhile: one way back, starting with the boundary itself.
        if (p.from && p.backward)
            next = make(*p.from, false, true);
        else if (p.from)
            previous = make(*p.from, true, true);
    } else {
        const bool reached_backward = p.from && p.backward;
        if (out.more_after || reached_backward) next = make(out.items.back().at, false, false);
        if (p.from && (!p.backward || out.more_before)) previous = make(out.items.front().at, true, false);
    }
    std::string body;
    json::writer w(body);
    w.begin_object().key("items").begin_array();
    for (const item& i : out.items) w.raw(i.document);
    w.end_array();
    write_cursor(w, "next_cursor", next);
    write_cursor(w, "prev_cursor", previous);
    w.member("has_more", !next.empty()).member("has_previous", !previous.empty());
    w.member("total_estimate", static_cast<std::int64_t>(out.total)).end_object();
    answer_json(c.res, 200, std::move(body));
}

task<void> facade::create_case(context& c) {
    if (c.document().member("dropdown_values").exists() &&
        !c.document().member("dropdown_values").is_null()) {
        missing_entitlement(c, "case_addons");
        co_return;
    }
    if (is_unstorable(c, case_create)) {
        storage_failed(c);
        co_return;
    }
    const operation op = start(c, verb::create, object::case_);
    outcome out;
    const bool done = co_await run(c, op, out);
    if (!done) co_return;
    answer_json(c.res, 201, "null");
    c.res.set("location", std::string(c.found.api_prefix ? "/api" : "") + "/workspaces/" +
                              c.where->id.to_string() + "/cases/" + out.id.to_string());
}

task<void> facade::update_case(context& c) {
    const json::value doc = c.document();
    const operation op = start(c, verb::update, object::case_);
    const json::value dropdowns = doc.member("dropdown_values");
    const bool refused = dropdowns.exists() && !dropdowns.is_null();
    // summary and description cannot be null, and Tracecat leaves it to the database to say so.
    const bool failed = is_unstorable(c, case_update) || doc.member("summary").is_null() ||
                        doc.member("description").is_null();
    outcome out;
    if (refused || failed) {
        operation look = start(c, verb::read, object::case_);  // an unknown case is a 404 before all that
        look.document = {};
        const bool there = co_await run(c, look, out);
        if (!there) co_return;
        if (refused)
            missing_entitlement(c, "case_addons");
        else
            storage_failed(c);
        co_return;
    }
    const bool done = co_await run(c, op, out);
    if (done) answer_nothing(c.res);
}

// Everything whose answer is the documents themselves, or nothing.
task<void> facade::list_plain(context& c) {
    if (c.what() == action::add_case_tag && is_unstorable(c, tag_add)) {
        generic_error(c);
        co_return;
    }
    operation op;
    unsigned status = 200;
    bool single = false;
    switch (c.what()) {
        case action::get_case:
            op = start(c, verb::read, object::case_);
            single = true;
            break;
        case action::delete_case:
            op = start(c, verb::remove, object::case_);
            status = 204;
            break;
        case action::list_fields: op = start(c, verb::list, object::field); break;
        case action::list_tags: op = start(c, verb::list, object::tag); break;
        case action::get_tag:
            op = start(c, verb::read, object::tag);
            op.child = uuid_value(*c.found.find("tag_id")).to_string();
            single = true;
            break;
        case action::list_case_tags: op = start(c, verb::list, object::case_tag); break;
        case action::add_case_tag:
            op = start(c, verb::create, object::case_tag);
            op.child = std::string(c.document().member("tag_id").text());
            status = 201;
            single = true;
            break;
        case action::remove_case_tag:
            op = start(c, verb::remove, object::case_tag);
            op.child = *c.found.find("tag_identifier");
            status = 204;
            break;
        default: op = start(c, verb::list, object::user);
    }
    outcome out;
    const bool done = co_await run(c, op, out);
    if (!done) co_return;
    if (status == 204)
        answer_nothing(c.res);
    else if (!single)
        answer_json(c.res, status, array_of(out.items));
    else if (!out.items.empty())
        answer_json(c.res, status, std::move(out.items.front().document));
    else
        word(c, fail(errc::internal, "the exchange gave no document"));
}

task<void> facade::list_memberships(context& c) {
    const operation op = start(c, verb::list, object::user);
    outcome out;
    const bool done = co_await run(c, op, out);
    if (!done) co_return;
    const std::string* wanted = c.found.find("user_id");
    const uuid user = wanted ? uuid_value(*wanted) : uuid{};
    std::string body;
    json::writer w(body);
    if (!wanted) w.begin_array();
    for (const item& i : out.items) {
        json::tape t;
        if (t.parse(i.document, json::policy{}).has_error()) continue;
        const json::value id = t.root().member("user_id");
        if (wanted && uuid::parse(id.text()) != user) continue;
        w.begin_object().member("user_id", id);
        w.member("workspace_id", c.where->id.to_string()).end_object();
        if (wanted) break;
    }
    if (!wanted) w.end_array();
    if (body.empty())
        answer_detail(c.res, 404, "Membership not found");
    else
        answer_json(c.res, 200, std::move(body));
}

}  // namespace casebridge::platform::tracecat
