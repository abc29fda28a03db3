// The order of lists: the numbers that sort values compare by, and places in it.
#pragma once

#include "mapping/bundle.hpp"
#include "platform/backend.hpp"
#include "platform/operation.hpp"

#include <optional>
#include <string>

namespace casebridge::bridge {

// Id of the case table's rule that a key sorts by; empty for keys without one.
std::string_view sort_rule(platform::sort_key key) noexcept;

// The order in which a backend can list for a key; none: the order is made here. tasks: they are counted; else all
// cases have as many, so that only the number orders them.
std::optional<platform::case_listing::order> native_order(platform::sort_key key, bool tasks) noexcept;

// The rank of a translated member: microseconds since 1970 for times, the catalogue's order for enums, a number itself.
std::int64_t rank_of(platform::sort_key key, std::string_view text, const mapping::compiled_table& cases);

// a comes strictly after b in the given direction.
inline bool beyond(const platform::place& a, const platform::place& b, bool descending) noexcept {
    return descending ? a < b : a > b;
}

}  // namespace casebridge::bridge
