// casebridge-sandbox: the stand-ins for both platforms, for trying, testing and measuring without an account.
#include "sandbox/threatconnect/command.hpp"
#include "sandbox/tracecat/command.hpp"

#include <CLI/CLI.hpp>

int main(int argc, char** argv) {
    CLI::App app("Faithful in-memory stand-ins for the platforms that casebridge connects.");
    app.require_subcommand(1);
    int exit_code = 0;
    casebridge::sandbox::threatconnect::add_command(app, exit_code);
    casebridge::sandbox::tracecat::add_command(app, exit_code);
    CLI11_PARSE(app, argc, argv);
    return exit_code;
}
