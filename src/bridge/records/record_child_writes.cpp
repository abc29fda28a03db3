// What hangs on a case: made, changed, removed. Each is a write of its case, under the case's lock.
#include "bridge/children/stored_child.hpp"
#include "bridge/records/record_edit.hpp"
#include "core/crypto.hpp"
#include "core/timestamp.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace casebridge::bridge {

using platform::case_store;
using platform::record_answer;
using platform::record_kind;

namespace {

constexpr platform::completion described{true, false};

// Members by which a child can be told where it hangs, and what they name.
struct parent_member {
    std::string_view number, external_id;
    record_kind what;
};
constexpr parent_member parents[] = {{"taskId", "taskXid", record_kind::task},
                                     {"artifactId", {}, record_kind::artifact},
                                     {"workflowEventId", {}, record_kind::event}};

failure of_another_case(std::string_view member, std::string_view named) {
    return fail(errc::unresolved_reference, std::string(named), "/" + std::string(member) + "/case");
}

failure no_parent(std::string_view member, std::string_view what) {
    return fail(errc::not_found, "no " + std::string(what) + " with this id", "/" + std::string(member));
}

// Who may not do this in the store, and what would help.
failure unwritable(failure why) {
    if (why.code != errc::forbidden && why.code != errc::upstream_forbidden) return why;
    return fail(errc::upstream_forbidden,
                why.detail +
                    ". Comments are changed by their author alone, and never with an API key: let the "
                    "bridge, or this user's \"acts_as\", log in as the author");
}

}  // namespace

std::string records::mark_of(const session& s) {
    if (s.r.idempotency_key.empty()) return {};
    std::string request;
    json::append_value(request, s.r.document);
    for (const auto& bytes : s.r.contents) {
        const digest d = sha256(bytes);
        request += as_text(d);
    }
    return idempotency_mark(s.r.who->access_id + '\n' + std::string(s.r.idempotency_key), request);
}

// Where a new child is to hang: all that is said must agree.
task<result<records::child_place>> records::find_place(session& s) {
    const json::value d = s.r.document;
    child_place out;
    for (const auto& p : parents) {
        std::int64_t number = 0;
        const bool given = d.member(p.number).to_int64(number);
        const json::value external = p.external_id.empty() ? json::value{} : d.member(p.external_id);
        if (external.is_string()) {
            const auto found = co_await find_task(s, std::string(external.text()));
            if (found.has_error() && found.error().code == errc::not_found)
                co_return no_parent(p.number, find_child_kind(p.what)->entity);
            if (found.has_error()) co_return found.error();
            if (given && *found != number) co_return of_another_case(p.external_id, external.text());
            number = *found;
        } else if (!given) {
            continue;
        }
        const std::int64_t of = number / children_per_case;
        if (of == 0) co_return no_parent(p.number, find_child_kind(p.what)->entity);
        if (out.case_number != 0 && out.case_number != of)
            co_return of_another_case(p.number, std::to_string(number));
        out.case_number = of;
        out.relations.emplace_back(p.number, number % children_per_case);
    }
    CB_CO_CHECK(co_await find_case_of(s, out));
    if (out.case_number == 0) co_return fail(errc::invalid_value, "caseId is needed", "/caseId");
    co_return out;
}

// … as far as the case itself is named.
task<result<void>> records::find_case_of(session& s, child_place& out) {
    const json::value d = s.r.document;
    std::int64_t number = 0;
    if (d.member("caseId").to_int64(number)) {
        if (out.case_number != 0 && out.case_number != number)
            co_return of_another_case("caseId", std::to_string(number));
        out.case_number = number;
    }
    if (const json::value external = d.member("caseXid"); external.is_string()) {
        const std::string id(external.text());
        auto found = co_await find_by_external_id(s, id, {});
        if (found.has_error() && found.error().code == errc::not_found) co_return no_parent("caseId", "case");
        if (found.has_error()) co_return found.error();
        number = s.refs->case_number((*found)->number);
        if (out.case_number != 0 && out.case_number != number) co_return of_another_case("caseXid", id);
        out.case_number = number;
    }
    co_return result<void>{};
}

