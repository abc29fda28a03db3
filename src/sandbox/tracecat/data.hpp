// Filling the stand-in: the demo's people and workspace, made-up cases, and files of --data.
#pragma once

#include "core/error.hpp"
#include "sandbox/tracecat/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace casebridge::sandbox::tracecat {

inline constexpr std::string_view demo_workspace_id = "11111111-1111-4111-8111-111111111111";

// Organisation, "Demo Workspace", three users, the demo key and three tags.
void add_demo_data(store& data);

// So many cases in the first workspace, the same for the same seed; created one after the other in the year
// before now.
void make_up_cases(store& data, std::uint64_t seed, std::size_t count);

// A file of --data (casebridge-sandbox tracecat --help describes it). Definitions, tags and cases are made by
// the API's own routes, so that nothing gets in that a client could not have made. Failures say which entry.
result<void> load_data(store& data, std::string_view text);

}  // namespace casebridge::sandbox::tracecat
