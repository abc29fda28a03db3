#include "mapping/read.hpp"

#include <algorithm>

namespace casebridge::mapping {
namespace {

rule* find_bag(table& t) {
    const auto it =
        std::find_if(t.rules.begin(), t.rules.end(), [](const rule& r) { return r.kind == rule_kind::bag; });
    return it == t.rules.end() ? nullptr : &*it;
}

void add_fields(const json::jsonc_document& overlay, json::value list, table& t,
                std::vector<json::diagnostic>& findings) {
    if (!list) return;
    rule* bag = find_bag(t);
    if (bag == nullptr) {
        findings.push_back(
            overlay.about(list, "the table \"" + t.object + "\" has no custom fields", "extend \"case\""));
        return;
    }
    for (const auto& [none, v] : list.elements()) {
        declared_field f = read_declared_field(overlay, v, t.right_platform);
        const auto taken = std::find_if(bag->fields.begin(), bag->fields.end(),
                                        [&](const declared_field& other) { return other.field == f.field; });
        if (taken != bag->fields.end()) {
            findings.push_back(
                overlay.about(v.member("field"), "field \"" + f.field + "\" exists already",
                              "choose another id; an overlay adds, it does not weaken the base table"));
            continue;
        }
        bag->fields.push_back(std::move(f));
    }
}

void change_enum(const json::jsonc_document& overlay, json::value name, json::value change, table& t,
                 std::vector<json::diagnostic>& findings) {
    const auto it = t.enums.find(std::string(name.text()));
    if (it == t.enums.end()) {
        std::vector<std::string> known;
        for (const auto& [n, spec] : t.enums) known.push_back(n);
        const std::string near = json::nearest(name.text(), known);
        findings.push_back(overlay.about(
            name, "no enum \"" + std::string(name.text()) + "\" in table \"" + t.object + "\"",
            near.empty() ? "extend an enum that the table has" : "did you mean \"" + near + "\"?"));
        return;
    }
    enum_spec& e = it->second;
    if (change.member("refine_write").exists()) e.refine_write = change.member("refine_write").is_true();
    if (change.member("managed").exists()) e.managed = read_strings(change.member("managed"));
    for (const auto& [none, v] : change.member("refine+").elements()) {
        e.refine.push_back(
            read_refine(overlay, v, t));   // the linter refuses a second one for the same values
    }
}

}  // namespace

void apply_overlay(const json::jsonc_document& overlay, table& t, std::vector<json::diagnostic>& findings) {
    const json::value root = overlay.root();
    add_fields(overlay, root.member("fields+"), t, findings);
    for (const auto& [name, change] : root.member("enums").members())
        change_enum(overlay, name, change, t, findings);
    if (const json::value native = root.member("native_fields"); native.exists() && !native.is_true()) {
        if (rule* bag = find_bag(t)) bag->native_fields = false;
        if (root.member("why").text().empty()) {
            findings.push_back(
                overlay.about(native, "fields are hidden without a reason", "say why in \"why\""));
        }
    }
    if (const json::value carry = root.member("carry"); carry.exists() && !t.carry) {
        findings.push_back(
            overlay.about(carry, "the table \"" + t.object + "\" carries nothing", "extend \"case\""));
    } else if (carry.exists()) {
        if (const json::value a = carry.member("attribute"); a.exists()) t.carry->attribute = a.text();
        if (const json::value a = carry.member("artifact_type"); a.exists()) t.carry->spill_type = a.text();
    }
}

}  // namespace casebridge::mapping
