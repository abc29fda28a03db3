// A condition on one document.
#include "query/condition.hpp"
#include "query/condition_values.hpp"

#include <algorithm>

namespace casebridge::query {
namespace {

enum class truth : std::uint8_t { no, unknown, yes };

constexpr truth of(bool yes) noexcept { return yes ? truth::yes : truth::no; }
constexpr truth opposite(truth t) noexcept {
    return t == truth::unknown ? t : t == truth::yes ? truth::no : truth::yes;
}

// '%' stands for any characters, nothing else is special (fact sheet §5.2).
bool is_like(std::string_view text, std::string_view pattern) noexcept {
    std::size_t t = 0, p = 0, star = std::string_view::npos, mark = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '%') {
            star = p++;
            mark = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('%', p) == std::string_view::npos;
}

bool text_fits(relation how, std::string_view have, std::string_view wanted) noexcept {
    switch (how) {
        case relation::like: return is_like(have, wanted);
        case relation::contains: return have.find(wanted) != std::string_view::npos;
        case relation::starts_with: return have.starts_with(wanted);
        case relation::ends_with: return have.ends_with(wanted);
        default: return false;
    }
}

// How: not a negation.
bool fits_one(const condition& c, relation how, const literal& have) {
    const value_type type = c.by->type;
    const auto before = [&](const literal& a, const literal& b) { return precedes(type, a, b); };
    if (how == relation::in) return std::binary_search(c.values.begin(), c.values.end(), have, before);
    return std::any_of(c.values.begin(), c.values.end(), [&](const literal& wanted) {
        switch (how) {
            case relation::equal: return !before(have, wanted) && !before(wanted, have);
            case relation::greater: return before(wanted, have);
            case relation::less: return before(have, wanted);
            case relation::at_least: return !before(have, wanted);
            case relation::at_most: return !before(wanted, have);
            default: return text_fits(how, have.text, wanted.text);
        }
    });
}

constexpr bool is_negative(relation r) noexcept {
    return r == relation::not_equal || r == relation::not_in || r == relation::not_like ||
           r == relation::not_contains || r == relation::not_starts_with || r == relation::not_ends_with;
}

truth test(const condition& c, const subject& s) {
    const std::vector<literal> have = values_of(*c.by, s);
    if (c.how == relation::is_null || c.how == relation::is_not_null)
        return of(have.empty() == (c.how == relation::is_null));
    if (have.empty() && !c.by->many) return truth::unknown;
    const relation how = is_negative(c.how) ? opposite(c.how) : c.how;
    const bool fit =
        std::any_of(have.begin(), have.end(), [&](const literal& one) { return fits_one(c, how, one); });
    return of(fit != is_negative(c.how));
}

truth evaluate(const condition& c, const subject& s) {
    switch (c.what) {
        case condition::kind::test: return test(c, s);
        case condition::kind::has:
            return of(s.has_related(*c.by, c.parts.empty() ? nullptr : &c.parts.front()));
        case condition::kind::negation: return opposite(evaluate(c.parts.front(), s));
        case condition::kind::all: {
            truth t = truth::yes;
            for (const auto& part : c.parts)
                if ((t = std::min(t, evaluate(part, s))) == truth::no) break;
            return t;
        }
        case condition::kind::any: break;
    }
    truth t = truth::no;
    for (const auto& part : c.parts)
        if ((t = std::max(t, evaluate(part, s))) == truth::yes) break;
    return t;
}

}  // namespace

bool fits(const condition& test, relation how, const literal& have) {
    return is_negative(how) ? !fits_one(test, opposite(how), have) : fits_one(test, how, have);
}

bool matches(const condition& c, const subject& s) { return evaluate(c, s) == truth::yes; }

}  // namespace casebridge::query
