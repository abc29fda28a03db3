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
    std::vector<std::string>
        secrets;  // also of a configuration with findings, so that none of them shows one
    std::vector<std::string> files;  // it, and what it names: secrets, certificates, overlays; not the tables
    std::string mappings;  // as in settings; empty: the file could not be read so far
};
// With running, what would need a restart is a finding too.
loaded load(const std::filesystem::path& file, const environment& env, const settings* running = nullptr);

// The JSON Schema of the file, as it was built in.
std::string_view schema_text() noexcept;

}  // namespace casebridge::config