// The case of a write with what the write refers to. Under its lock.
task<result<family_ptr>> records::open_place(session& s, const child_place& place) {
    auto holder = co_await find_by_number(s, place.case_number, described);
    if (holder.has_error() && holder.error().code == errc::not_found) co_return no_parent("caseId", "case");
    if (holder.has_error()) co_return holder.error();
    std::vector<family_ptr> one{make_family(s, *holder)};
    native_lists lists;
    std::int64_t other = 0;
    if (s.r.document.member("dependentOnId").to_int64(other)) lists.tasks = true;
    for (const auto& p : parents) {
        for (const auto& [member, own] : place.relations) {
            if (member == p.number && one.front()->find(p.what, own) == nullptr)
                lists.add(*find_child_kind(p.what));
        }
    }
    CB_CO_CHECK(co_await load_children(s, one, lists));
    for (const auto& p : parents) {
        for (const auto& [member, own] : place.relations) {
            if (member == p.number && one.front()->find(p.what, own) == nullptr)
                co_return no_parent(member, find_child_kind(p.what)->entity);
        }
    }
    co_return one.front();
}

task<result<record_answer>> records::answer_child(session& s, family_ptr of, const child_kind& kind,
                                                  std::int64_t own) {
    if (of->find(kind.what, own) == nullptr && kind.native) {
        std::vector<family_ptr> one{of};
        native_lists lists;
        lists.add(kind);
        CB_CO_CHECK(co_await load_children(s, one, lists));
    }
    answer out;
    std::vector<found_child> one(1);
    one.front().of = of;
    one.front().own = own;
    CB_CO_CHECK(co_await show_children(s, std::move(one), out));
    if (out.documents.empty()) co_return fail(errc::internal, "what was written is not there");
    co_return out;
}

// Whether the child of that number is there. Where the store has lost it, its element goes: key and external id are
// free again.
task<result<bool>> records::still_there(session& s, case_edit& e, const child_kind& kind, std::int64_t own) {
    if (own == 0) co_return false;
    if (e.of->find(kind.what, own) == nullptr) {
        std::vector<family_ptr> one;
        one.push_back(e.of);
        native_lists lists;
        lists.add(kind);
        CB_CO_CHECK(co_await load_children(s, one, lists));
    }
    if (e.of->find(kind.what, own) != nullptr) co_return true;
    e.list(kind).remove(own);
    co_return false;
}

task<result<record_answer>> records::create_child(session& s, const child_kind& kind) {
    CB_CO_TRY(const auto place, co_await find_place(s));
    const auto pass = co_await gate_.enter(
        lock_of(*s.r.where, place.case_number - s.r.where->case_number_offset), s.r.deadline);
    if (!pass) co_return fail(errc::conflict, "the case is being written by others; try again");
    CB_CO_TRY(const auto of, co_await open_place(s, place));
    case_edit e(of);
    const std::string mark = mark_of(s);
    const std::int64_t made_before = of->own_of_key(kind, key_of_mark(mark));
    CB_CO_TRY(const bool made, co_await still_there(s, e, kind, made_before));
    if (made) {
        CB_CO_CHECK(is_made_under(mark, of->find(kind.what, made_before)->key));
        s.number = place.case_number * children_per_case + made_before;
        co_return co_await answer_child(s, of, kind, made_before);
    }
    const std::string_view xid = s.r.document.member("xid").text();
    CB_CO_TRY(const bool taken, co_await still_there(s, e, kind, of->own_of_entry(kind, "xid", xid)));
    if (taken) co_return fail(errc::conflict, std::string(xid), "/xid");
    CB_CO_CHECK(co_await plan_child(s, e, kind, s.r.document, child_draft::none, place.relations));
    e.drafts.front().key = mark;
    mapping::reverse_plan nothing_else;
    CB_CO_TRY(const auto now, co_await commit(s, e, std::move(nothing_else)));
    const child_draft& child = e.drafts.front();
    s.number = place.case_number * children_per_case + child.own;
    s.stored_id = child.stored_id;
    family_ptr after = family_after(s, e, now);
    co_return co_await answer_child(s, std::move(after), kind, child.own);
}

