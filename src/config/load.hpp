// Reads the configuration file, lays CASEBRIDGE_* variables over it, and checks both. All findings
// are collected, not only the first; each has file:line:column and, where possible, what to do.
#pragma once

#include "config/settings.hpp"
#include "json/jsonc.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::config {

// Looks up an environment variable.
using environment = std::function<std::optional<std::string>(const std::string& name)>;
environment process_environment();

struct loaded {
    std::shared_ptr<const settings> value;  // null if there are findings
    std::vector<json::diagnostic> findings;
};
loaded load(const std::filesystem::path& file, const environment& env);

// The JSON Schema of the file, as it was built in.
std::string_view schema_text() noexcept;

}  // namespace casebridge::config
