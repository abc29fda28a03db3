// The casebridge program: reads the command line and calls the command.
#include "app/commands.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

namespace {

using namespace casebridge;

CLI::App* command(CLI::App& program, const char* name, const char* text, const char* example) {
    CLI::App* sub = program.add_subcommand(name, text);
    sub->footer(std::string("Example:\n  ") + example);
    return sub;
}

void add_config(CLI::App* sub, std::string& into) {
    sub->add_option("-c,--config", into, "Configuration file (.jsonc)")
        ->envname("CASEBRIDGE_CONFIG")
        ->required();
}

int run(int argc, char** argv) {
    CLI::App program("Serves clients of one case-management API from a backend that speaks another.",
                     "casebridge");
    program.set_version_flag("--version", "casebridge " + app::version_text());
    program.require_subcommand(1);
    program.footer("Exit codes: 0 fine, 1 something is wrong with what was given, 2 it could not be done.");

    std::string config;
    std::string url = "http://127.0.0.1:9090/readyz";
    CLI::App* serve = command(program, "serve", "Runs the bridges of a configuration until a signal.",
                              "casebridge serve --config /etc/casebridge/casebridge.jsonc");
    add_config(serve, config);
    CLI::App* check =
        command(program, "check", "Checks a configuration and its mapping tables; binds nothing.",
                "casebridge check --config casebridge.jsonc && systemctl restart casebridge");
    add_config(check, config);
    CLI::App* password =
        command(program, "password", "Prints the hash of a password for an account's password_hash.",
                "printf '%s\\n' \"$PASSWORD\" | casebridge password");
    CLI::App* health = command(program, "health", "Asks a running casebridge whether it is ready.",
                               "casebridge health --url http://127.0.0.1:9090/readyz");
    health->add_option("--url", url, "What to ask")->capture_default_str();

    app::translation job{"", "", "", "mappings", {}};
    CLI::App* translate = command(program, "translate",
                                  "Prints a case, or what hangs on one, as the other platform would hold it, "
                                  "and what became of each value.",
                                  "casebridge translate --from threatconnect --to tracecat case.json");
    translate->add_option("--from", job.from, "Platform of the file")->required();
    translate->add_option("--to", job.to, "Platform of the result")->required();
    translate->add_option("--object", job.object, "What it is: case, comment, task or attachment")
        ->check(CLI::IsMember({"case", "comment", "task", "attachment"}))
        ->capture_default_str();
    translate
        ->add_option("file", job.file, "A document as that platform's API shows it; - for standard input")
        ->required();
    translate->add_option("--mappings", job.mappings, "Folder of the mapping tables")->capture_default_str();
    translate->add_option("--overlay", job.overlays, "Overlay file; may be given several times");

    std::string only_bridge;
    CLI::App* users = program.add_subcommand("users", "What the bridges know of people.");
    users->require_subcommand(1);
    CLI::App* export_users = users->add_subcommand(
        "export", "Asks the backends for their users and prints who is who as CSV, with suggestions.");
    export_users->footer(
        "What is only suggested takes effect as a line of the bridge's \"users\": {\"e-mail\": \"user "
        "name\"}.\n\n"
        "Example:\n  casebridge users export --config casebridge.jsonc --bridge soc > users.csv");
    add_config(export_users, config);
    export_users->add_option("--bridge", only_bridge, "Name of a bridge; without: all of them");

    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return program.exit(e) == 0 ? 0 : 2;
    }
    if (serve->parsed()) return app::serve(config);
    if (check->parsed()) return app::check(config);
    if (password->parsed()) return app::password();
    if (translate->parsed()) return app::translate(job);
    if (export_users->parsed()) return app::export_users(config, only_bridge);
    return health->parsed() ? app::health(url) : 2;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& e) {
        std::cerr << "casebridge: " << e.what() << '\n';
        return 2;
    }
}
