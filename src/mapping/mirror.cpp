#include "mapping/mirror.hpp"

#include <algorithm>

namespace casebridge::mapping {
namespace {

enum_spec mirrored(const enum_spec& e) {
    enum_spec out;
    out.name = e.name;
    out.at = e.at;
    out.left_values = e.right_values;
    out.right_values = e.left_values;
    out.left_order = e.right_order;
    out.right_order = e.left_order;
    for (const auto& p : e.pairs) out.pairs.push_back({p.right, p.left, p.rel, true, p.at});
    return out;
}

// The façade knows the object by the number: the other id is no member of its own.
bool is_second_id(const table& t, const rule& r) {
    return r.kind == rule_kind::ref && std::any_of(t.rules.begin(), t.rules.end(), [&](const rule& other) {
               return other.kind == rule_kind::number && other.right == r.right;
           });
}

}  // namespace

table mirror(const table& t) {
    table out;
    out.object = t.object;
    out.version = t.version;
    out.hash = t.hash;
    out.at = t.at;
    out.left_platform = t.right_platform;
    out.right_platform = t.left_platform;
    out.left_object = t.right_object;
    out.right_object = t.left_object;
    for (const auto& r : t.rules) {
        if (r.kind == rule_kind::drop || r.kind == rule_kind::bag || r.left.empty() || r.right.empty())
            continue;
        if (is_second_id(t, r) || r.counts || r.named || r.keep || !r.condition.empty()) continue;
        rule m;
        m.id = r.id;
        m.kind = r.kind;
        m.left = r.right;
        m.right = r.left;
        m.ref = r.ref;
        m.of = r.of;
        m.enum_name = r.enum_name;
        m.empty = r.empty;
        // What else is carried, this side shows as it is stored.
        m.carry = r.kind == rule_kind::ref && r.carry;
        m.wrap_kind = r.wrap_kind;
        m.at = r.at;
        out.rules.push_back(std::move(m));
    }
    for (const auto& [name, e] : t.enums) out.enums.emplace(name, mirrored(e));
    return out;
}

}  // namespace casebridge::mapping
