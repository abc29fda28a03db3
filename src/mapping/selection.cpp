#include "mapping/selection.hpp"

#include "json/writer.hpp"
#include "mapping/event_types.hpp"

#include <algorithm>

namespace casebridge::mapping {
namespace {

bool has_value(json::value v) noexcept {
    switch (v.type()) {
        case json::kind::null: return false;
        case json::kind::boolean: return v.is_true();
        case json::kind::number: return v.text() != "0";
        case json::kind::string: return !v.text().empty();
        case json::kind::object:
        case json::kind::array: break;
    }
    return v.size() > 0;
}

bool holds(const member_test& test, json::value document) noexcept {
    const json::value v = document.member(test.member);
    if (test.absent) return !v || !has_value(v);
    const std::string_view text = v.is_string() ? v.text() : std::string_view{};
    return std::any_of(test.is.begin(), test.is.end(), [&](const auto& one) { return text == one; }) ||
           std::any_of(test.ends.begin(), test.ends.end(),
                       [&](const auto& one) { return text.ends_with(one); });
}

// One entry, if it says anything: what is no plain value where one is expected is not shown.
bool append_entry(std::string& out, const std::vector<std::string>& members, json::value entry) {
    const std::size_t start = out.size();
    for (const auto& path : members) {
        const json::value v = value_at(entry, path);
        if (!v || v.is_null() || v.is_object() || v.is_array()) continue;
        out += out.size() == start ? '{' : ',';
        json::append_string(out, first_segment(path));
        out += ':';
        json::append_value(out, v);
    }
    if (out.size() == start) return false;
    out += '}';
    return true;
}

}  // namespace

bool selects(const std::vector<member_test>& tests, json::value document) noexcept {
    return document.is_object() &&
           std::all_of(tests.begin(), tests.end(), [&](const member_test& t) { return holds(t, document); });
}

bool lists(const shown_list& list, json::value entry) noexcept {
    if (!selects(list.which, entry)) return false;
    if (!list.but.empty() && selects(list.but_which, entry)) return false;
    return list.own.empty() || !is_own_file(entry.member(list.own).text(), list.own_prefix);
}

void append_list(std::string& out, const shown_list& list, json::value entries) {
    std::size_t shown = 0, more = 0;
    for (const auto& [none, entry] : entries.elements()) {
        if (!lists(list, entry)) continue;
        if (shown == list.most) {
            ++more;
            continue;
        }
        const std::size_t before = out.size();
        out += shown == 0 ? '[' : ',';
        if (append_entry(out, list.members, entry))
            ++shown;
        else
            out.resize(before);
    }
    if (shown == 0) {
        out += "null";
        return;
    }
    if (more > 0) {
        out += ",{\"more\":";
        json::append_integer(out, static_cast<std::int64_t>(more));
        out += '}';
    }
    out += ']';
}

bool is_own_file(std::string_view name, std::string_view prefix) noexcept {
    return !prefix.empty() && name.starts_with(prefix) && name.substr(prefix.size()).starts_with('-') &&
           name.ends_with(".json");
}

}  // namespace casebridge::mapping
