// A task of the store that loses its assignee: the store takes nobody away (Tracecat fact sheet §3.2), so another
// task takes its place, under the number that clients know.
#include "bridge/records/record_edit.hpp"
#include "json/writer.hpp"

namespace casebridge::bridge {

using platform::case_store;

namespace {

// What a task is made of, in the store's own words.
constexpr std::string_view written[] = {"title",  "description", "priority",
                                        "status", "workflow_id", "default_trigger_values"};

}  // namespace

bool records::takes_assignee_away(const family_child& c, std::string_view members) {
    if (c.kind->what != platform::record_kind::task || c.stored_id.empty()) return false;
    const opened_text given("{" + std::string(members) + "}");
    return given.root().member("assignee_id").is_null() && c.document.member("assignee").is_object();
}

// What clients know of the task by its first object in the store: its external id and its place among others.
std::string records::lasting_members(const family_child& c) {
    std::string out;
    json::writer w(out);
    w.begin_object();
    if (!c.entries.member("xid")) w.member("xid", std::string_view(c.stored_id));
    if (!c.entries.member("made")) w.member("made", c.document.member("created_at").text());
    w.end_object();
    return out.substr(1, out.size() - 2);
}

// members: what changes beside the assignee.
task<result<void>> records::replace_task(session& s, case_edit& e, family_child c, std::string members) {
    const opened_text change("{" + members + "}");
    std::string text;
    json::writer w(text);
    w.begin_object();
    for (const std::string_view member : written) {
        const json::value now = c.document.member(member);
        const json::value v = change.root().member(member) ? change.root().member(member) : now;
        if (v && !v.is_null()) w.member(member, v);
    }
    w.end_object();
    const std::string whole = text.substr(1, text.size() - 2);
    CB_CO_TRY(auto made,
              co_await store_.create_child(s.ctx, e.of->holder()->id, case_store::child::task, whole));
    e.successor = made->data.member("id").text();
    e.obsolete = c.stored_id;
    e.changed.emplace_back(c.kind, std::move(made));
    co_return result<void>{};
}

// The write is done: the task whose place was taken goes.
task<result<void>> records::remove_obsolete(session& s, const case_edit& e) {
    const auto id = uuid::parse(e.obsolete);
    if (!id) co_return result<void>{};
    const auto gone = co_await store_.remove_child(s.ctx, e.of->holder()->id, case_store::child::task, *id);
    if (gone.has_value()) co_return result<void>{};
    co_return fail(errc::upstream_error, "the task was changed, but stands twice now: task " + e.obsolete +
                                             " of the server cannot be removed");
}

}  // namespace casebridge::bridge