// Members of the child itself, as the tables and the store take them; puts its element.
task<result<void>> records::change_child(session& s, case_edit& e, const family_child& c) {
    const json::value d = s.r.document;
    std::string plain = plain_members(d);
    child_draft file;
    file.kind = c.kind;
    if (c.kind->what == record_kind::artifact) CB_CO_CHECK(check_new_file(s, e, c, plain, file));
    const opened_text given(std::move(plain));
    if (given.root().size() == 0 && file.bytes == nullptr) co_return result<void>{};
    if (c.is_system)
        co_return fail(errc::invalid_value, "A system-generated workflow event cannot be modified");
    const auto before = subject_of(*e.of, c);
    mapping::reverse_plan plan;
    const auto& writer = *tables_.object(c.kind->table).reverse_write;
    CB_CO_CHECK(writer.run(given.root(), &before, *s.refs, instant::now(), plan));
    CB_CO_CHECK(permit(s, plan));
    if (file.bytes != nullptr) co_return co_await replace_file(s, e, c, plan, file);
    const bool in_store = !c.stored_id.empty() && c.kind->what != record_kind::artifact;
    if (in_store && plan.members.empty() && !plan.empty()) plan.members = same_text(c);
    if (in_store && takes_assignee_away(c, plan.members)) {
        CB_CO_CHECK(co_await replace_task(s, e, c, plan.members));
    } else if (in_store && !plan.members.empty()) {
        auto changed = co_await store_.update_child(s.ctx, e.of->holder()->id, *c.kind->native,
                                                    uuid::parse(c.stored_id).value_or(uuid{}), plan.members);
        if (changed.has_error()) co_return unwritable(changed.error());
        e.changed.emplace_back(c.kind, std::move(*changed));
        e.done.push_back("the changed " + std::string(c.kind->entity) + " " +
                         std::to_string(e.of->number_of(c)));
    }
    if (plan.empty()) co_return result<void>{};
    std::string entries = plan.entries, document;
    if (!in_store) document = changed_document(c.document, edited_members(c, plan.members));
    if (in_store && entries.empty() && !c.listed && e.successor.empty()) co_return result<void>{};
    const std::string& stored_id = e.successor.empty() ? c.stored_id : e.successor;
    if (!e.successor.empty()) entries = merged(entries, lasting_members(c));
    e.list(*c.kind).put(c.own, stored_id, std::move(document), std::move(entries), c.key);
    co_return result<void>{};
}

// Of a note's text only what the store has no room for has changed: written again as it is there, it is dated.
std::string records::same_text(const family_child& c) {
    if (c.kind->what != record_kind::note) return {};
    std::string out = R"("content":)";
    json::append_value(out, c.document.member("content"));
    return out;
}

// A changed text of a note that lies in the state is dated, as the store dates its own.
std::string records::edited_members(const family_child& c, std::string_view members) {
    std::string out(members);
    if (c.kind->what != record_kind::note || members.empty()) return out;
    return out + R"(,"last_edited_at":")" + time_text(instant::now()) + "\"";
}

task<result<record_answer>> records::update_child(session& s, const child_kind& kind) {
    std::int64_t number = s.r.number.value_or(0);
    if (!s.r.number) {
        CB_CO_TRY(number, co_await find_task(s, s.r.external_id));
    }
    const std::int64_t case_number = number / children_per_case;
    const auto pass =
        co_await gate_.enter(lock_of(*s.r.where, case_number - s.r.where->case_number_offset), s.r.deadline);
    if (!pass) co_return fail(errc::conflict, "the case is being written by others; try again");
    CB_CO_TRY(const auto found, co_await find_child(s, kind, number, described));
    const family_child before = *found.of->find(kind.what, found.own);
    case_edit e(found.of);
    s.number = number;
    s.stored_id = before.stored_id;
    const relation_list here{{kind.number, before.own}};
    for (const std::string_view list : hanging_lists) {
        const json::value collection = s.r.document.member(list);
        CB_CO_CHECK(co_await plan_list(s, e, *find_child_kind(list), collection, child_draft::none, here));
    }
    CB_CO_CHECK(co_await change_child(s, e, before));
    if (e.drafts.empty() && !e.changes_lists() && e.changed.empty())
        co_return co_await answer_child(s, found.of, kind, before.own);
    mapping::reverse_plan nothing_else;
    CB_CO_TRY(auto now, co_await commit(s, e, std::move(nothing_else)));
    // A change of the child alone has moved the case's time as well, and nothing has read the case since.
    if (!e.changes_lists() && s.r.members.contains("parentCase")) {
        CB_CO_TRY(now, co_await store_.read_case(s.ctx, now->number, described));
    }
    CB_CO_CHECK(co_await remove_replaced_file(s, e));
    CB_CO_CHECK(co_await remove_obsolete(s, e));
    family_ptr after = family_after(s, e, now);
    co_return co_await answer_child(s, std::move(after), kind, before.own);
}

