// What JSON Schema cannot say about a table: the error list of the design, each finding with its place and
// what to do about it.
#pragma once

#include "mapping/model.hpp"

#include <vector>

namespace casebridge::mapping {

// left and right: the catalogues of the table's two platforms.
void lint(const table& t, const catalog& left, const catalog& right, std::vector<json::diagnostic>& findings);

}  // namespace casebridge::mapping
