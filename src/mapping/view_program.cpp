#include "mapping/view_program.hpp"

#include "json/writer.hpp"

#include <algorithm>
#include <utility>

namespace casebridge::mapping {

compiled_table::compiled_table(const table& t, const catalog_object& l, const catalog_object& r)
    : source(&t), left(&l), right(&r) {
    // In the catalogue's order, which is the order that documents arrive in.
    const auto uses = [&](const std::string& member) {
        const auto first = [&](const std::string& p) { return !p.empty() && first_segment(p) == member; };
        return std::any_of(t.rules.begin(), t.rules.end(), [&](const rule& x) {
            return (x.kind != rule_kind::drop && (first(x.right) || first(x.right_or))) || first(x.refine) ||
                   first(x.witness) || first(x.condition) ||
                   std::any_of(x.fields.begin(), x.fields.end(),
                               [&](const declared_field& f) { return first(f.member); });
        });
    };
    for (const auto& f : r.fields) {
        if (uses(f.name) || (t.carry && t.carry->member == f.name)) slots.add(f.name);
    }
    for (const auto& x : t.rules) {
        if (x.kind != rule_kind::bag) continue;
        bag.container = slots.add(x.right);
        bag.name_key = x.name_key;
        bag.value_key = x.value_key;
    }
    if (t.carry) {
        bag.carry_name = t.carry->attribute;
        bag.carry_text = slots.add(t.carry->member);
        bag.carry_marker = t.carry->marker;
    }
    for (const auto& [name, spec] : t.enums) enums.emplace(name, enum_map(spec));
}

view_program::view_program(const compiled_table& table, const std::string& shape) : table_(&table) {
    slot_layout slots = table.slots;  // every member that a rule uses has its slot already
    std::string fixed = "{";
    for (const auto& name : table.left->shapes.at(shape)) {
        for (const auto& r : table.source->rules) {
            if (r.left == name || r.values_as == name) compile(r, name, slots, fixed);
        }
    }
    tail_ = fixed + "}";
    for (const auto& r : table.source->rules) {
        if (r.kind == rule_kind::ref && r.left == "id") case_id_ = slots.add(r.right);
        if (r.id == "created") created_ = slots.add(r.right);
        for (const auto& f : r.fields) {
            if (!f.member.empty()) member_paths_.push_back(slots.add(f.member));
        }
    }
}

// One member of the answer. fixed: text since the last value, which the next instruction takes over.
void view_program::compile(const rule& r, const std::string& name, slot_layout& slots, std::string& fixed) {
    if (fixed != "{") fixed += ',';
    json::append_string(fixed, name);
    fixed += ':';
    if (r.kind == rule_kind::drop) {
        fixed += r.emit.empty() ? "null" : r.emit;
        return;
    }
    instruction i;
    i.by = &r;
    i.key = std::exchange(fixed, {});
    i.source = slots.add(r.right);
    i.alternative = slots.add(r.second_member());
    i.refiner = slots.add(r.refine);
    i.witness = slots.add(r.witness);
    i.condition = slots.add(r.condition);
    if (const auto e = table_->enums.find(r.enum_name); e != table_->enums.end()) i.map = &e->second;
    text_form_from_string(r.form, i.form);
    i.values = r.values_as == name;
    i.carried_document = r.kind == rule_kind::json;
    i.own_id = r.ref != "user" || r.write_as.empty();
    code_.push_back(std::move(i));
}

void view_program::link(std::string_view of, const view_program& program) {
    for (auto& i : code_) {
        if (i.by->kind == rule_kind::set && i.by->of == of) i.element = &program;
    }
}

void view_program::run(const stored_reader& in, const references& refs, const request& what, std::string& out,
                       ledger& notes) const {
    if (in.carry().unreadable()) notes.note(finding_code::carry_unreadable, "carry");
    // One allocation instead of a dozen.
    constexpr std::size_t usual = 1536;
    const std::size_t likely = usual + (in.fields() == nullptr ? 0 : in.fields()->blank().size());
    if (out.empty()) out.reserve(likely);
    const context c{in, refs, what, notes};
    for (const auto& i : code_) {
        out += i.key;
        append(i, c, out);
    }
    out += tail_;
}

void view_program::spilled(const stored_reader& in, const request& what,
                           std::vector<std::string>& rules) const {
    if (in.carry().spills().size() == 0) return;
    for (const auto& i : code_) {
        if (i.by->carry && (what.payloads || !i.carried_document) && in.carry().spilled(i.by->id))
            rules.push_back(i.by->id);
        if (i.by->kind == rule_kind::bag && needs_client_values(i, in, what))
            rules.emplace_back(client_values_entry);
    }
}

}  // namespace casebridge::mapping