// Everything that a query finds, or one.
task<result<record_answer>> records::remove_children(session& s, const child_kind& kind) {
    std::vector<std::int64_t> numbers;
    if (s.r.number) {
        numbers.push_back(*s.r.number);
    } else if (!s.r.external_id.empty()) {
        CB_CO_TRY(const auto number, co_await find_task(s, s.r.external_id));
        numbers.push_back(number);
    } else {
        CB_CO_TRY(const auto families, co_await holders_of(s));
        for (const auto& c : matching_children(s, families))
            numbers.push_back(c.of->number() * children_per_case + c.own);
    }
    answer out;
    for (const std::int64_t number : numbers) {
        const auto done = co_await remove_child(s, kind, number);
        const bool gone = done.has_error() && done.error().code == errc::not_found && numbers.size() > 1;
        if (done.has_error() && !gone) {
            failure why = done.error();
            if (numbers.size() > 1)
                why.detail += " (" + std::to_string(out.removed) + " of " + std::to_string(numbers.size()) +
                              " were removed)";
            co_return why;
        }
        if (!gone && !s.r.number) s.finish_one();
        out.removed += 1;
    }
    co_return out;
}

task<result<void>> records::remove_child(session& s, const child_kind& kind, std::int64_t number) {
    if (options_.shadow)
        co_return fail(errc::read_only, "this bridge plans writes and does not carry them out");
    const std::int64_t case_number = number / children_per_case;
    const auto pass =
        co_await gate_.enter(lock_of(*s.r.where, case_number - s.r.where->case_number_offset), s.r.deadline);
    if (!pass) co_return fail(errc::conflict, "the case is being written by others; try again");
    CB_CO_TRY(const auto found, co_await find_child(s, kind, number, described));
    const family_child& c = *found.of->find(kind.what, found.own);
    s.number = number;
    s.stored_id = c.stored_id;
    case_edit e(found.of);
    if (kind.what == record_kind::event) {
        CB_CO_CHECK(mark_deleted(s, e, c));
    } else {
        if (kind.what == record_kind::task) {
            std::vector<family_ptr> one{found.of};
            native_lists lists;
            lists.attachments = has_files(*found.of, number % children_per_case);
            CB_CO_CHECK(co_await load_children(s, one, lists));
        }
        const auto gone = co_await remove_whole(s, e, kind.what, found.own);
        if (gone.has_error()) {
            failure why = gone.error();
            co_await take_back(s, e, found.of->holder()->id, why);
            co_return why;
        }
    }
    mapping::reverse_plan nothing_else;
    const auto done = co_await commit(s, e, std::move(nothing_else));
    if (done.has_error()) co_return done.error();
    co_return result<void>{};
}

// A child with all that hangs on it, leaves first.
task<result<void>> records::remove_whole(session& s, case_edit& e, record_kind what, std::int64_t own) {
    const family_child c = *e.of->find(what, own);
    for (const std::string_view list : hanging_lists) {
        const record_kind part = find_child_kind(list)->what;
        std::vector<std::int64_t> numbers;
        for (const auto* each : e.of->children(&c, part)) numbers.push_back(each->own);
        for (const std::int64_t each : numbers) CB_CO_CHECK(co_await remove_whole(s, e, part, each));
    }
    if (what == record_kind::artifact && !c.stored_id.empty()) co_return co_await remove_artifact(s, e, c);
    if (!c.stored_id.empty()) {
        const auto id = uuid::parse(c.stored_id).value_or(uuid{});
        const auto gone = co_await store_.remove_child(s.ctx, e.of->holder()->id, *c.kind->native, id);
        if (gone.has_error() && gone.error().code != errc::not_found) co_return unwritable(gone.error());
        e.done.push_back("no " + std::string(c.kind->entity) + " " + std::to_string(e.of->number_of(c)) +
                         " any more");
    }
    if (c.listed) e.list(*c.kind).remove(c.own);
    co_return result<void>{};
}

// Deleted events stay readable (ThreatConnect fact sheet §4.6).
result<void> records::mark_deleted(session& s, case_edit& e, const family_child& c) const {
    if (c.is_system) return fail(errc::invalid_value, "A system-generated workflow event cannot be deleted");
    std::string text = R"({"deleted":true,"deletedReason":)";
    json::append_string(text, s.r.reason);
    const opened_text given(text + "}");
    const auto before = subject_of(*e.of, c);
    mapping::reverse_plan plan;
    CB_CHECK(tables_.object(c.kind->table)
                 .reverse_write->run(given.root(), &before, *s.refs, instant::now(), plan));
    std::string document;
    json::append_value(document, c.document);
    e.list(*c.kind).put(c.own, {}, std::move(document), plan.entries, c.key);
    return {};
}

}  // namespace casebridge::bridge
