// Comments of a case: notes of the backend, whose authors, parents and deletions are carried.
#include "bridge/children/stored_child.hpp"
#include "bridge/session.hpp"

#include "json/writer.hpp"

#include <algorithm>

namespace casebridge::bridge {
namespace {

using platform::child;
using platform::outcome;

constexpr platform::child_kinds notes_only{true, false, false, false};

// By their time; within one second, which is as fine as the backend tells it, as the backend lists them:
// numbers need not ascend.
void sort_by_time(std::vector<stored_child>& all, const mapping::references& refs) {
    std::vector<std::pair<std::int64_t, std::size_t>> keys;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto at = parse_iso8601(all[i].plain("created", refs)).value_or(instant{});
        keys.emplace_back(at.micros, i);
    }
    std::sort(keys.begin(), keys.end());
    std::vector<stored_child> sorted;
    sorted.reserve(all.size());
    for (const auto& [key, i] : keys) sorted.push_back(std::move(all[i]));
    all = std::move(sorted);
}

// A reply stands by itself, or nobody would see it, if somebody removed its root on the backend, or if what
// is carried makes it a reply to a reply.
void free_from(std::string& document, const std::string& parent) {
    const std::string said = "\"parent_id\":\"" + parent + "\"";  // quotes within texts are escaped
    if (const auto at = document.find(said); at != std::string::npos)
        document.replace(at, said.size(), "\"parent_id\":null");
}

std::optional<std::int64_t> number_of_comment(const workspace_state& state, std::string_view text) {
    const auto id = uuid::parse(text);
    return id ? state.ids().decode(id_kind::comment, *id) : std::nullopt;
}

// "Ana Analyst <ana@example.com> wrote:"
std::string first_line(const platform::caller& who) {
    if (who.user == nullptr) return "API key " + std::string(who.name()) + " wrote:";
    std::string name = who.user->first_name;
    if (!name.empty() && !who.user->last_name.empty()) name += ' ';
    name += who.user->last_name;
    return name.empty() ? who.user->email + " wrote:" : name + " <" + who.user->email + "> wrote:";
}

bool is_author(const stored_child& c, const platform::caller& who) {
    return who.user != nullptr && c.carried("user") == who.user->id.to_string();
}

// What a comment's events tell of it.
std::string event_members(const std::string& id, const std::string& parent, std::string_view delete_mode) {
    std::string out = "\"comment_id\":\"" + id + "\"";
    if (!parent.empty()) out += ",\"parent_id\":\"" + parent + "\"";
    out += ",\"thread_root_id\":\"" + (parent.empty() ? id : parent) + "\"";
    if (!delete_mode.empty()) out.append(",\"delete_mode\":\"").append(delete_mode).append("\"");
    return out;
}

case_event event_of(std::string_view what, const std::string& id, const std::string& parent,
                    std::string_view delete_mode = {}) {
    return {std::string(parent.empty() ? "comment_" : "comment_reply_").append(what),
            event_members(id, parent, delete_mode)};
}

}  // namespace

task<result<outcome>> exchange::run_comment(session& s) {
    switch (s.op.action) {
        case platform::verb::create: return create_comment(s);
        case platform::verb::update:
        case platform::verb::remove: return change_comment(s);
        default: return list_comments(s);
    }
}

task<result<outcome>> exchange::list_comments(session& s) {
    CB_CO_TRY(const auto who, co_await s.state.load_people(s.ctx));
    CB_CO_TRY(const family f, co_await fetch_family(s, notes_only));
    const workspace_references refs(s.state, who.get());
    auto all = children_of(backend_, tables_.object("comment"), f.states, f.document(), child::note);
    sort_by_time(all, refs);
    const mapping::view_program::request what = f.show();
    outcome out;
    for (const stored_child& c : all) {
        std::string document = c.shown(refs, what, s.notes);
        const std::string parent = c.plain("parent_id", refs);
        const auto number = number_of_comment(s.state, parent);
        const stored_child* root = number ? find_number(all, *number) : nullptr;
        if (!parent.empty() && (root == nullptr || !root->plain("parent_id", refs).empty()))
            free_from(document, parent);
        out.items.push_back({{0, c.number}, std::move(document)});
    }
    co_return out;
}

task<result<outcome>> exchange::create_comment(session& s) {
    CB_CO_TRY(const child_work w, co_await begin_child_write(s, child::note, "comment"));
    const std::string mark = idempotency_mark(s.op);
    outcome out;
    CB_CO_TRY(const stored_child* made_before, made_under(w.all, mark));
    if (made_before != nullptr) {
        out.id = s.state.ids().encode(id_kind::comment, made_before->number);
        co_return out;
    }
    CB_CO_CHECK(co_await check_parent(s, w));
    const std::string text = comment_document(s, mark);
    json::tape document;
    CB_CO_CHECK(document.parse(text, {}));
    mapping::write_plan plan;
    CB_CO_CHECK(w.programs->write->run(document.root(), nullptr, *w.fields, w.refs, instant::now(), plan));
    platform::child_write made = w.write_of(plan, child::note);
    made.history =
        child_work::history_of_new(*this, s, id_kind::comment,
                                   [parent = std::string(s.op.document.member("parent_id").text())](
                                       const std::string& id) { return event_of("created", id, parent); });
    CB_CO_TRY(const auto done, co_await write_child(s, w.of, made));
    out.id = s.state.ids().encode(id_kind::comment, done.number);
    co_return out;
}

