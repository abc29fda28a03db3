#include "mapping/write_plan.hpp"

#include "mapping/state_line.hpp"
#include "mapping/text_limit.hpp"
#include "mapping/write_draft.hpp"

#include <algorithm>

namespace casebridge::mapping {

void write_plan::clear() {
    members.clear();
    external_id.clear();
    bag.clear();
    carry = carry_action::keep;
    carry_text.clear();
    spills.clear();
    old_carry.clear();
    old_spills.clear();
    carried.clear();
    history.clear();
    spare.clear();
    notes.clear();
}

write_program::write_program(const compiled_table& table) : table_(&table) {
    slot_layout slots = table.slots;  // every member that a rule uses has its slot already
    if (slots.has("id")) own_id_ = slots.add("id");
    for (const auto& r : table.source->rules) {
        const catalog_field* left = table.left->find(r.written_by());
        if (r.kind == rule_kind::drop || left == nullptr || !left->write) continue;
        step s;
        s.by = &r;
        s.source = slots.add(r.right);
        s.refiner = slots.add(r.refine);
        s.refiner_member = r.refine;
        s.witness = slots.add(r.witness);
        if (const auto e = table.enums.find(r.enum_name); e != table.enums.end()) s.map = &e->second;
        if (const catalog_field* right = table.right->find(r.right)) {
            s.max = right->max;
            s.min = right->required ? 1 : 0;
        }
        steps_.push_back(std::move(s));
        for (const auto& f : r.fields) member_paths_[f.member] = slots.add(f.member);
    }
}

result<void> write_program::run(json::value document, const stored_reader* current, const field_set& fields,
                                const references& refs, instant now, write_plan& plan) const {
    plan.clear();
    draft d{document,
            current,
            fields,
            refs,
            now,
            plan,
            carry_writer(current == nullptr ? nullptr : &current->carry())};
    // Custom fields first: they may set the members that refine an enum or witness its carried value.
    for (const bool bags : {true, false}) {
        for (const auto& s : steps_) {
            if ((s.by->kind == rule_kind::bag) == bags)
                CB_CHECK(plan_step(s, document.member(s.by->written_by()), d));
        }
    }
    if (current == nullptr) plan_standards(d);
    finish_client_values(d);
    finish_carry(d);
    d.write_members();
    return {};
}

result<void> write_program::plan_step(const step& s, json::value v, draft& d) const {
    if (!v) {
        if (s.by->kind == rule_kind::enum_) renew_witness(s, d);
        return {};
    }
    switch (s.by->kind) {
        case rule_kind::text:
            if (s.by->right.empty())
                plan_json(s, v, d);  // kept as it is
            else
                plan_text(s, v, d);
            break;
        case rule_kind::enum_: return plan_enum(s, v, d);
        case rule_kind::json: plan_json(s, v, d); break;
        case rule_kind::time: plan_time(s, v, d); break;
        case rule_kind::same:
        case rule_kind::number:
            if (s.by->right.empty()) plan_json(s, v, d);
            break;
        case rule_kind::ref:
            if (s.by->right.empty() || s.by->named) return plan_reference(s, v, d);
            return plan_user(s, v, d);
        case rule_kind::bag: return plan_fields(s, v, d);
        default: break;  // nothing else can be written by a left document (lint: write)
    }
    return {};
}

namespace {

// Where a missing text is no text at all, an empty one has to be told from it.
bool tells_empty(const rule& r, std::string_view text) { return text.empty() && r.absent_null && r.carry; }

}  // namespace

// The line that stands before the text: what this write says, else what is there already.
std::string write_program::line_before(const step& s, std::string_view native, const draft& d) const {
    const rule* of = s.by->behind.empty() ? nullptr : table_->source->find(s.by->behind);
    if (of == nullptr) return {};
    if (const json::value v = d.document.member(of->written_by())) return std::string(v.text());
    const std::string_view line = d.entry(of->id).text();
    return without_line(native, line).size() < native.size() ? std::string(line) : std::string{};
}

void write_program::plan_text(const step& s, json::value v, draft& d) const {
    if (!v.is_string()) return;
    const std::string_view stored = d.native(s.source).text();
    std::string line = line_before(s, stored, d);
    const std::string_view native = without_line(stored, line);
    if (!line.empty()) line += '\n';
    if (d.current != nullptr) {  // writing back what is read changes nothing
        std::string seen;
        const json::value entry = d.entry(s.by->id);
        const bool whole = entry ? append_restored(seen, native, entry) : false;
        std::string wanted;
        json::append_escaped(wanted, v.text());
        const bool same = !d.carry.has(s.by->id) && native == v.text() && !tells_empty(*s.by, v.text());
        if (whole ? seen == wanted : same) return;
    }
    const std::size_t room = s.max == 0 ? 0 : s.max - std::min(s.max - 1, utf16_length(line));
    fitted f = fit_text(v.text(), room, s.min, s.by->empty, s.by->more);
    if (tells_empty(*s.by, v.text()) && f.entry.empty()) f.entry = empty_text_entry();
    if (d.current == nullptr || stored != line + f.stored) d.set_text(s.by->right, line + f.stored);
    d.carry.put(s.by->id, f.entry);
}

result<void> write_program::plan_enum(const step& s, json::value v, draft& d) const {
    if (!v.is_string()) return {};  // null is ignored (Tracecat fact sheet §1.7)
    const enum_map& m = *s.map;
    const int left = m.left_of(v.text());
    if (left == enum_map::none) {
        return fail(errc::invalid_value, std::string(v.text()) + " is not a value of " + s.by->written_by(),
                    "/" + s.by->written_by());
    }
    if (s.source.slot < 0) {
        std::string text;
        json::append_string(text, v.text());
        d.carry.put(s.by->id, s.by->absent && v.text() == *s.by->absent ? std::string{} : text);
        return {};
    }
    const json::value entry = d.entry(s.by->id);
    enum_map::native n;
    if (d.current != nullptr) n.right = m.right_of(d.native(s.source).text());
    if (m.refined()) n.refiner = m.refiner_of(d.text_after(s.refiner_member, s.refiner));
    const bool ours = d.find(s.refiner_member) == nullptr;
    const std::string witness = d.text_after(s.by->witness, s.witness);
    const auto w = m.write(n, carried_enum(m, entry), left, witness_holds(entry, witness), ours);
    if (!w.touched) return {};
    if (w.to.right != n.right) d.set_text(s.by->right, m.right(w.to.right));
    if (w.to.refiner != n.refiner) d.set_text(s.refiner_member, m.refiner(w.to.refiner));
    if (w.keep.left == enum_map::none) {
        d.carry.put(s.by->id, {});
        return {};
    }
    // The witness is set by us in the same request, so that the carried value can name it.
    std::string stamp;
    if (m.right(w.to.right) == s.by->witness_when) {
        stamp = witness;
        if (w.to.right != n.right && d.find(s.by->witness) == nullptr) {
            stamp.clear();
            append_seconds(stamp, d.now);
            d.set_text(s.by->witness, stamp);
        }
    }
    put_enum(s, w.keep, stamp, d);
    return {};
}

void write_program::put_enum(const step& s, enum_map::carried keep, std::string_view stamp, draft& d) const {
    std::string text;
    json::writer out(text);
    out.begin_array().string(s.map->left(keep.left)).string(s.map->left(keep.base)).string(stamp).end_array();
    d.carry.put(s.by->id, text);
}

// A client that sets the witness through a custom field changes nothing else: what is carried names the new one.
void write_program::renew_witness(const step& s, draft& d) const {
    if (s.by->witness.empty() || d.find(s.by->witness) == nullptr || d.current == nullptr) return;
    const json::value entry = d.entry(s.by->id);
    const enum_map::carried c = carried_enum(*s.map, entry);
    if (c.left == enum_map::none || c.base == enum_map::none || entry.element(2).text().empty()) return;
    if (witness_holds(entry, d.native(s.witness).text()))
        put_enum(s, c, d.text_after(s.by->witness, s.witness), d);
}

void write_program::plan_json(const step& s, json::value v, draft& d) const {
    std::string text;
    if (!v.is_null()) json::append_value(text, v);
    d.carry.put(s.by->id, text);
}

void write_program::plan_time(const step& s, json::value v, draft& d) const {
    if (!s.by->carry || (!v.is_string() && !v.is_null())) return;
    if (v.is_null() && d.current == nullptr) return;  // a new object has none anyway
    std::string text;
    // Without a place on the right side nothing carried is none; with one, that there is none has to be said.
    if (v.is_string() || !s.by->right.empty()) json::append_string(text, v.text());
    d.carry.put(s.by->id, text);
}

// An object or a person whom only the state names; of people null is said as well: it is not the right side's.
result<void> write_program::plan_reference(const step& s, json::value v, draft& d) const {
    std::string text;
    if (s.by->ref == "user") {
        if (v.is_string() || s.by->named) json::append_string(text, v.text());
    } else if (v.is_string()) {
        // The left id, or the number itself from whoever knows it already.
        std::int64_t number = 0;
        if (!parse_number(v.text(), number)) {
            const auto found = d.refs.find_number(s.by->ref, v.text());
            if (!found)
                return fail(errc::unresolved_reference, std::string(v.text()), "/" + s.by->written_by());
            number = *found;
        }
        json::append_string(text, std::to_string(number));
    }
    d.carry.put(s.by->id, text);
    return {};
}

namespace {

// Whether a stored value says everything that a wanted one says; it may say more.
bool includes(json::value stored, json::value wanted) {
    if (!wanted.is_object())
        return stored.exists() && stored.type() == wanted.type() && stored.text() == wanted.text();
    if (!stored.is_object()) return false;
    for (const auto& [key, val] : wanted.members()) {
        if (!includes(stored.member(key.text()), val)) return false;
    }
    return true;
}

}  // namespace

result<void> write_program::plan_user(const step& s, json::value v, draft& d) const {
    const bool assigned = d.native(s.source).is_object();
    if (v.is_null()) {
        if (assigned) d.set(s.by->right, d.refs.nobody());
        d.carry.put(s.by->id, {});
        return {};
    }
    std::string stored;
    const auto standing = d.refs.find_user(v.text(), stored);
    if (standing == references::standing::unknown) {
        return fail(errc::unresolved_reference, std::string(v.text()), "/" + s.by->written_by());
    }
    if (standing == references::standing::stored) {
        json::tape wanted;
        const bool same = wanted.parse(stored, {}).has_value() && includes(d.native(s.source), wanted.root());
        if (!same) d.set(s.by->right, stored);
        d.carry.put(s.by->id, {});
        return {};
    }
    if (assigned) d.set(s.by->right, d.refs.nobody());
    std::string text;
    json::append_string(text, v.text());
    d.carry.put(s.by->id, text);
    return {};
}

void write_program::finish_carry(draft& d) const {
    const auto& spec = table_->source->carry;
    carry_writer::limits limits;
    limits.max = d.fields.carry_max();
    limits.spill = spec && !spec->spill_type.empty();
    limits.spill_prefix = spec ? spec->spill_prefix : std::string{};
    limits.table_hash = table_->source->hash;
    limits.child = spec ? spec->child : std::string{};
    if (!limits.child.empty()) d.native(own_id_).to_int64(limits.number);
    if (spec && !spec->member.empty())
        finish_line(*spec, limits, d);
    else
        d.carry.finish(limits, d.plan);
}

// The state on a line of a text: a native member like any other.
void write_program::finish_line(const carry_spec& spec, carry_writer::limits limits, draft& d) const {
    const std::string own = without_state_lines(d.native(table_->bag.carry_text).text(), spec.marker);
    const catalog_field* holder = table_->right->find(spec.member);
    limits.max = std::max<std::size_t>(1, room_for_state(own, spec.marker, holder->max));
    d.carry.finish(limits, d.plan);
    if (d.plan.carry == write_plan::carry_action::keep) return;
    const bool writes = d.plan.carry == write_plan::carry_action::write;
    d.set_text(spec.member, writes ? with_state_line(own, spec.marker, d.plan.carry_text) : own);
    d.plan.carry = write_plan::carry_action::keep;
    d.plan.old_carry.clear();
}

}  // namespace casebridge::mapping
