#include "query/condition.hpp"

#include "query/condition_lexer.hpp"

namespace casebridge::query {

const keyword* vocabulary::find(std::string_view name) const noexcept {
    for (const auto& k : keywords)
        if (same_word(k.name, name)) return &k;
    return nullptr;
}

void append_paths(const condition& c, std::vector<std::string_view>& paths) {
    if (c.by != nullptr && !c.by->path.empty()) paths.push_back(c.by->path);
    if (c.by != nullptr && !c.by->or_path.empty()) paths.push_back(c.by->or_path);
    // Keywords of a sub-query are paths in the related object.
    if (c.what == condition::kind::has) return;
    for (const auto& part : c.parts) append_paths(part, paths);
}

}  // namespace casebridge::query
