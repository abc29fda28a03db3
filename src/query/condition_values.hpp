// Values of a query, as the type of the keyword before them reads them (ThreatConnect fact sheet §5.3).
#pragma once

#include "query/condition.hpp"
#include "query/condition_lexer.hpp"

#include <optional>
#include <vector>

namespace casebridge::query {

struct read_value {
    literal what;
    bool day = false;  // times: a date without a time, whose literal is its first moment
};
// Failure: invalid_query with the sentence alone; the caller knows the place.
result<read_value> read_literal(const token& t, const keyword& of, instant now);

// A date, a time or a date function ("NOW() - 1 HOUR", "TODAY()") with any number of steps; day: whether it
// names a whole day. Nothing if it is none, or beyond the years 1 to 9999.
struct time_text {
    instant at;
    bool day = false;
};
std::optional<time_text> read_time(std::string_view text, instant now);

// What a subject has at a keyword's path; what the type cannot read is no value. None: null.
std::vector<literal> values_of(const keyword& by, const subject& s);

// Whether a subject that has just this value satisfies the test.
bool fits(const condition& test, relation how, const literal& have);

// The order of values, in which a membership test's stand so that it can be searched.
bool precedes(value_type type, const literal& a, const literal& b) noexcept;

inline constexpr std::int64_t micros_per_second = 1'000'000;
inline constexpr std::int64_t micros_per_day = 86'400 * micros_per_second;
inline constexpr std::int64_t first_instant = -62'135'596'800 * micros_per_second;     // of the year 1
inline constexpr std::int64_t last_instant = 253'402'300'800 * micros_per_second - 1;  // of the year 9999

}  // namespace casebridge::query
