// Finding the route of a request.
#pragma once

#include "platform/tracecat/facade/routes.hpp"
#include "platform/tracecat/wire/paths.hpp"

namespace casebridge::platform::tracecat {

struct match : path_match {
    const route* row = nullptr;      // null: nothing fits
};

// path: raw, as in the request target.
match find_route(std::string_view method, std::string_view path);

}  // namespace casebridge::platform::tracecat
