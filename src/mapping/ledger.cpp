#include "mapping/ledger.hpp"

#include "mapping/selection.hpp"

#include <algorithm>
#include <set>

namespace casebridge::mapping {
namespace {

struct owner {
    const rule* by = nullptr;
    const declared_field* field = nullptr;
    const rule* dropped = nullptr;  // what says why the rest of it is not shown
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
        if (mine && r.kind == rule_kind::drop) found.dropped = &r;
        if (mine && (found.by == nullptr || found.by->kind == rule_kind::drop)) found.by = &r;
        if (left || !r.native_fields) continue;
        for (const auto& f : r.fields) {
            if (covers(f.member, member) && found.by == nullptr) found = {&r, &f, found.dropped};
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

// What an entry of a list says: shown are plain values under the paths that the list names.
struct entry_account {
    const std::vector<std::string>& listed;
    const leaf &shown, &hidden;

    void take(json::value v, const std::string& path, const std::string& pointer,
              std::vector<leaf>& out) const {
        const bool plain = !v.is_object() && !v.is_array();
        const bool named = std::find(listed.begin(), listed.end(), path) != listed.end();
        const bool leads = path.empty() || std::any_of(listed.begin(), listed.end(), [&](const auto& p) {
                               return p.starts_with(path + ".");
                           });
        if (!v.is_object() || v.size() == 0 || !leads)
            return walk(v, pointer, plain && named ? shown : hidden, out);
        for (const auto& [key, val] : v.members()) {
            const std::string name(key.text());
            take(val, path.empty() ? name : path + "." + name, pointer + "/" + escape_token(name), out);
        }
    }
};

// Of a list each leaf has a fate of its own; of what is not shown the drop says why.
void walk_list(json::value v, std::string_view path, const std::string& pointer, const owner& o,
               std::vector<leaf>& out) {
    const leaf shown{{}, fate::mapped, o.by->id + "." + o.field->field, {}};
    leaf hidden{{}, fate::dropped, shown.rule, "not what this field lists"};
    if (o.dropped != nullptr) hidden = {{}, fate::dropped, o.dropped->id, o.dropped->why};
    if (!path.empty() && v.is_object() && v.size() > 0) {
        const std::string_view first = first_segment(path);
        for (const auto& [key, val] : v.members()) {
            const std::string at = pointer + "/" + escape_token(key.text());
            if (key.text() == first)
                walk_list(val, path.substr(std::min(path.size(), first.size() + 1)), at, o, out);
            else
                walk(val, at, hidden, out);
        }
        return;
    }
    if (!path.empty() || !v.is_array() || v.size() == 0) return walk(v, pointer, hidden, out);
    const shown_list& list = o.field->list;
    std::size_t i = 0;
    for (const auto& [none, entry] : v.elements()) {
        const std::string at = pointer + "/" + std::to_string(i++);
        if (lists(list, entry))
            entry_account{list.members, shown, hidden}.take(entry, {}, at, out);
        else
            walk(entry, at, hidden, out);
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
        case finding_code::bytes_left: return "bytes_left";
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
    return c == finding_code::loss_no_carry || c == finding_code::loss_too_large ||
           c == finding_code::bytes_left;
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
        const std::string pointer = "/" + escape_token(key.text());
        if (o.field != nullptr && !o.field->list.of.empty()) {
            const std::string_view path = o.field->member;
            walk_list(val, path.substr(std::min(path.size(), key.text().size() + 1)), pointer, o, out);
        } else {
            walk(val, pointer, fate_of(o, key.text(), carried), out);
        }
    }
    return out;
}

}  // namespace casebridge::mapping
