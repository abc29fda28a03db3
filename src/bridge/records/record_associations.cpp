// Associations between cases hold from both sides: each of the two says so in its state.
#include "bridge/records/record_edit.hpp"
#include "bridge/records/record_subjects.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace casebridge::bridge {

using platform::stored_case_ptr;

namespace {

constexpr std::string_view association = "associatedCases";

std::vector<std::int64_t> numbers_in(json::value list) {
    std::vector<std::int64_t> out;
    for (const auto& [none, c] : list.member("data").elements()) {
        std::int64_t n = 0;
        if (c.member("id").to_int64(n)) out.push_back(n);
    }
    return out;
}

// In any order.
void keep_once(std::vector<family_ptr>& list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

bool holds(const std::vector<std::int64_t>& list, std::int64_t n) {
    return std::find(list.begin(), list.end(), n) != list.end();
}

}  // namespace

std::vector<std::int64_t> records::associated_with(session& s, const platform::stored_case& c) const {
    const auto& program = *tables_.object("case").reverse;
    const auto* member = program.find(association);
    std::string text;
    if (member == nullptr || !program.append(*member, program.read(c.document()), *s.refs, text, s.notes))
        return {};
    const opened_text list(std::move(text));
    return numbers_in(list.root());
}

// One that others are associated with, whole; null: gone, or none of the caller's.
task<result<family_ptr>> records::read_other_case(session& s, std::int64_t number) {
    const auto known = s.others.find(number);
    if (known != s.others.end()) co_return known->second;
    if (++s.asked_lists > options_.child_reads)
        co_return fail(errc::filter_too_broad, "more than " + std::to_string(options_.child_reads) +
                                                   " associated cases would have to be read");
    platform::completion needs{true, false};
    auto one = co_await find_by_number(s, number, needs);
    if (one.has_error() && one.error().code != errc::not_found) co_return one.error();
    family_ptr& slot = s.others[number];
    if (one.has_error()) co_return slot;
    CB_CO_TRY(const auto whole, co_await with_history(s, *one));
    slot = make_family(s, whole);
    co_return slot;
}

// Associated cases as they are asked for, with what is asked of them in turn.
task<result<void>> records::load_shown_others(session& s, std::vector<family_ptr> families, wish w) {
    if (!asks_for(w, association)) co_return result<void>{};
    std::vector<family_ptr> others;
    for (const auto& f : families) {
        for (const std::int64_t number : associated_with(s, *f->holder())) {
            CB_CO_TRY(auto other, co_await read_other_case(s, number));
            if (other != nullptr) others.push_back(std::move(other));
        }
    }
    keep_once(others);
    wish part = below(w, association);
    const native_lists lists = lists_for(platform::record_kind::case_, part);
    CB_CO_CHECK(co_await load_children(s, others, lists));
    co_return co_await load_shown_others(s, std::move(others), std::move(part));
}

// The cases that these are associated with, as far as sub-queries can be about them, with what these ask of them in
// turn.
task<result<void>> records::load_other_cases(session& s, std::vector<family_ptr> families,
                                             sub_queries wanted) {
    std::vector<family_ptr> others;
    if (wanted.empty()) co_return result<void>{};
    for (const auto& f : families) {
        for (const std::int64_t number : associated_with(s, *f->holder())) {
            const opened_text named(R"({"id":)" + std::to_string(number) + "}");
            if (!may_match(wanted, named.root())) continue;
            CB_CO_TRY(auto other, co_await read_other_case(s, number));
            if (other != nullptr) others.push_back(std::move(other));
        }
    }
    keep_once(others);
    native_lists lists;
    sub_queries deeper;
    for (const auto* sub : wanted) {
        if (sub == nullptr) continue;
        lists.add(lists_for(platform::record_kind::case_, *sub));
        note_other_cases(platform::record_kind::case_, *sub, deeper);
    }
    CB_CO_CHECK(co_await load_children(s, others, lists));
    co_return co_await load_other_cases(s, std::move(others), std::move(deeper));
}

// Cases that a write names must be there.
task<result<void>> records::name_associated(session& s, json::value list, associations& out) {
    for (const auto& [none, c] : list.member("data").elements()) {
        std::int64_t n = 0;
        if (!c.member("id").to_int64(n) || n == out.of || holds(out.named, n)) continue;
        out.named.push_back(n);
        if (out.mode == association_mode::remove) continue;
        const auto there = co_await find_by_number(s, n, {});
        if (there.has_error() && there.error().code == errc::not_found)
            co_return fail(errc::unresolved_reference, std::to_string(n), "/associatedCases");
        if (there.has_error()) co_return there.error();
    }
    co_return result<void>{};
}

// Those that it describes are made.
task<result<void>> records::make_associated(session& s, json::value list, associations& out) {
    for (const auto& [none, c] : list.member("data").elements()) {
        if (c.member("id")) continue;
        std::string own;
        json::writer w(own);
        w.begin_object();
        for (const auto& [key, val] : c.members()) {
            if (find_child_kind(key.text()) == nullptr && key.text() != association)
                w.member(key.text(), val);
        }
        w.end_object();
        std::string no_mark;
        auto made = co_await make_case(s, std::move(own), c, std::move(no_mark));
        if (made.has_error()) {
            failure why = made.error();
            co_await remove_made(s, out.made, why);
            co_return why;
        }
        out.made.push_back((*made)->id);
        out.named.push_back(s.refs->case_number((*made)->number));
    }
    co_return result<void>{};
}

// What a write says of associations. number: of the case itself; 0: it is yet to be made.
task<result<records::associations>> records::associated_cases(session& s, json::value document,
                                                              std::int64_t number) {
    associations out;
    out.of = number;
    const json::value list = document.member(association);
    if (!list || list.is_null()) co_return out;
    const std::string_view mode = list.member("mode").text();
    out.mode = mode == "delete"    ? association_mode::remove
               : mode == "replace" ? association_mode::replace
                                   : association_mode::append;
    CB_CO_CHECK(co_await name_associated(s, list, out));
    if (out.mode != association_mode::remove) CB_CO_CHECK(co_await make_associated(s, list, out));
    co_return out;
}

// The other cases that have to say so as well. before: what the case is associated with, as it is under its lock.
void records::settle_associations(associations& a, const std::vector<std::int64_t>& before) {
    for (const std::int64_t n : a.named) {
        if (a.mode == association_mode::remove && holds(before, n)) a.removed.push_back(n);
        if (a.mode != association_mode::remove && !holds(before, n)) a.added.push_back(n);
    }
    if (a.mode != association_mode::replace) return;
    for (const std::int64_t n : before) {
        if (!holds(a.named, n)) a.removed.push_back(n);
    }
}

task<void> records::remove_made(session& s, std::vector<uuid> made, failure& why) {
    std::string left;
    for (const auto& id : made) {
        const auto gone = co_await store_.remove_case(s.ctx, id);
        if (gone.has_error()) left += (left.empty() ? "" : ", ") + id.to_string();
    }
    if (left.empty()) co_return;
    why = fail(errc::upstream_error, std::string(to_string(why.code)) +
                                         (why.detail.empty() ? "" : ": " + why.detail) +
                                         "; the associated cases that were made cannot be removed: " + left);
}

// The other side of what a write has changed. Each case under its own lock, one after the other.
task<result<void>> records::link_others(session& s, std::int64_t number, associations others) {
    std::vector<std::pair<std::int64_t, bool>> changes;
    for (const std::int64_t n : others.added) changes.emplace_back(n, true);
    for (const std::int64_t n : others.removed) changes.emplace_back(n, false);
    for (const auto& [n, adds] : changes) {
        const auto done = co_await link_one(s, n, number, adds);
        if (done.has_value() || (!adds && done.error().code == errc::not_found)) continue;
        co_return fail(errc::upstream_error,
                       "case " + std::to_string(number) + " was written, but case " + std::to_string(n) +
                           " does not say so: " + std::string(to_string(done.error().code)) +
                           "; write the association of case " + std::to_string(n) + " again");
    }
    co_return result<void>{};
}

task<result<void>> records::link_one(session& s, std::int64_t number, std::int64_t other, bool adds) {
    const auto pass =
        co_await gate_.enter(lock_of(*s.r.where, number - s.r.where->case_number_offset), s.r.deadline);
    if (!pass) co_return fail(errc::conflict, "the case is being written by others; try again");
    platform::completion needs{true, false};
    CB_CO_TRY(const auto before, co_await find_by_number(s, number, needs));
    std::string text;
    json::writer w(text);
    w.begin_object().key(association).begin_object().key("data").begin_array();
    w.begin_object().member("id", other).end_object().end_array();
    w.member("mode", adds ? "append" : "delete").end_object().end_object();
    const opened_text given(std::move(text));
    const auto& programs = tables_.object("case");
    const auto current = programs.reverse->read(before->document());
    mapping::reverse_plan plan;
    CB_CO_CHECK(programs.reverse_write->run(given.root(), &current, *s.refs, instant::now(), plan));
    const auto done = co_await put_case(s, before, plan);
    if (done.has_error()) co_return done.error();
    if (!plan.empty()) s.also_written.emplace_back(number, before->id.to_string());
    co_return result<void>{};
}

}  // namespace casebridge::bridge
