// Filters of the catalogue: a text that has no place for the values would silently match too little or too much.
#include "mapping/lint_report.hpp"

#include <algorithm>

namespace casebridge::mapping {
namespace {

struct places {
    std::string_view by;
    std::vector<std::string_view> allowed;  // one of these; none: the comparison has no values
};

const std::vector<places>& all_places() {
    static const std::vector<places> rows{{"in", {"{texts}", "{numbers}", "{users}", "{groups}"}},
                                          {"not_in", {"{texts}"}},
                                          {"absent", {}},
                                          {"like", {"{text}"}},
                                          {"at_least", {"{time}"}},
                                          {"at_most", {"{time}"}}};
    return rows;
}

std::string listed(const std::vector<std::string_view>& words) {
    std::string out;
    for (const auto w : words) out.append(out.empty() ? "" : " or ").append(w);
    return out;
}

void check(lint_report& out, const catalog_filter& f) {
    const auto& rows = all_places();
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const places& p) { return p.by == f.by; });
    if (row == rows.end()) return;  // the schema has said so
    const auto opened = std::count(f.as.begin(), f.as.end(), '{');
    const bool known = std::any_of(row->allowed.begin(), row->allowed.end(),
                                   [&](std::string_view p) { return f.as.find(p) != std::string::npos; });
    if (row->allowed.empty() ? opened == 0 : known && opened == 1) return;
    out.add(f.at, "as", "a filter by " + quote(f.by) + " has no place for its values in " + quote(f.as),
            row->allowed.empty() ? "it takes no values: remove the braces"
                                 : "write " + listed(row->allowed) + " once, where they belong");
}

}  // namespace

void lint_filters(lint_report& out) {
    for (const auto& field : out.right_object->fields) {
        for (const auto& f : field.filters) check(out, f);
    }
}

}  // namespace casebridge::mapping
