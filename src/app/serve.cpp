#include "app/commands.hpp"
#include "app/process.hpp"
#include "observe/log.hpp"

#include <csignal>
#include <iostream>

namespace casebridge::app {

int serve(const std::string& config_file) {
    std::signal(SIGHUP, SIG_IGN);  // until there is something to reload
    const auto state = make_lasting();
    loaded all = load_everything(config_file, state);
    print_findings(all);
    if (all.unreadable) return 2;
    if (!all) return 1;
    observe::set_level(all.settings->log_level);

    process p(std::move(all), state);
    if (const auto started = p.start(); started.has_error()) {
        std::cerr << "casebridge: " << started.error().detail << '\n';
        return 2;
    }
    return p.run();
}

}  // namespace casebridge::app
