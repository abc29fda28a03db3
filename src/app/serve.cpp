#include "app/commands.hpp"
#include "app/process.hpp"
#include "observe/log.hpp"

#include <malloc.h>

#include <csignal>
#include <iostream>

namespace casebridge::app {
namespace {

// Bodies of files are given back to the system as soon as they are done with. Left to itself, glibc learns from the
// first large block that it frees to keep all later ones.
void give_back_large_blocks() {
    constexpr int large = 1024 * 1024;
    mallopt(M_MMAP_THRESHOLD, large);
    mallopt(M_TRIM_THRESHOLD, 2 * large);
}

}  // namespace

int serve(const std::string& config_file) {
    give_back_large_blocks();
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
