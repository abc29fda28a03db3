#include "bridge/place_order.hpp"

#include "core/timestamp.hpp"

#include <algorithm>
#include <cstdlib>

namespace casebridge::bridge {

std::string_view sort_rule(platform::sort_key key) noexcept {
    switch (key) {
        case platform::sort_key::created: return "created";
        case platform::sort_key::updated: return "updated";
        case platform::sort_key::priority: return "priority";
        case platform::sort_key::severity: return "severity";
        case platform::sort_key::status: return "status";
        case platform::sort_key::tasks: return "num_tasks_total";
    }
    return {};
}

std::optional<platform::case_listing::order> native_order(platform::sort_key key, bool tasks) noexcept {
    switch (key) {
        case platform::sort_key::created: return platform::case_listing::order::created;
        case platform::sort_key::updated: return platform::case_listing::order::updated;
        case platform::sort_key::tasks:
            if (tasks) return std::nullopt;
            return platform::case_listing::order::number;
        default: return std::nullopt;
    }
}

std::int64_t rank_of(platform::sort_key key, std::string_view text, const mapping::compiled_table& cases) {
    if (key == platform::sort_key::created || key == platform::sort_key::updated)
        return parse_iso8601(text).value_or(instant{}).micros;
    if (key == platform::sort_key::tasks) return std::strtoll(std::string(text).c_str(), nullptr, 10);
    const mapping::rule* r = cases.source->find(sort_rule(key));
    const mapping::catalog_field* f = r == nullptr ? nullptr : cases.left->find(r->left);
    if (f == nullptr) return 0;
    return std::find(f->values.begin(), f->values.end(), text) - f->values.begin();
}

}  // namespace casebridge::bridge
