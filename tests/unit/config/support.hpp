// Configuration files made for one test, each in a directory of its own.
#pragma once

#include "config/load.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace config_test {

class sandbox_dir {
public:
    sandbox_dir();
    ~sandbox_dir();
    sandbox_dir(const sandbox_dir&) = delete;
    sandbox_dir& operator=(const sandbox_dir&) = delete;

    std::filesystem::path write(std::string_view name, std::string_view content) const;
    casebridge::config::loaded load(std::string_view content,
                                    const casebridge::config::settings* running = nullptr) const;

    std::map<std::string, std::string> variables;

private:
    std::filesystem::path path_;
};

// A small complete configuration, with one text replaced; the text must occur.
std::string with(std::string_view replace, std::string_view by);
std::string minimal();
// All findings, one a line, the file's directory cut off.
std::string findings(const casebridge::config::loaded& l);

}  // namespace config_test
