#include "mapping/ledger.hpp"

#include <algorithm>
#include <set>

namespace casebridge::mapping {
namespace {

struct owner {
    const rule* by = nullptr;
    const declared_field* field = nullptr;
};

bool covers(const std::string& path, std::string_view member) {
    return !path.empty() && first_segment(path) == member;
}

// A mapping rule beats a drop: a user's name may be dropped in one place and used in another.
owner find_owner(const table& t, bool left, std::string_view member) {
    owner found;
    for (const auto& r : t.rules) {
        const bool mine =
            left ? covers(r.left, member) || covers(r.write_as, member) || covers(r.values_as, member)
                 : covers(r.right, member) || covers(r.right_or, member) || covers(r.condition, member);
        if (mine && (found.by == nullptr || found.by->kind == rule_kind::drop)) found.by = &r;
        if (left || !r.native_fields) continue;
        for (const auto& f : r.fields) {
            if (covers(f.member, member) && found.by == nullptr) found = {&r, &f};
        }
    }
    return found;
}

std::string escape_token(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c == '~')
            out += "~0";
        else if (c == '/')
            out += "~1";
        else
            out += c;
    }
    return out;
}

void walk(json::value v, const std::string& pointer, const leaf& as, std::vector<leaf>& out) {
    if (v.size() > 0 && v.is_object()) {
        for (const auto& [key, val] : v.members())
            walk(val, pointer + "/" + escape_token(key.text()), as, out);
    } else if (v.size() > 0 && v.is_array()) {
        std::size_t i = 0;
        for (const auto& [none, val] : v.elements()) walk(val, pointer + "/" + std::to_string(i++), as, out);
    } else {
        leaf one = as;
        one.pointer = pointer;
        out.push_back(std::move(one));
    }
}

leaf fate_of(const owner& o, std::string_view member, const std::vector<std::string>& carried) {
    if (o.by == nullptr)
        return {{}, fate::unknown, {}, "add \"" + std::string(member) + "\" to the catalogue and the table"};
    if (o.by->kind == rule_kind::drop) return {{}, fate::dropped, o.by->id, o.by->why};
    const bool kept = std::find(carried.begin(), carried.end(), o.by->id) != carried.end();
    return {{},
            kept ? fate::carried : fate::mapped,
            o.field != nullptr ? o.by->id + "." + o.field->field : o.by->id,
            {}};
}

}  // namespace

const char* to_string(finding_code c) noexcept {
    switch (c) {
        case finding_code::enum_unknown: return "enum_unknown";
        case finding_code::carry_unreadable: return "carry_unreadable";
        case finding_code::carry_stale: return "carry_stale";
        case finding_code::carry_witness: return "carry_witness";
        case finding_code::value_unreadable: return "value_unreadable";
        case finding_code::member_unknown: return "member_unknown";
        case finding_code::spill_missing: return "spill_missing";
        case finding_code::loss_no_carry: return "loss_no_carry";
        case finding_code::loss_too_large: return "loss_too_large";
    }
    return "?";
}

const char* to_string(fate f) noexcept {
    switch (f) {
        case fate::mapped: return "mapped";
        case fate::carried: return "carried";
        case fate::dropped: return "dropped";
        case fate::unknown: return "unknown";
    }
    return "?";
}

bool is_loss(finding_code c) noexcept {
    return c == finding_code::loss_no_carry || c == finding_code::loss_too_large;
}

bool ledger::lost_something() const noexcept {
    return std::any_of(findings_.begin(), findings_.end(), [](const finding& f) { return is_loss(f.code); });
}

std::string ledger::losses() const {
    std::string out;
    std::set<std::string> said;  // a batch loses the same thing in many objects
    for (const auto& f : findings_) {
        if (!is_loss(f.code)) continue;
        std::string one = f.rule + "=" + to_string(f.code);
        if (!said.insert(one).second) continue;
        if (!out.empty()) out += ", ";
        out += one;
    }
    return out;
}

std::vector<leaf> account_leaves(json::value document, const table& t, bool left_side,
                                 const std::vector<std::string>& carried) {
    std::vector<leaf> out;
    for (const auto& [key, val] : document.members()) {
        const owner o = find_owner(t, left_side, key.text());
        walk(val, "/" + escape_token(key.text()), fate_of(o, key.text(), carried), out);
    }
    return out;
}

}  // namespace casebridge::mapping
