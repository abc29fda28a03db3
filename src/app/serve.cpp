#include "app/commands.hpp"
#include "app/process.hpp"
#include "observe/log.hpp"

#include <iostream>

namespace casebridge::app {

int serve(const std::string& config_file) {
    loaded all = load_everything(config_file);
    if (all.unreadable) return 2;
    if (!all) return 1;
    observe::set_level(all.settings->log_level);

    process p(std::move(all));
    if (const auto started = p.start(); started.has_error()) {
        std::cerr << "casebridge: " << started.error().detail << '\n';
        return 2;
    }
    return p.run();
}

}  // namespace casebridge::app
