#include "app/load.hpp"

#include "config/load.hpp"
#include "observe/redact.hpp"

#include <filesystem>
#include <iostream>
#include <utility>

namespace casebridge::app {

loaded load_everything(const std::string& config_file, const std::shared_ptr<lasting>& state,
                       const config::settings* running) {
    loaded out;
    std::error_code ec;
    out.unreadable = !std::filesystem::is_regular_file(config_file, ec);
    config::loaded configuration = config::load(config_file, config::process_environment(), running);
    out.findings = std::move(configuration.findings);
    out.from.files = std::move(configuration.files);
    if (!configuration.mappings.empty()) out.from.tables = mapping_folder(configuration.mappings);
    for (const std::string& secret : configuration.secrets) observe::add_secret(secret);
    if (!configuration.value) return out;

    out.settings = std::move(configuration.value);
    out.bridges = prepare(out.settings, state, out.findings);
    return out;
}

void print_findings(const loaded& all) {
    for (const json::diagnostic& d : all.findings) std::cerr << observe::redact(d.to_string()) << '\n';
}

}  // namespace casebridge::app
