// Which files make up a configuration, and which directory entries decide what they hold.
#pragma once

#include "app/load.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace casebridge::app {

// An entry of a directory. Writing a file, replacing it by renaming another one to its name, and pointing
// a symbolic link elsewhere all change the entry, so directories are watched and not files.
struct directory_entry {
    std::filesystem::path folder;
    std::string name;
    auto operator<=>(const directory_entry&) const = default;
};

// The file's own entry, and that of every symbolic link on the way to it (Kubernetes keeps a mounted
// file behind two: file → ..data/file, ..data → a folder that is swapped).
std::set<directory_entry> entries_of(const std::filesystem::path& file);

// All that a configuration is made of: the file, what it names, every table below the tables' folder.
struct watched_files {
    std::vector<std::filesystem::path> files;
    std::vector<std::filesystem::path> table_folders;  // a new table there counts too
};
watched_files files_of(const sources& from);

// Changes when a file's content does, or when one comes or goes.
std::string digest_of(const watched_files& all);

}  // namespace casebridge::app
