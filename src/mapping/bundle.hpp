// A loaded bundle: catalogues, tables with their overlays, error table, and the programs compiled from them.
// Immutable; shared by all threads.
#pragma once

#include "mapping/error_table.hpp"
#include "mapping/event_types.hpp"
#include "mapping/mirror.hpp"
#include "mapping/reverse_writer.hpp"
#include "mapping/view_program.hpp"
#include "mapping/write_plan.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace casebridge::mapping {

// One table, compiled.
struct object_programs {
    const table* source = nullptr;
    std::unique_ptr<compiled_table> compiled;
    std::map<std::string, view_program, std::less<>> views;   // by shape
    std::unique_ptr<write_program> write;
    // The same table from its other side: the left platform stores.
    std::unique_ptr<reverse_program> reverse;
    std::unique_ptr<reverse_writer> reverse_write;
    std::unique_ptr<mirrored_table> mirrored;  // for filters

    const view_program& view(std::string_view shape) const { return views.find(shape)->second; }
};

class bundle {
public:
    // Reads folder/bundle.jsonc and everything that it names, and the overlays (paths). Null if there is any
    // finding; findings are in the order of the files.
    static std::unique_ptr<const bundle> load(const std::filesystem::path& folder,
                                              const std::vector<std::filesystem::path>& overlays,
                                              std::vector<json::diagnostic>& findings);

    const object_programs& object(std::string_view name) const { return objects_.find(name)->second; }
    bool has(std::string_view name) const { return objects_.contains(name); }
    const catalog& left() const { return *left_; }
    const catalog& right() const { return *right_; }
    // Objects that are the same for every workspace, as the right platform shows them; none: an empty list.
    const std::vector<std::string>& fixed(std::string_view kind) const;
    const error_table& errors() const { return errors_; }
    const event_types& events() const { return events_; }
    const std::string& name() const { return name_; }
    const std::string& version() const { return version_; }

private:
    friend class bundle_loader;
    std::vector<json::document_ptr> documents_;
    std::map<std::string, catalog> catalogs_;
    std::map<std::string, table> tables_;
    std::map<std::string, object_programs, std::less<>> objects_;
    const catalog* left_ = nullptr;
    const catalog* right_ = nullptr;
    std::map<std::string, std::vector<std::string>, std::less<>> fixed_;
    error_table errors_;
    event_types events_;
    std::string name_, version_;
};

}  // namespace casebridge::mapping
