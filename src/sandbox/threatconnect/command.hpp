// The subcommand "threatconnect" of casebridge-sandbox.
#pragma once

namespace CLI {
class App;
}

namespace casebridge::sandbox::threatconnect {

// Adds the subcommand; when it is chosen, parsing the command line runs it and exit_code is set.
void add_command(CLI::App& app, int& exit_code);

}  // namespace casebridge::sandbox::threatconnect
