// A logical write carried out: first what the store itself holds, then the case's state in one write. What a later
// step cannot finish is taken back; where that fails too, the answer says what exists.
#include "bridge/records/record_edit.hpp"
#include "core/crypto.hpp"
#include "json/writer.hpp"
#include "observe/log.hpp"

#include <algorithm>

namespace casebridge::bridge {

using platform::case_store;
using platform::record_kind;
using platform::stored_case_ptr;

namespace {

std::int64_t free_number(const std::string& realm, const child_draft& d,
                         const mapping::kept_children_writer& list) {
    for (unsigned salt = 0;; ++salt) {
        const std::int64_t n = hashed_number(realm, d.kind->entity, d.stored_id, salt);
        if (!list.has(n)) return n;
    }
}

// Whether a request may have been carried out although its answer never came.
bool in_doubt(errc code) noexcept {
    return code == errc::upstream_timeout || code == errc::upstream_reset ||
           code == errc::upstream_malformed || code == errc::upstream_unavailable ||
           code == errc::upstream_error;
}

// The same text for equal documents: the store may put members in another order.
std::string canonical(json::value v) {
    std::string out;
    if (v.is_array()) {
        for (const auto& [none, e] : v.elements()) out += (out.empty() ? "[" : ",") + canonical(e);
        return out.empty() ? "[]" : out + "]";
    }
    if (!v.is_object()) {
        if (v) json::append_value(out, v);
        return out;
    }
    std::vector<std::string> members;
    for (const auto& [key, val] : v.members()) {
        json::append_string(members.emplace_back(), key.text());
        members.back() += ":" + canonical(val);
    }
    std::sort(members.begin(), members.end());
    for (const auto& m : members) out += (out.empty() ? "{" : ",") + m;
    return out.empty() ? "{}" : out + "}";
}

}  // namespace

task<result<void>> records::make_natives(session& s, case_edit& e, uuid id) {
    const bool files = std::any_of(e.drafts.begin(), e.drafts.end(),
                                   [](const child_draft& d) { return d.native && d.bytes != nullptr; });
    if (files) CB_CO_CHECK(co_await know_files(s, e));
    for (auto& d : e.drafts) {
        if (!d.native || !d.stored_id.empty()) continue;
        if (d.kind->what == record_kind::artifact) {
            CB_CO_CHECK(co_await store_file(s, d, id));
            keep_native(e, d.stored_id);
            continue;
        }
        CB_CO_TRY(auto made, co_await store_.create_child(s.ctx, id, *d.kind->native, d.members));
        d.stored_id = made->data.member("id").text();
        d.made = std::move(made);
    }
    co_return result<void>{};
}

// Gives drafts their numbers and places in the lists. only_kept: those that wait for nothing in the store.
void records::settle(session& s, case_edit& e, bool only_kept) const {
    for (auto& d : e.drafts) {
        const bool waits = (d.native && d.stored_id.empty()) ||
                           (d.parent != child_draft::none && !e.drafts[d.parent].settled);
        if (d.settled || waits || (only_kept && d.native)) continue;
        auto& list = e.list(*d.kind);
        const bool lasting = d.native && d.kind->what != record_kind::artifact;
        d.own = lasting ? free_number(s.state.sources().realm(), d, list) : list.new_number();
        if (d.kind->what == record_kind::event && d.own == system_event_number(s.state.sources().realm()))
            d.own = list.new_number();
        if (d.parent != child_draft::none) {
            const child_draft& up = e.drafts[d.parent];
            std::string entry;
            json::append_string(entry, up.kind->number);
            d.entries = merged(d.entries, entry + ":\"" + std::to_string(up.own) + "\"");
        }
        list.put(d.own, d.stored_id, d.document, d.entries, d.key);
        d.settled = true;
    }
}

// The case's plan with the lists of the edit in its state.
void records::add_lists(const case_edit& e, const mapping::reverse_subject* current,
                        mapping::reverse_plan& plan) const {
    if (!e.changes_lists()) return;
    mapping::state_object base;
    const opened_text planned(plan.writes_state && !plan.state.empty() ? plan.state : "{}");
    if (plan.writes_state)
        base.read(planned.root());
    else if (current != nullptr)
        base = current->state;
    mapping::state_writer state(base.present() ? &base : nullptr);
    for (const auto& [name, list] : e.lists) {
        if (list.changed()) state.put(name, list.render());
    }
    plan.writes_state = true;
    plan.state = state.render(tables_.object("case").source->hash);
}

// What was made natively goes again. Appends what would not go to the failure's sentence.
task<void> records::take_back(session& s, case_edit& e, uuid id, failure& why) {
    std::string left;
    for (auto it = e.drafts.rbegin(); it != e.drafts.rend(); ++it) {
        if (it->stored_id.empty() || (it->kind->what == record_kind::artifact && !it->made)) continue;
        const auto child = uuid::parse(it->stored_id);
        if (!child) continue;
        result<void> gone = fail(errc::internal);
        if (it->kind->what == record_kind::artifact) {
            const bool shared = e.of && e.of->has_stored(*it->kind, it->stored_id);
            gone = result<void>{};
            if (!shared) gone = co_await drop_file(s, id, *it);
        } else
            gone = co_await store_.remove_child(s.ctx, id, *it->kind->native, *child);
        if (gone.has_error())
            left += (left.empty() ? "" : ", ") + std::string(it->kind->entity) + " " + it->stored_id;
    }
    for (const auto& d : e.uploads) {
        const bool shared = d.stored_id.empty() || e.of->has_stored(*d.kind, d.stored_id);
        result<void> gone{};
        if (!shared) gone = co_await drop_file(s, id, d);
        if (gone.has_error()) left += (left.empty() ? "" : ", ") + std::string("attachment ") + d.stored_id;
    }
    if (const auto successor = uuid::parse(e.successor)) {
        const auto gone = co_await store_.remove_child(s.ctx, id, case_store::child::task, *successor);
        if (gone.has_error()) left += (left.empty() ? "" : ", ") + std::string("task ") + e.successor;
    }
    for (const auto& what : e.done) left += (left.empty() ? "" : ", ") + what;
    if (left.empty()) co_return;
    why.detail = std::string(to_string(why.code)) + (why.detail.empty() ? "" : ": " + why.detail) +
                 "; the write was begun and could not be taken back whole; there is now: " + left;
    why.code = errc::upstream_error;
    why.pointer.clear();
}

// Whether a write whose answer was lost has been done: not_found if the case's lists are not what they were to be.
task<result<stored_case_ptr>> records::look_for(session& s, const case_edit& e, std::int64_t number) {
    platform::completion needs{true, false};
    CB_CO_TRY(auto now, co_await store_.read_case(s.ctx, number, needs));
    const auto in = tables_.object("case").reverse->read(now->document());
    for (const auto& [name, list] : e.lists) {
        const opened_text wanted(list.render());
        if (list.changed() && canonical(wanted.root()) != canonical(in.state.entry(name)))
            co_return fail(errc::not_found, "the write was not done");
    }
    co_return now;
}

// plan: what changes of the case itself.
task<result<stored_case_ptr>> records::commit(session& s, case_edit& e, mapping::reverse_plan plan) {
    const stored_case_ptr before = e.of->holder();
    auto natives = co_await make_natives(s, e, before->id);
    if (natives.has_error()) {
        failure why = natives.error();
        co_await take_back(s, e, before->id, why);
        co_return why;
    }
    settle(s, e, false);
    add_lists(e, &e.of->subject(), plan);
    auto done = co_await put_case(s, before, plan);
    if (done.has_value()) co_return done;
    failure why = done.error();
    if (!in_doubt(why.code) || !e.changes_lists()) {
        co_await take_back(s, e, before->id, why);
        co_return why;
    }
    auto now = co_await look_for(s, e, before->number);
    if (now.has_value()) co_return now;
    // What a write may refer to that may have been done must not go.
    if (now.error().code == errc::not_found)
        co_await take_back(s, e, before->id, why);
    else
        why = fail(errc::upstream_error,
                   std::string(to_string(why.code)) +
                       "; whether the write was done is not known: read before sending it again");
    co_return why;
}

// The case as it is now with what was made and changed, as far as it is known without asking again.
family_ptr records::family_after(session& s, const case_edit& e, const stored_case_ptr& now) const {
    family_ptr out = make_family(s, now);
    for (const auto& d : e.drafts) {
        if (d.made) out->take(*d.kind, d.made);
    }
    for (const auto& [kind, reply] : e.changed) out->take(*kind, reply);
    return out;
}

}  // namespace casebridge::bridge
