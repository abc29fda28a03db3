// What hangs on cases, read one by one and in lists: a list of it is a list of cases first.
#include "bridge/records/record_session.hpp"
#include "bridge/records/record_subjects.hpp"

#include <algorithm>

namespace casebridge::bridge {

using platform::record_answer;
using platform::record_kind;
using platform::stored_case_ptr;
using query::condition;

namespace {

// Who made the case is asked for: only the store's history of it may tell.
bool asks_for_maker(record_kind what, const wish& w) {
    return (what == record_kind::event && asks_for(w, "user")) || mentions(w, "parentCase");
}

}  // namespace

// The cases that a condition on what hangs on cases can be about, with the lists that it needs.
task<result<std::vector<family_ptr>>> records::holders_of(session& s) {
    const condition& wanted = s.r.wanted;
    CB_CO_TRY(auto found, co_await pinned_cases(s, wanted, pins_about::children));
    if (!found) {
        const condition of_cases = case_part(wanted);
        CB_CO_TRY(found, co_await all_cases(s, of_cases));
    }
    wish paths;
    note_paths(wanted, paths);
    note_paths(s.r.order, paths);
    native_lists lists = lists_for(s.r.what, wanted);
    lists.add(lists_for(s.r.what, paths));
    if (const child_kind* kind = find_child_kind(s.r.what)) lists.add(*kind);
    std::vector<family_ptr> families;
    for (const auto& f : *found) families.push_back(f.of ? f.of : make_family(s, f.origin));
    CB_CO_CHECK(co_await load_children(s, families, lists));
    sub_queries others;
    note_other_cases(s.r.what, wanted, others);
    CB_CO_CHECK(co_await load_other_cases(s, families, others));
    platform::completion needs = needs_of_holder(s.r.what, wanted, *tables_.object("case").reverse);
    needs.history = needs.history || asks_for_maker(s.r.what, paths);
    CB_CO_CHECK(co_await complete_holders(s, families, needs));
    co_return families;
}

// What lists of cases leave out, of those whose children ask for it.
task<result<void>> records::complete_holders(session& s, std::vector<family_ptr> families,
                                             platform::completion needs) {
    const auto& program = *tables_.object("case").reverse;
    std::vector<stored_case_ptr> cases;
    std::vector<family*> whose;
    for (const auto& f : families) {
        if (std::find(whose.begin(), whose.end(), f.get()) != whose.end()) continue;
        const bool lacks = needs.description && !f->holder()->document().member("description");
        if (!lacks && !(needs.history && program.lacks_history(f->subject()))) continue;
        cases.push_back(f->holder());
        whose.push_back(f.get());
    }
    s.asked_lists += cases.size();
    if (cases.size() > 1 && s.asked_lists > options_.child_reads)
        co_return fail(errc::filter_too_broad, "more than " + std::to_string(options_.child_reads) +
                                                   " cases would have to be read one by one; name a case");
    if (cases.empty()) co_return result<void>{};
    CB_CO_CHECK(co_await store_.complete(s.ctx, cases, needs));
    for (std::size_t i = 0; i < cases.size(); ++i) whose[i]->complete(cases[i]);
    co_return result<void>{};
}

// Those that satisfy the request's condition, in its order.
std::vector<records::found_child> records::matching_children(session& s,
                                                             const std::vector<family_ptr>& families) const {
    wish paths;
    note_paths(s.r.wanted, paths);
    note_paths(s.r.order, paths);
    const bool looks = !s.r.wanted.is_everything() || !s.r.order.empty();
    std::vector<found_child> found;
    for (const auto& f : families) {
        for (const auto* c : f->of(s.r.what)) {
            found_child one{f, c->own, {}};
            if (looks) {
                const opened_text shown(show_child(s, *f, *c, paths));
                const child_subject subject(*this, s, *f, *c, shown.root());
                if (!query::matches(s.r.wanted, subject)) continue;
                one.keys = query::keys_of(s.r.order, subject);
            }
            found.push_back(std::move(one));
        }
    }
    if (!s.r.order.empty()) {
        std::stable_sort(found.begin(), found.end(), [&](const found_child& a, const found_child& b) {
            return query::compare(s.r.order, a.keys, b.keys) < 0;
        });
    }
    return found;
}

task<result<record_answer>> records::list_children(session& s) {
    CB_CO_TRY(const auto families, co_await holders_of(s));
    auto found = matching_children(s, families);
    answer out;
    out.total = found.size();
    out.filter_note = "exact";
    const auto first = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(s.r.offset, found.size()));
    found.erase(found.begin(), found.begin() + first);
    out.more = found.size() > s.r.limit;
    if (out.more) found.erase(found.begin() + s.r.limit, found.end());
    CB_CO_CHECK(co_await show_children(s, found, out));
    co_return out;
}

