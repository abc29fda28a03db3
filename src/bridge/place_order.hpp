// The order of lists: sort values as texts that compare as the order does, and places in it.
#pragma once

#include "mapping/bundle.hpp"
#include "platform/operation.hpp"

#include <optional>
#include <string>

namespace casebridge::bridge {

// Id of the case table's rule that a key sorts by; empty for keys without one.
std::string_view sort_rule(platform::sort_key key) noexcept;

// The sort value of a translated member: microseconds for times, the catalogue's order for enums.
std::string sort_value(platform::sort_key key, std::string_view text, const mapping::compiled_table& cases);
std::optional<std::int64_t> micros_of(const std::string& sort_value) noexcept;

// -1, 0, 1: a before, at, after b in ascending order; ids break ties.
int compare(const platform::place& a, const platform::place& b) noexcept;
// a comes strictly after b in the given direction.
bool beyond(const platform::place& a, const platform::place& b, bool descending) noexcept;

}  // namespace casebridge::bridge
