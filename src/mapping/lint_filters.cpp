// Filters of the catalogues: a text that has no place for the values would silently match too little or too much.
#include "mapping/lint_report.hpp"

#include <algorithm>

namespace casebridge::mapping {
namespace {

struct places {
    std::string_view by;
    // One of these; none: the comparison has no values, or the language cannot make it.
    std::vector<std::string_view> in_expression, as_parameter;
};

const std::vector<places>& all_places() {
    static const std::vector<places> rows{
        {"in", {"{texts}", "{numbers}", "{users}", "{groups}"}, {"{texts}", "{ids}", "{number}"}},
        {"not_in", {"{texts}"}, {}},
        {"absent", {}, {}},
        {"like", {"{text}"}, {"{text}"}},
        {"at_least", {"{time}"}, {"{instant}"}},
        {"at_most", {"{time}"}, {"{instant}"}}};
    return rows;
}

std::string listed(const std::vector<std::string_view>& words) {
    std::string out;
    for (const auto w : words) out.append(out.empty() ? "" : " or ").append(w);
    return out;
}

// "status={texts}": a name, and one value behind it.
void check_parameter(lint_report& out, const catalog_filter& f) {
    const std::size_t equals = f.as.find('=');
    const bool whole = equals != std::string::npos && equals > 0 && equals + 1 < f.as.size() &&
                       f.as.find_first_of("=&") == f.as.rfind('=') && f.as.find('&') == std::string::npos;
    const std::size_t open = f.as.find('{');
    const bool placed = open == std::string::npos || (open == equals + 1 && f.as.back() == '}');
    if (whole && placed) return;
    out.add(f.at, "as", quote(f.as) + " is no parameter",
            "write name=value, or the place for the values behind it");
}

void check(lint_report& out, const catalog_filter& f, filter_language language) {
    const auto& rows = all_places();
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const places& p) { return p.by == f.by; });
    if (row == rows.end()) return;  // the schema has said so
    const bool parameters = language == filter_language::parameters;
    if (parameters && f.by == "not_in")
        return out.add(f.at, "by", "parameters cannot exclude values", "remove the filter");
    const auto& allowed = parameters ? row->as_parameter : row->in_expression;
    const auto opened = std::count(f.as.begin(), f.as.end(), '{');
    const bool known = std::any_of(allowed.begin(), allowed.end(),
                                   [&](std::string_view p) { return f.as.find(p) != std::string::npos; });
    if (allowed.empty() ? opened != 0 : !known || opened != 1)
        return out.add(f.at, "as",
                       "a filter by " + quote(f.by) + " has no place for its values in " + quote(f.as),
                       allowed.empty() ? "it takes no values: remove the braces"
                                       : "write " + listed(allowed) + " once, where they belong");
    if (parameters) check_parameter(out, f);
}

void check_all(lint_report& out, const catalog_object& o) {
    for (const auto& field : o.fields) {
        for (const auto& f : field.filters) check(out, f, o.filters_are);
    }
}

}  // namespace

void lint_filters(lint_report& out) {
    check_all(out, *out.left_object);
    check_all(out, *out.right_object);
}

}  // namespace casebridge::mapping