// A reply's parent is a root of the same case that is not deleted.
task<result<void>> exchange::check_parent(session& s, const child_work& w) {
    const json::value parent = s.op.document.member("parent_id");
    if (!parent.is_string()) co_return result<void>{};
    const auto number = number_of_comment(s.state, parent.text());
    const stored_child* root = number ? find_number(w.all, *number) : nullptr;
    if (root == nullptr) {
        failure why =
            co_await missing_child(s, child::note, number, errc::unresolved_reference, "/parent_id");
        co_return why;
    }
    if (!root->plain("parent_id", w.refs).empty())
        co_return fail(errc::conflict, "replies have no replies", "/parent_id/parent_id");
    if (!root->plain("deleted_at", w.refs).empty())
        co_return fail(errc::conflict, "the comment is deleted", "/parent_id/deleted_at");
    co_return result<void>{};
}

// The client's members and those that the server sets.
std::string exchange::comment_document(const session& s, const std::string& mark) const {
    const json::value sent = s.op.document;
    std::string out;
    json::writer w(out);
    w.begin_object().member("content", sent.member("content"));
    if (sent.member("parent_id").is_string()) w.member("parent_id", sent.member("parent_id"));
    w.key("user_id");
    if (s.op.who.user)
        w.string(s.op.who.user->id.to_string());
    else
        w.null();
    if (options_.visible_authors) w.member("shown_author", first_line(s.op.who));
    if (!mark.empty()) w.member(idempotency_member, mark);
    w.end_object();
    return out;
}

task<result<outcome>> exchange::change_comment(session& s) {
    const bool removes = s.op.action == platform::verb::remove;
    CB_CO_TRY(const child_work w, co_await begin_child_write(s, child::note, "comment"));
    const auto number = number_of_comment(s.state, s.op.child);
    const stored_child* found = number ? find_number(w.all, *number) : nullptr;
    if (found == nullptr) co_return fail(errc::not_found, "no such comment on this case", "/comment");
    if (!is_author(*found, s.op.who)) co_return fail(errc::forbidden, "it is another's comment", "/comment");
    const bool deleted = !found->plain("deleted_at", w.refs).empty();
    if (deleted && !removes) co_return fail(errc::conflict, "the comment is deleted", "/comment/deleted_at");
    outcome out;
    out.id = s.state.ids().encode(id_kind::comment, *number);
    if (removes && !deleted)
        CB_CO_CHECK(co_await remove_comment(s, w, *found));
    else if (!removes && s.op.document.size() > 0)
        CB_CO_CHECK(co_await edit_comment(s, w, *found));
    co_return out;
}

// Of a comment that has replies only the text goes: what the operation's document says stands in its place.
task<result<void>> exchange::remove_comment(session& s, const child_work& w, const stored_child& c) {
    const std::string own = s.state.ids().encode(id_kind::comment, c.number).to_string();
    const bool has_replies = std::any_of(w.all.begin(), w.all.end(), [&](const stored_child& other) {
        return other.plain("parent_id", w.refs) == own;
    });
    if (has_replies) co_return co_await edit_comment(s, w, c);
    auto told = event_of("deleted", own, c.plain("parent_id", w.refs), "hard");
    co_return co_await drop_child(s, w, child::note, c, std::move(told));
}

task<result<void>> exchange::edit_comment(session& s, const child_work& w, const stored_child& c) {
    const bool removes = s.op.action == platform::verb::remove;
    std::string text;
    json::writer members(text);
    members.begin_object().member("content", s.op.document.member("content"));
    if (removes) {
        std::string now;
        append_micros(now, instant::now());
        const std::string edited = c.plain("last_edited_at", w.refs);
        members.member("deleted_at", now).key("last_edited_at");
        if (edited.empty())
            members.null();
        else
            members.string(edited);
    }
    members.end_object();  // the same text again is an edit as well, and an event
    json::tape document;
    CB_CO_CHECK(document.parse(text, {}));
    mapping::write_plan plan;
    CB_CO_CHECK(w.programs->write->run(document.root(), &c.reader, *w.fields, w.refs, instant::now(), plan));
    const std::string own = s.state.ids().encode(id_kind::comment, c.number).to_string();
    const std::string parent = c.plain("parent_id", w.refs);
    s.events.push_back(removes ? event_of("deleted", own, parent, "soft") : event_of("updated", own, parent));
    plan.history = history_of(s);
    platform::child_write change = w.write_of(plan, child::note);
    change.number = c.number;
    CB_CO_CHECK(co_await write_child(s, w.of, change));
    co_return result<void>{};
}

}  // namespace casebridge::bridge
