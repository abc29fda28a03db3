#include "mapping/child_states.hpp"

#include "json/writer.hpp"
#include "mapping/selection.hpp"
#include "mapping/view_program.hpp"

#include <algorithm>

namespace casebridge::mapping {
namespace {

// What a state begins with, up to its child's number.
std::string beginning(std::string_view kind) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("v", std::int64_t{1}).key("of").begin_array().string(kind);
    return out + ',';
}

// The kind and number of the child that a state names; an empty kind: none, so that it is the case's own.
bool read_subject(std::string_view state, std::pair<std::string, std::int64_t>& out) {
    json::tape t;
    if (t.parse(state, carry_policy).has_error() || t.root().member("v").text() != "1") return false;
    const json::value of = t.root().member("of");
    out.first = of.element(0).text();
    return !of.exists() || (!out.first.empty() && of.element(1).to_int64(out.second));
}

}  // namespace

void child_states::read(const compiled_table& cases, json::value stored_case) {
    entries_.clear();
    const std::string container = cases.source->carry ? cases.source->carry->attribute : std::string{};
    if (container.empty()) return;
    json::value list = stored_case;
    for (const auto& r : cases.source->rules) {
        if (r.kind != rule_kind::bag) continue;
        for (std::string_view rest = r.right; !rest.empty();) {
            const std::string_view first = first_segment(rest);
            list = list.member(first);
            rest.remove_prefix(std::min(rest.size(), first.size() + 1));
        }
    }
    for (const auto& [none, e] : list.elements()) {
        if (e.member(cases.bag.name_key).text() != container) continue;
        const std::string_view text = e.member(cases.bag.value_key).text();
        json::tape t;
        if (t.parse(text, carry_policy).has_error()) continue;
        const json::value of = t.root().member("of");
        entry found{std::string(of.element(0).text()), 0, text, 0};
        if (of.element(0).is_string() && of.element(1).to_int64(found.number) &&
            e.member("id").to_int64(found.id))
            entries_.push_back(std::move(found));
    }
}

void child_states::offer_to(stored_reader& child, std::string_view kind, std::int64_t number) const {
    for (const auto& e : entries_) {
        if (e.number == number && e.kind == kind) child.carry().offer(e.text, e.id, true);
    }
}

bool are_rivals(std::string_view own, std::string_view other) {
    std::pair<std::string, std::int64_t> a, b;
    if (!read_subject(other, b) || (!own.empty() && !read_subject(own, a))) return false;
    return a == b && (a.first.empty() || a.second != 0);
}

std::vector<std::string> files_of_state(std::string_view state, std::string_view prefix) {
    json::tape t;
    std::vector<std::string> out;
    if (t.parse(state, carry_policy).has_error()) return out;
    for (const auto& [rule, file] : t.root().member("x").members())
        if (is_own_file(file.element(0).text(), prefix)) out.emplace_back(file.element(0).text());
    return out;
}

std::string name_child(std::string_view state, std::int64_t number) {
    json::tape t;
    if (t.parse(state, carry_policy).has_error()) return std::string(state);
    const std::string start = beginning(t.root().member("of").element(0).text());
    if (!state.starts_with(start + "0]")) return std::string(state);
    return start + std::to_string(number) + std::string(state.substr(start.size() + 1));
}

}  // namespace casebridge::mapping
