#include "app/load.hpp"

#include "config/load.hpp"
#include "observe/redact.hpp"

#include <filesystem>
#include <iostream>

namespace casebridge::app {
namespace {

void print(const std::vector<json::diagnostic>& findings) {
    for (const json::diagnostic& d : findings) std::cerr << observe::redact(d.to_string()) << '\n';
}

}  // namespace

loaded load_everything(const std::string& config_file) {
    loaded out;
    std::error_code ec;
    out.unreadable = !std::filesystem::is_regular_file(config_file, ec);
    config::loaded configuration = config::load(config_file, config::process_environment());
    print(configuration.findings);
    if (!configuration.value) return out;
    for (const std::string& secret : configuration.value->secrets()) observe::add_secret(secret);

    out.settings = std::move(configuration.value);
    std::vector<json::diagnostic> findings;
    out.bridges = prepare(out.settings, findings);
    print(findings);
    return out;
}

}  // namespace casebridge::app
