// What the two files of durations share: definitions and measured values.
#pragma once

#include "sandbox/tracecat/routes.hpp"

#include <string>

namespace casebridge::sandbox::tracecat {

std::string duration_definition_missing(const uuid& definition);
route_list duration_definition_routes();

}  // namespace casebridge::sandbox::tracecat
