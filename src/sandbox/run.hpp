// Running a stand-in as a process: options that both have, the ready line, signals.
#pragma once

#include "sandbox/control.hpp"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace casebridge::sandbox {

struct run_options {
    std::string name;
    std::string listen;
    std::vector<std::string> tls;      // certificate and key
    unsigned latency_ms = 0;
    bool one_at_a_time = false;
    std::vector<std::string> faults;
    bool quiet = false;
    std::string refusal;               // of heads that cannot be read, wire_options
};

// One more listener of the process, with a control of its own.
struct second_listener {
    std::string name;
    std::string listen;
    core what;
};

void add_run_options(CLI::App& app, run_options& into);

// Serves until SIGTERM or SIGINT; returns the exit code.
int run(const run_options& options, core c, std::vector<second_listener> others = {});

}  // namespace casebridge::sandbox
