// The commands of the casebridge program, one file each. Each returns the process's exit code:
// 0 fine, 1 something is wrong with what was given, 2 it could not be done.
#pragma once

#include <string>
#include <vector>

namespace casebridge::app {

int serve(const std::string& config_file);

// Loads configuration and mapping tables, binds nothing, prints one line per finding.
int check(const std::string& config_file);

// Prints the hash of a password: a line of standard input, asked for without echo on a terminal.
int password();

// Asks an admin listener; 0 if it answers 2xx.
int health(const std::string& url);

// Translates one document by the tables and prints it with its ledger, as one JSON object. Offline: ids are of
// no installation, and nobody is known by name.
struct translation {
    std::string from, to;  // platform names
    std::string file;  // "-": standard input
    std::string mappings;  // folder of the bundle
    std::vector<std::string> overlays;
    std::string object = "case";  // table
};
int translate(const translation& what);

// Prints who is who on the two platforms as CSV, for each bridge of the configuration or the named one.
int export_users(const std::string& config_file, const std::string& bridge_name);

std::string version_text();

}  // namespace casebridge::app
