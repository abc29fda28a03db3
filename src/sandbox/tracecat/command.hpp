#pragma once

namespace CLI {
class App;
}

namespace casebridge::sandbox::tracecat {

// Adds the subcommand "tracecat"; its exit code is written when it ends.
void add_command(CLI::App& app, int& exit_code);

}  // namespace casebridge::sandbox::tracecat
