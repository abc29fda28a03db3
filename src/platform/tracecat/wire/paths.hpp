// Matching request paths against rows of a route table: prefixes, mounts, captures, and what Starlette does
// when nothing fits (Tracecat fact sheet §0.1).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform::tracecat {

struct path_row {
    std::string_view method;
    // {case_id} any UUID, {case_id!} version 4, {tag~} any text. Rows of both mounts are served below
    // /workspaces/{workspace_id} and, with ?workspace_id=, at the root.
    std::string_view pattern;
    bool both_mounts = false;
};

struct capture {
    std::string_view name;           // points into the row's pattern
    std::string value;
    enum class kind { identifier, identifier_v4, text } type = kind::identifier;
};

struct path_match {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::size_t index = none;        // of the row; none: nothing fits
    bool method_fits = false;        // false: a 405 that allows the row's method
    bool below_workspace = false;    // the workspace id is in the path
    bool api_prefix = false;         // the path began with /api
    std::string redirect;  // path with or without trailing slash that would fit; nothing else fits
    std::vector<capture> captures;  // in order; a workspace mount's id first

    const std::string* find(std::string_view name) const noexcept;
};

// path: raw, as in the request target. Order matters: of the rows whose path fits but whose method does not,
// the first one names the method in the `allow` header of the 405, as Starlette does.
path_match find_path(std::span<const path_row> rows, std::string_view method, std::string_view path);

}  // namespace casebridge::platform::tracecat
