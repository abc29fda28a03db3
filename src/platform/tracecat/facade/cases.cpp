// Cases, tags, fields and members: what the exchange does, in Tracecat's envelopes and words
// (Tracecat fact sheet §1, §3.3, §3.4, §3.8, §5.5).
#include "platform/tracecat/facade/attachments.hpp"
#include "platform/tracecat/facade/child_answers.hpp"
#include "platform/tracecat/facade/context.hpp"
#include "platform/tracecat/facade/errors.hpp"
#include "platform/tracecat/facade/facade.hpp"
#include "platform/tracecat/facade/fields.hpp"
#include "platform/tracecat/wire/uuid_text.hpp"

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

bool is_delete(action a) noexcept {
    return a == action::delete_case || a == action::delete_cases || a == action::delete_tag ||
           a == action::delete_field || a == action::delete_comment || a == action::delete_task ||
           a == action::delete_attachment;
}

bool is_write(const route& row) noexcept { return row.method != "GET"; }

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
        case action::get_tag:
        case action::update_tag:
        case action::delete_tag: answer_detail(c.res, 404, "Tag not found"); break;
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

bool word_conflict(context& c, const failure& why) {
    if (why.pointer == "/ref")
        answer_detail(c.res, 400, "Case tag with slug '" + why.detail + "' already exists");
    else if (why.pointer == "/name")
        answer_detail(c.res, 400, tag_exists);
    else if (why.pointer == "/case_ids")
        answer_detail(c.res, 409,
                      std::string("Timed out waiting to lock cases for batch ") +
                          (c.what() == action::delete_cases ? "delete" : "update"));
    else if (why.pointer == "/tag")
        answer_detail(c.res, 409, "Tag operation failed");
    else if (why.pointer == "/idempotency_key")
        answer_detail(c.res, 422, "This Idempotency-Key was used for another request");
    else
        return false;
    return true;
}

// Failures that Tracecat words by route; false for all others.
bool word_like_tracecat(context& c, const failure& why) {
    if (word_of_file(c, why) || word_of_child(c, why) || word_of_field(c, why)) return true;
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
        case errc::unknown_field: answer_detail(c.res, 400, unknown_column(why.detail)); return true;
        case errc::invalid_value: answer_detail(c.res, 400, why.detail); return true;
        case errc::conflict: return word_conflict(c, why);
        case errc::bad_cursor: answer_detail(c.res, 400, "Invalid pagination cursor"); return true;
        case errc::cursor_mismatch:
            answer_detail(c.res, 400, "Pagination cursor does not match the current query");
            return true;
        default: return false;
    }
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
    op.peer = c.req.peer;
    const std::string* key = what == verb::create ? c.req.find("idempotency-key") : nullptr;
    if (key) op.idempotency_key = *key;
    op.traceparent = c.req.traceparent;
    op.tracestate = c.req.tracestate;
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
    if (is_write(*c.found.row) && options_.read_only) {
        word(c, fail(errc::read_only, "this bridge takes no writes"));
        co_return;
    }
    if (is_delete(c.what()) && !options_.deletes) {
        word(c, fail(errc::deletes_disabled, "this bridge is configured without deletes"));
        co_return;
    }
    switch (c.what()) {
        case action::list_cases:
        case action::search_cases:
        case action::aggregate_cases: co_await list_cases(c); break;
        case action::create_case: co_await create_case(c); break;
        case action::update_case: co_await update_case(c); break;
        case action::update_cases:
        case action::delete_cases: co_await run_batch(c); break;
        case action::create_tag: co_await create_tag(c); break;
        case action::update_tag:
        case action::delete_tag: co_await change_tag(c); break;
        case action::create_field:
        case action::update_field:
        case action::delete_field: co_await write_field(c); break;
        case action::list_memberships:
        case action::get_membership: co_await list_memberships(c); break;
        case action::list_comments:
        case action::list_threads:
        case action::create_comment:
        case action::update_comment:
        case action::delete_comment: co_await act_on_comments(c); break;
        case action::list_tasks:
        case action::create_task:
        case action::update_task:
        case action::delete_task: co_await act_on_tasks(c); break;
        case action::list_attachments:
        case action::create_attachment:
        case action::get_attachment:
        case action::delete_attachment: co_await act_on_attachments(c); break;
        default: co_await list_plain(c);
    }
}

// dropdown_values that cannot be: false if there are none, else the answer is given. Without the entitlement an empty
// list is refused as well (fact sheet §1.6).
bool facade::answer_choices(context& c) const {
    const json::value choices = c.document().member("dropdown_values");
    if (!given(choices) || (options_.case_addons && choices.size() == 0)) return false;
    if (options_.case_addons)
        unknown_choice_error(c, choices);
    else
        missing_entitlement(c, "case_addons");
    return true;
}

task<void> facade::create_case(context& c) {
    if (answer_choices(c)) co_return;
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
    const json::value choices = doc.member("dropdown_values");
    const bool refused = given(choices) && !(options_.case_addons && choices.size() == 0);
    // summary and description cannot be null, and Tracecat leaves it to the database to say so.
    const bool failed = is_unstorable(c, case_update) || doc.member("summary").is_null() ||
                        doc.member("description").is_null();
    outcome out;
    if (refused || failed) {
        // An unknown case is a 404 before all that. The history is read, which leaves no trace of a look at the case.
        operation look = start(c, verb::read, object::event);
        look.document = {};
        const bool there = co_await run(c, look, out);
        if (!there) co_return;
        if (!refused || !answer_choices(c)) storage_failed(c);
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
        case action::list_events:
            op = start(c, verb::read, object::event);
            single = true;
            break;
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
    else
        answer_document(c, status, out);
}

void facade::answer_document(context& c, unsigned status, outcome& out) const {
    if (out.items.empty())
        word(c, fail(errc::internal, "the exchange gave no document"));
    else
        answer_json(c.res, status, std::move(out.items.front().document));
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
