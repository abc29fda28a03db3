#include "bridge/records/record_subjects.hpp"

#include <algorithm>

namespace casebridge::bridge {

using platform::record_kind;
using query::condition;
using children = std::vector<const family_child*>;

namespace {

constexpr std::string_view cases_object = "cases";

// The kind that a sub-query leads to; a case; or something else that documents hold.
enum class leads_to { child, holder, other };
leads_to where(const query::keyword& by) noexcept {
    if (by.object == cases_object) return leads_to::holder;
    return find_child_kind(by.object) != nullptr ? leads_to::child : leads_to::other;
}

record_kind kind_at(const query::keyword& by) noexcept {
    const child_kind* kind = find_child_kind(by.object);
    return kind == nullptr ? record_kind::case_ : kind->what;
}

}  // namespace

bool records::case_subject::has_related(const query::keyword& by, const condition* sub) const {
    const leads_to to = where(by);
    if (to == leads_to::other) return document_subject::has_related(by, sub);
    if (to == leads_to::holder) return has_other_case(sub);
    const children list = family_.children(nullptr, kind_at(by));
    return std::any_of(list.begin(), list.end(),
                       [&](const family_child* c) { return all_.child_matches(s_, family_, *c, sub); });
}

// Those of the associated cases that were read before: of the others the numbers alone tell that they do not match.
bool records::case_subject::has_other_case(const condition* sub) const {
    for (const auto& [none, c] : document_.member("associatedCases").member("data").elements()) {
        std::int64_t number = 0;
        const auto known = c.member("id").to_int64(number) ? s_.others.find(number) : s_.others.end();
        if (known == s_.others.end() || known->second == nullptr) continue;
        if (all_.case_matches(s_, *known->second, sub)) return true;
    }
    return false;
}

bool records::child_subject::has_related(const query::keyword& by, const condition* sub) const {
    const leads_to to = where(by);
    if (to == leads_to::other) return document_subject::has_related(by, sub);
    if (to == leads_to::holder) return all_.case_matches(s_, family_, sub);
    children list = family_.children(&child_, kind_at(by));
    const auto* up = family_.find(kind_at(by), child_.relation(find_child_kind(by.object)->number));
    if (up != nullptr) list.push_back(up);
    return std::any_of(list.begin(), list.end(),
                       [&](const family_child* c) { return all_.child_matches(s_, family_, *c, sub); });
}

bool records::child_matches(session& s, const family& f, const family_child& c, const condition* sub) const {
    if (sub == nullptr) return true;
    wish needed;
    note_paths(*sub, needed);
    const opened_text shown(show_child(s, f, c, needed));
    return query::matches(*sub, child_subject(*this, s, f, c, shown.root()));
}

bool records::case_matches(session& s, const family& f, const condition* sub) const {
    if (sub == nullptr) return true;
    const opened_text shown(show_whole_case(s, f, {}));
    return query::matches(*sub, case_subject(*this, s, f, shown.root()));
}

void note_paths(const condition& c, wish& out) {
    if (c.what == condition::kind::has) return;
    if (c.by != nullptr && !c.by->path.empty()) out.emplace(c.by->path);
    if (c.by != nullptr && !c.by->or_path.empty()) out.emplace(c.by->or_path);
    for (const auto& part : c.parts) note_paths(part, out);
}

void note_paths(const std::vector<query::sort_level>& order, wish& out) {
    for (const auto& level : order) {
        if (!level.by->path.empty()) out.emplace(level.by->path);
        if (!level.by->or_path.empty()) out.emplace(level.by->or_path);
    }
}

native_lists lists_for(record_kind of, const condition& c) {
    native_lists out;
    wish paths;
    if (c.what == condition::kind::test) note_paths(c, paths);
    out.add(lists_for(of, paths));
    record_kind inner = of;
    if (c.what == condition::kind::has && where(*c.by) != leads_to::other) {
        inner = kind_at(*c.by);
        // Notes of other children than the case lie in the state.
        const bool free_notes = inner == record_kind::note && of != record_kind::case_;
        if (inner != record_kind::case_ && !free_notes) out.add(*find_child_kind(inner));
    }
    for (const auto& part : c.parts) out.add(lists_for(inner, part));
    return out;
}

void note_other_cases(record_kind of, const condition& c, sub_queries& out) {
    record_kind inner = of;
    if (c.what == condition::kind::has && where(*c.by) != leads_to::other) {
        inner = kind_at(*c.by);
        if (of == record_kind::case_ && inner == record_kind::case_) {
            out.push_back(c.parts.empty() ? nullptr : &c.parts.front());
            return;  // what stands in it is about those other cases
        }
    }
    for (const auto& part : c.parts) note_other_cases(inner, part, out);
}

namespace {

bool asks_for_id_alone(const condition& c) {
    if (c.what == condition::kind::has) return false;
    if (c.what == condition::kind::test) return c.by->path == "id" && c.by->or_path.empty();
    return std::all_of(c.parts.begin(), c.parts.end(), asks_for_id_alone);
}

}  // namespace

bool may_match(const sub_queries& any, json::value named) {
    return std::any_of(any.begin(), any.end(), [&](const condition* sub) {
        return sub == nullptr || !asks_for_id_alone(*sub) ||
               query::matches(*sub, query::document_subject(named));
    });
}

condition case_part(const condition& c) {
    condition out;
    if (c.what == condition::kind::has && c.by->object == cases_object && c.parts.size() == 1)
        return c.parts.front();
    if (c.what != condition::kind::all) return out;
    for (const auto& part : c.parts) {
        condition of = case_part(part);
        if (!of.is_everything()) out.parts.push_back(std::move(of));
    }
    return out;
}

platform::completion needs_of_holder(record_kind of, const condition& c,
                                     const mapping::reverse_program& cases) {
    platform::completion out;
    record_kind inner = of;
    if (c.what == condition::kind::has && where(*c.by) != leads_to::other) inner = kind_at(*c.by);
    if (c.what == condition::kind::test) {
        constexpr std::string_view holder = "parentCase.";
        wish paths;
        note_paths(c, paths);
        for (const auto& p : paths) {
            if (of == record_kind::case_) note_need(p, cases, out);
            if (p.starts_with(holder)) note_need(std::string_view(p).substr(holder.size()), cases, out);
            if (of == record_kind::event && p.starts_with("user.")) out.history = true;
        }
    }
    for (const auto& part : c.parts) {
        const platform::completion more = needs_of_holder(inner, part, cases);
        out.description = out.description || more.description;
        out.history = out.history || more.history;
    }
    return out;
}

bool leads_elsewhere(const condition& c) {
    if (c.what == condition::kind::has) return where(*c.by) != leads_to::other;
    return std::any_of(c.parts.begin(), c.parts.end(), leads_elsewhere);
}

condition without_children(const condition& c) {
    if (!leads_elsewhere(c)) return c;
    if (c.what == condition::kind::has || c.what == condition::kind::negation) return {};
    if (c.what != condition::kind::all && c.what != condition::kind::any) return c;
    condition out = c;
    out.parts.clear();
    for (const auto& part : c.parts) {
        condition weaker = without_children(part);
        if (c.what == condition::kind::any && weaker.is_everything()) return {};
        if (c.what == condition::kind::any || !weaker.is_everything()) out.parts.push_back(std::move(weaker));
    }
    return out;
}

}  // namespace casebridge::bridge
