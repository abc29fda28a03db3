#include "app/watched_files.hpp"

#include "core/crypto.hpp"

#include <algorithm>
#include <deque>

namespace casebridge::app {

namespace fs = std::filesystem;

namespace {

constexpr int most_links = 40;  // as the kernel's own limit: beyond it is a loop
constexpr const char* table_extension = ".jsonc";

bool hidden(const fs::path& p) { return p.filename().string().starts_with('.'); }

}  // namespace

std::set<directory_entry> entries_of(const fs::path& file) {
    std::set<directory_entry> out;
    std::error_code ec;
    const fs::path whole = fs::absolute(file, ec);
    std::deque<fs::path> ahead(whole.begin(), whole.end());
    fs::path at = "/";
    int links = 0;
    while (!ahead.empty()) {
        const fs::path name = ahead.front();
        ahead.pop_front();
        if (name == "/" || name == "." || name.empty()) continue;
        if (name == "..") {
            at = at.parent_path();
            continue;
        }
        const fs::path here = at / name;
        const bool link = fs::is_symlink(here, ec) && ++links <= most_links;
        if (link || ahead.empty()) out.insert({at, name.string()});
        if (!link) {
            at = here;
            continue;
        }
        const fs::path target = fs::read_symlink(here, ec);
        if (target.is_absolute()) at = "/";
        ahead.insert(ahead.begin(), target.begin(), target.end());
    }
    return out;
}

watched_files files_of(const sources& from) {
    watched_files out;
    out.files.assign(from.files.begin(), from.files.end());
    if (!from.tables.empty()) {
        std::error_code ec;
        out.table_folders.push_back(from.tables);
        for (fs::recursive_directory_iterator it(from.tables, ec), end; !ec && it != end; it.increment(ec)) {
            std::error_code gone;
            const bool folder = it->is_directory(gone);
            // Where Kubernetes keeps what the links point to.
            if (folder && hidden(it->path()))
                it.disable_recursion_pending();
            else if (folder)
                out.table_folders.push_back(it->path());
            else if (it->path().extension() == table_extension)
                out.files.push_back(it->path());
        }
    }
    std::sort(out.files.begin(), out.files.end());
    out.files.erase(std::unique(out.files.begin(), out.files.end()), out.files.end());
    return out;
}

std::string digest_of(const watched_files& all) {
    std::string contents;
    for (const fs::path& file : all.files) {
        auto text = json::read_file(file);
        contents += file.string();
        contents += text.has_value() ? '\1' : '\0';
        if (text.has_value()) contents += as_text(sha256(*text));
    }
    return std::string(as_text(sha256(contents)));
}

}  // namespace casebridge::app