// The page, with what is asked for beside what the children are themselves.
task<result<void>> records::show_children(session& s, std::vector<found_child> found, record_answer& out) {
    const wish& w = s.r.members;
    std::vector<family_ptr> families;
    for (const auto& c : found) {
        if (families.empty() || families.back() != c.of) families.push_back(c.of);
    }
    std::sort(families.begin(), families.end());
    families.erase(std::unique(families.begin(), families.end()), families.end());
    CB_CO_CHECK(co_await load_children(s, families, lists_for(s.r.what, w)));
    platform::completion needs{mentions(w, "parentCase"), asks_for_maker(s.r.what, w)};
    CB_CO_CHECK(co_await complete_holders(s, families, needs));
    wish of_holder = below(w, "parentCase");
    CB_CO_CHECK(co_await load_shown_others(s, families, std::move(of_holder)));
    file_list files;
    for (const auto& c : found) {
        if (const auto* child = c.of->find(s.r.what, c.own)) find_files(*c.of, child, w, files);
    }
    CB_CO_CHECK(co_await load_files(s, std::move(files)));
    for (const auto& c : found) {
        const auto* child = c.of->find(s.r.what, c.own);
        if (child != nullptr) out.documents.push_back(show_child(s, *c.of, *child, w));
    }
    out.contents = std::move(s.contents);
    co_return result<void>{};
}

// One child by its number, or by the id that a client gave it; with the lists that its kind needs.
task<result<records::found_child>> records::find_child(session& s, const child_kind& kind,
                                                       std::int64_t number, platform::completion needs) {
    auto holder = co_await find_by_number(s, number / children_per_case, needs);
    if (holder.has_error()) co_return holder.error();
    family_ptr of = make_family(s, *holder);
    const std::int64_t own = number % children_per_case;
    if (of->find(kind.what, own) == nullptr) {
        native_lists lists;
        lists.add(kind);
        std::vector<family_ptr> one{of};
        CB_CO_CHECK(co_await load_children(s, one, lists));
    }
    if (of->find(kind.what, own) == nullptr)
        co_return fail(errc::not_found, "no " + std::string(kind.entity) + " with this id");
    found_child out;
    out.of = std::move(of);
    out.own = own;
    co_return out;
}

// Nothing searches ids of tasks: the states of all cases are walked; an id of the store's own is asked for case by
// case.
task<result<std::int64_t>> records::find_task(session& s, std::string external_id) {
    const condition all;
    const child_kind& kind = *find_child_kind(record_kind::task);
    CB_CO_TRY(const auto found, co_await all_cases(s, all));
    std::vector<family_ptr> families, named;
    for (const auto& f : found) {
        families.push_back(make_family(s, f.origin));
        if (families.back()->own_of_entry(kind, "xid", external_id) != 0) named.push_back(families.back());
    }
    native_lists lists;
    lists.tasks = true;  // the one that is named may be gone there
    CB_CO_CHECK(co_await load_children(s, named, lists));
    for (const auto& f : named) {
        const auto* c = f->find(kind.what, f->own_of_entry(kind, "xid", external_id));
        if (c != nullptr) co_return f->number_of(*c);
    }
    std::erase_if(families,
                  [&](const family_ptr& f) { return f->has_none(kind) && f->of(kind.what).empty(); });
    lists.tasks = uuid::parse(external_id).has_value();
    CB_CO_CHECK(co_await load_children(s, families, lists));
    for (const auto& f : families) {
        for (const auto* c : f->of(kind.what)) {
            const opened_text shown(show_child(s, *f, *c, {}));
            if (shown.root().member("xid").text() == external_id) co_return f->number_of(*c);
        }
    }
    co_return fail(errc::not_found, "no task with this id");
}

task<result<record_answer>> records::read_child(session& s, const child_kind& kind) {
    std::int64_t number = s.r.number.value_or(0);
    if (!s.r.number) {
        CB_CO_TRY(number, co_await find_task(s, s.r.external_id));
    }
    platform::completion needs{mentions(s.r.members, "parentCase"), false};
    CB_CO_TRY(auto found, co_await find_child(s, kind, number, needs));
    std::vector<found_child> one;
    one.push_back(std::move(found));
    answer out;
    CB_CO_CHECK(co_await show_children(s, std::move(one), out));
    if (out.documents.empty()) co_return fail(errc::not_found, "no such object any more");
    co_return out;
}

}  // namespace casebridge::bridge
