#include "mapping/model.hpp"

#include <array>
#include <utility>

namespace casebridge::mapping {

const catalog_field* catalog_object::find(std::string_view field) const noexcept {
    for (const auto& f : fields) {
        if (f.name == field) return &f;
    }
    return nullptr;
}

const catalog_filter* catalog_field::filter_by(std::string_view comparison) const noexcept {
    for (const auto& f : filters) {
        if (f.by == comparison) return &f;
    }
    return nullptr;
}

const field_type* catalog::find_type(std::string_view name) const noexcept {
    for (const auto& t : field_types) {
        if (t.name == name) return &t;
    }
    return nullptr;
}

std::optional<rule_kind> rule_kind_from_string(std::string_view name) noexcept {
    static constexpr std::array kinds{
        std::pair{"same", rule_kind::same},     std::pair{"text", rule_kind::text},
        std::pair{"enum", rule_kind::enum_},    std::pair{"time", rule_kind::time},
        std::pair{"number", rule_kind::number}, std::pair{"bool", rule_kind::bool_},
        std::pair{"set", rule_kind::set},       std::pair{"ref", rule_kind::ref},
        std::pair{"bag", rule_kind::bag},       std::pair{"json", rule_kind::json},
        std::pair{"drop", rule_kind::drop},
    };
    for (const auto& [text, kind] : kinds) {
        if (name == text) return kind;
    }
    return std::nullopt;
}

const rule* table::find(std::string_view id) const noexcept {
    for (const auto& r : rules) {
        if (r.id == id) return &r;
    }
    return nullptr;
}

std::string_view first_segment(std::string_view path) noexcept { return path.substr(0, path.find('.')); }

std::string table::external_id_member() const {
    for (const auto& r : rules) {
        for (const auto& f : r.fields) {
            if (f.otherwise == "id") return f.member;
        }
        if (r.kept.otherwise == "id") return r.kept.member;
    }
    return {};
}

}  // namespace casebridge::mapping
