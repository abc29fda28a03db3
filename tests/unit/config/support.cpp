#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

#include <unistd.h>

namespace config_test {

namespace fs = std::filesystem;
using namespace casebridge;

sandbox_dir::sandbox_dir() {
    static int made = 0;
    path_ = fs::temp_directory_path() /
            ("config-test-" + std::to_string(::getpid()) + "-" + std::to_string(++made));
    fs::create_directories(path_);
}

sandbox_dir::~sandbox_dir() { fs::remove_all(path_); }

fs::path sandbox_dir::write(std::string_view name, std::string_view content) const {
    std::ofstream(path_ / name) << content;
    return path_ / name;
}

config::loaded sandbox_dir::load(std::string_view content, const config::settings* running) const {
    return config::load(
        write("c.jsonc", content),
        [this](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        },
        running);
}

std::string minimal() {
    return R"({
  "upstreams": {
    "tc": { "platform": "threatconnect", "url": "https://tc.example.com/api", "credentials": { "main": { "token_env": "TOKEN" } } }
  },
  "bridges": [
    { "name": "b-one", "facade": "tracecat", "backend": "threatconnect", "listen": "127.0.0.1:0",
      "workspaces": [ { "id": "11111111-1111-4111-8111-111111111111", "name": "SOC", "upstream": "tc", "credential": "main", "organization": "Org" } ],
      "accounts": [ { "email": "Ana@example.com", "workspaces": { "SOC": "editor" } } ]
    }
  ]
})";
}

std::string with(std::string_view replace, std::string_view by) {
    std::string text = minimal();
    const auto at = text.find(replace);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, "not in the minimal configuration: " << replace);
    return text.replace(at, replace.size(), by);
}

std::string findings(const config::loaded& l) {
    std::string out;
    for (const json::diagnostic& d : l.findings) {
        const std::string line = d.to_string();
        const auto cut = line.find("c.jsonc:");
        out += (cut == std::string::npos ? line : line.substr(cut)) + "\n";
    }
    return out;
}

}  // namespace config_test
