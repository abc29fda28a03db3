// Configuration and tables together, with findings on standard error.
#pragma once

#include "app/wiring.hpp"

#include <memory>
#include <string>

namespace casebridge::app {

struct loaded {
    std::shared_ptr<const config::settings> settings;
    std::shared_ptr<const shared> bridges;
    bool unreadable = false;  // the configuration file itself
    explicit operator bool() const noexcept { return settings && bridges; }
};

loaded load_everything(const std::string& config_file);

}  // namespace casebridge::app
