// What the two files of dropdowns share: definitions and values.
#pragma once

#include "sandbox/tracecat/routes.hpp"

#include <string>

namespace casebridge::sandbox::tracecat {

std::string definition_missing(const uuid& definition);
std::string option_missing(const uuid& option, const uuid& definition);
route_list dropdown_value_routes();

}  // namespace casebridge::sandbox::tracecat
