// Finding the route of a request: prefixes, mounts, captures, and what Starlette does when nothing fits.
#pragma once

#include "platform/tracecat/routes.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform::tracecat {

struct capture {
    std::string_view name;           // points into the route's pattern
    std::string value;
    enum class kind { identifier, identifier_v4, text } type = kind::identifier;
};

struct match {
    const route* row = nullptr;      // null: nothing fits
    bool method_fits = false;        // false: a 405 that allows row->method
    bool below_workspace = false;    // the workspace id is in the path
    bool api_prefix = false;         // the path began with /api
    std::string redirect;  // path with or without trailing slash that would fit; nothing else fits
    std::vector<capture> captures;  // in order; a workspace mount's id first

    const std::string* find(std::string_view name) const noexcept;
};

// path: raw, as in the request target.
match find_route(std::string_view method, std::string_view path);

}  // namespace casebridge::platform::tracecat
