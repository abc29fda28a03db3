// The order of a list: "severity desc dateAdded asc nullslast" (ThreatConnect fact sheet §3.4).
#include "query/condition.hpp"
#include "query/condition_lexer.hpp"
#include "query/condition_values.hpp"

#include <algorithm>
#include <array>

namespace casebridge::query {
namespace {

struct modifier {
    std::string_view word;
    void (*apply)(sort_level&);
};
constexpr std::array modifiers{
    modifier{"asc", [](sort_level& l) { l.descending = false; }},
    modifier{"desc", [](sort_level& l) { l.descending = true; }},
    modifier{"nullsfirst", [](sort_level& l) { l.nulls_first = true; }},
    modifier{"nullslast", [](sort_level& l) { l.nulls_first = false; }},
};

result<void> add_word(std::string_view text, std::size_t at, std::string_view word, const vocabulary& of,
                      std::vector<sort_level>& out) {
    const auto m = std::find_if(modifiers.begin(), modifiers.end(),
                                [&](const modifier& row) { return same_word(row.word, word); });
    if (m != modifiers.end() && !out.empty()) {
        m->apply(out.back());
        return {};
    }
    const keyword* by = of.find(word);
    if (by == nullptr || by->type == value_type::nested)
        return query_error(text, at,
                           out.empty()
                               ? "a keyword of " + std::string(of.object) + " expected, not " + shown(word)
                               : "a keyword of " + std::string(of.object) +
                                     ", asc, desc, nullsfirst or nullslast expected, not " + shown(word));
    out.push_back({by});
    return {};
}

int compare_by(const sort_level& l, const std::optional<literal>& x, const std::optional<literal>& y) {
    if (!x || !y) {
        const int null_first = !x ? (!y ? 0 : -1) : 1;
        return l.nulls_first.value_or(l.descending) ? null_first : -null_first;
    }
    const int order = precedes(l.by->type, *x, *y) ? -1 : precedes(l.by->type, *y, *x) ? 1 : 0;
    return l.descending ? -order : order;
}

}  // namespace

result<std::vector<sort_level>> read_sorting(std::string_view text, const vocabulary& of) {
    constexpr std::string_view blanks = " \t\r\n,";
    std::vector<sort_level> out;
    std::size_t at = text.find_first_not_of(blanks);
    while (at != std::string_view::npos) {
        const std::size_t end = std::min(text.find_first_of(blanks, at), text.size());
        CB_CHECK(add_word(text, at, text.substr(at, end - at), of, out));
        at = text.find_first_not_of(blanks, end);
    }
    return out;
}

sort_keys keys_of(const std::vector<sort_level>& by, const subject& s) {
    sort_keys out;
    for (const auto& level : by) {
        std::vector<literal> all = values_of(*level.by, s);
        const auto least = std::min_element(all.begin(), all.end(), [&](const literal& x, const literal& y) {
            return precedes(level.by->type, x, y);
        });
        out.push_back(least == all.end() ? std::nullopt : std::optional(std::move(*least)));
    }
    return out;
}

int compare(const std::vector<sort_level>& by, const sort_keys& a, const sort_keys& b) {
    for (std::size_t i = 0; i < by.size(); ++i)
        if (const int order = compare_by(by[i], a[i], b[i]); order != 0) return order;
    return 0;
}

int compare(const std::vector<sort_level>& by, const subject& a, const subject& b) {
    return compare(by, keys_of(by, a), keys_of(by, b));
}

}  // namespace casebridge::query
