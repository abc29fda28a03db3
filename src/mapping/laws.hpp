// The lens laws, checked over every state of an enum pair when its table is loaded.
#pragma once

#include "mapping/enum_map.hpp"

#include <optional>
#include <string>

namespace casebridge::mapping {

struct law_violation {
    std::string law;             // "put-get"
    std::string counterexample;  // the smallest state that breaks it, in the table's own words
};

// Nothing if every law holds: section and totality, get-put, put-get, put-put, native wins, idempotence,
// stale values land in the native class, refinements land in their class.
std::optional<law_violation> check_laws(const enum_map& map);

}  // namespace casebridge::mapping
