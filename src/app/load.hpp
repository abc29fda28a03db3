// Configuration and tables together.
#pragma once

#include "app/wiring.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace casebridge::app {

// Where a configuration comes from: what was read, or should have been.
struct sources {
    std::vector<std::string> files;  // the file itself and what it names; without the tables
    std::filesystem::path tables;    // their folder; empty if it is not known
};

struct loaded {
    std::shared_ptr<const config::settings> settings;
    std::shared_ptr<const shared> bridges;
    std::vector<json::diagnostic> findings;
    sources from;
    bool unreadable = false;  // the configuration file itself
    explicit operator bool() const noexcept { return settings && bridges; }
};

// Secrets that it reads are known to the redactor before it returns.
// With running, what would need a restart is a finding too.
loaded load_everything(const std::string& config_file, const std::shared_ptr<lasting>& state,
                       const config::settings* running = nullptr);

void print_findings(const loaded& all);  // on standard error

}  // namespace casebridge::app
