// A TQL tree bound to an object type, and its evaluation on one record. Logic is three-valued as in
// SQL: a comparison with an absent value is unknown, and only what is certainly true is answered.
// Multi-valued keywords (tag) are true if one value matches; their negated forms if none does.
#pragma once

#include "sandbox/threatconnect/schema.hpp"
#include "sandbox/threatconnect/tql.hpp"

#include "core/timestamp.hpp"

#include <optional>
#include <variant>

namespace casebridge::sandbox::threatconnect::tql {

// Absent, number, text, truth, point in time.
using operand = std::variant<std::monostate, double, std::string, bool, instant>;
using operands = std::vector<operand>;

// The values of a keyword for a record; tql_values.cpp. Nulls are left out.
void values_of(const store& s, const record& r, const keyword_def& k, operands& out);
// The ids that a nested keyword leads to.
void related(const store& s, const record& r, const keyword_def& k, std::vector<id_type>& out);

enum class truth : std::uint8_t { no, unknown, yes };

struct bound {
    node::kind type = node::kind::all;
    std::vector<bound> children;
    const keyword_def* keyword = nullptr;
    op operation = op::eq;
    bool negated = false;
    bool day_end = false;         // LEQ of a date without a time means the end of that day
    bool fold = false;            // texts match whatever their letter case
    bool all_of = false;          // hasAllTags
    operands values;
};

struct settings {
    instant now;
    bool insensitive = false;     // string matching
    std::int64_t zone_seconds =
        0;  // what a date without a zone means: so far east of UTC (§5.3: not documented)
};

outcome<bound> bind(const node& n, const object_def& type, const store& s, const settings& how);
truth evaluate(const bound& b, const store& s, const record& r);

// The ids that the filter can at most match, where it says so at its top (id = 7, id in (…) and …).
std::optional<std::vector<id_type>> candidates(const bound& b);

// A date literal: text of §5.3 with its functions ("NOW() - 1 HOUR"), or nothing.
std::optional<instant> read_date(std::string_view text, const settings& how);

// Lower-case letters of every script that has them, letter by letter.
std::string without_letter_case(std::string_view utf8);

}  // namespace casebridge::sandbox::threatconnect::tql
