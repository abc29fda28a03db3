// Comments of a case and their threads of one level (Tracecat fact sheet §3.1).
#include "platform/tracecat/facade/child_answers.hpp"
#include "platform/tracecat/facade/errors.hpp"
#include "platform/tracecat/facade/facade.hpp"
#include "platform/tracecat/wire/child_models.hpp"
#include "platform/tracecat/wire/unicode.hpp"
#include "platform/tracecat/wire/uuid_text.hpp"

#include "core/timestamp.hpp"
#include "json/writer.hpp"

#include <map>
#include <vector>

namespace casebridge::platform::tracecat {
namespace {

// What a deleted comment that has replies shows.
constexpr std::string_view left_behind = R"({"content":"Comment deleted"})";

// A comment of the list, as a thread needs it.
struct entry {
    const std::string* document = nullptr;
    std::string id, parent, updated;  // parent empty: a root
};

// Times of one spelling compare as texts, but for the fraction that may be missing.
bool is_earlier(const std::string& a, const std::string& b) {
    const auto at = parse_iso8601(a), bt = parse_iso8601(b);
    return at && bt && *at < *bt;
}

std::vector<entry> entries_of(const std::vector<item>& items) {
    std::vector<entry> out;
    for (const item& i : items) {
        json::tape t;
        if (t.parse(i.document, json::policy{}).has_error()) continue;
        const json::value v = t.root();
        out.push_back({&i.document, std::string(v.member("id").text()),
                       std::string(v.member("parent_id").text()),
                       std::string(v.member("updated_at").text())});
    }
    return out;
}

using replies = std::map<std::string_view, std::vector<const entry*>>;  // by their root, in order

void write_thread(json::writer& w, const entry& root, const replies& all) {
    std::string latest = root.updated;
    std::int64_t count = 0;
    w.begin_object().key("comment").raw(*root.document).key("replies").begin_array();
    const auto own = all.find(root.id);
    for (const entry* e : own == all.end() ? std::vector<const entry*>{} : own->second) {
        w.raw(*e->document);
        ++count;
        if (is_earlier(latest, e->updated)) latest = e->updated;
    }
    w.end_array().member("reply_count", count).member("last_activity_at", latest).end_object();
}

// Roots in the order of the list, each with its replies.
std::string threads_of(const std::vector<item>& items) {
    const std::vector<entry> all = entries_of(items);
    replies below;
    for (const entry& e : all) {
        if (!e.parent.empty()) below[e.parent].push_back(&e);
    }
    std::string out;
    json::writer w(out);
    w.begin_array();
    for (const entry& e : all) {
        if (e.parent.empty()) write_thread(w, e, below);
    }
    w.end_array();
    return out;
}

// What the exchange gets: only what is written, trimmed.
std::string comment_document(json::value body) {
    std::string out;
    json::writer w(out);
    w.begin_object();
    const json::value content = body.member("content"), parent = body.member("parent_id");
    if (given(content)) w.member("content", python_strip(content.text()));
    if (given(parent)) w.member("parent_id", uuid_value(parent.text()).to_string());
    w.end_object();
    return out;
}

}  // namespace

task<void> facade::act_on_comments(context& c) {
    switch (c.what()) {
        case action::create_comment: co_await create_comment(c); break;
        case action::update_comment: co_await update_comment(c); break;
        case action::delete_comment: co_await delete_comment(c); break;
        default: co_await list_comments(c);
    }
}

task<void> facade::list_comments(context& c) {
    const bool threads = c.what() == action::list_threads;
    if (threads && !options_.case_addons) {
        missing_entitlement(c, "case_addons");
        co_return;
    }
    operation op = start(c, verb::list, object::comment);
    op.document = {};
    outcome out;
    const bool done = co_await run(c, op, out);
    if (done) answer_json(c.res, 200, threads ? threads_of(out.items) : array_of(out.items));
}

// An unknown case is a 404 before everything that the body asks for in vain.
task<bool> facade::has_case(context& c, object children) {
    operation op = start(c, verb::list, children);
    op.document = {};
    outcome out;
    co_return co_await run(c, op, out);
}

task<void> facade::create_comment(context& c) {
    const json::value body = c.document();
    const bool workflow = given(body.member("workflow_id"));
    const bool refused = !options_.case_addons && (workflow || given(body.member("parent_id")));
    const bool unstorable = is_unstorable(c, comment_create);
    if (refused || workflow || unstorable) {
        const bool there = co_await has_case(c, object::comment);
        if (!there) co_return;
        if (refused)
            missing_entitlement(c, "case_addons");
        else if (workflow)
            answer_detail(c.res, 400, "Workflow not found");
        else
            generic_error(c);
        co_return;
    }
    const std::string text = comment_document(body);
    json::tape document;
    if (document.parse(text, json::policy{}).has_error()) {
        generic_error(c);
        co_return;
    }
    operation op = start(c, verb::create, object::comment);
    op.document = document.root();
    outcome out;
    const bool done = co_await run(c, op, out);
    if (!done) co_return;
    answer_json(c.res, 201, "null");
    c.res.set("location", place_of_child(c, "comments", out.id));
}

// Existence, author and deletion come before what is wrong with the body: those are asked for with a change
// of nothing.
task<void> facade::update_comment(context& c) {
    const json::value body = c.document();
    const bool moves = body.member("parent_id").exists();
    const bool blank = body.member("content").is_null();
    const bool unstorable = is_unstorable(c, comment_update);
    const std::string text = moves || blank || unstorable ? "{}" : comment_document(body);
    json::tape document;
    if (document.parse(text, json::policy{}).has_error()) {
        generic_error(c);
        co_return;
    }
    operation op = start(c, verb::update, object::comment);
    op.child = uuid_value(*c.found.find("comment_id")).to_string();
    op.document = document.root();
    outcome out;
    const bool done = co_await run(c, op, out);
    if (!done) co_return;
    if (moves)
        answer_detail(c.res, 400, "Changing a comment parent is not supported");
    else if (blank)
        answer_detail(c.res, 400, "Comment content is required");
    else if (unstorable)
        generic_error(c);
    else
        answer_nothing(c.res);
}

task<void> facade::delete_comment(context& c) {
    json::tape rest;
    if (rest.parse(left_behind, json::policy{}).has_error()) {
        generic_error(c);
        co_return;
    }
    operation op = start(c, verb::remove, object::comment);
    op.document = rest.root();
    op.child = uuid_value(*c.found.find("comment_id")).to_string();
    outcome out;
    const bool done = co_await run(c, op, out);
    if (done) answer_nothing(c.res);
}

}  // namespace casebridge::platform::tracecat
