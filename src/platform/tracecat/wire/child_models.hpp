// What Tracecat demands of the bodies of comments and tasks (Tracecat fact sheet §3.1, §3.2), as tables like those of
// models.hpp.
#pragma once

#include "platform/tracecat/wire/models.hpp"

#include <string_view>

namespace casebridge::platform::tracecat {

extern const model comment_create, comment_update, task_create, task_update;
inline constexpr std::string_view task_statuses[] = {"todo", "in_progress", "completed", "blocked"};  // §4.3

// "wf_" and base 62, "wf-" and 32 hex digits, or a UUID (§3.2).
bool is_workflow_id(std::string_view text) noexcept;

}  // namespace casebridge::platform::tracecat
