#include "mapping/view_program.hpp"

#include "core/timestamp.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace casebridge::mapping {
namespace {

// Timestamps of both platforms nearly always differ in the fraction only, so the date is copied.
bool append_time_fast(std::string& out, std::string_view t) {
    static constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd";
    if (t.size() < 20 || t.size() > 27 || t.back() != 'Z') return false;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const bool digit = t[i] >= '0' && t[i] <= '9';
        if (shape[i] == 'd' ? !digit : t[i] != shape[i]) return false;
    }
    std::string_view fraction = t.substr(19, t.size() - 20);
    if (!fraction.empty()) {
        if (fraction.front() != '.' || fraction.size() == 1) return false;
        fraction.remove_prefix(1);
        if (!std::all_of(fraction.begin(), fraction.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
    }
    out.append(t.substr(0, 19));
    if (fraction.find_first_not_of('0') != std::string_view::npos) {
        out += '.';
        out.append(fraction).append(6 - fraction.size(), '0');
    }
    out += 'Z';
    return true;
}

void append_time(std::string& out, json::value v, std::string_view rule, ledger& notes) {
    if (!v.is_string()) {
        out += "null";
        return;
    }
    out += '"';
    if (!append_time_fast(out, v.text())) {
        if (const auto t = parse_iso8601(v.text())) append_micros(out, *t);
        else {
            notes.note(finding_code::value_unreadable, rule);
            json::append_escaped(out, v.text());
        }
    }
    out += '"';
}

void append_number(std::string& out, const rule& r, json::value v) {
    if (r.prefix.empty()) {
        json::append_value(out, v);
        return;
    }
    const std::string_view digits = v.text();
    out += '"';
    out += r.prefix;
    if (digits.size() < r.digits) out.append(r.digits - digits.size(), '0');
    out.append(digits).append("\"");
}

}  // namespace

enum_map::carried carried_enum(const enum_map& m, json::value entry) noexcept {
    if (entry.is_string()) return {m.left_of(entry.text()), enum_map::none};
    if (!entry.is_array()) return {};
    return {m.left_of(entry.element(0).text()), m.left_of(entry.element(1).text())};
}

bool witness_holds(json::value entry, std::string_view witness_now) noexcept {
    const json::value then = entry.element(2);
    if (!then.is_string() || then.text().empty()) return true;
    const auto a = parse_iso8601(then.text());
    const auto b = parse_iso8601(witness_now);
    if (a && b) return a->micros / 1'000'000 == b->micros / 1'000'000;  // servers differ in fractions
    return then.text() == witness_now;
}

compiled_table::compiled_table(const table& t, const catalog_object& l, const catalog_object& r)
    : source(&t), left(&l), right(&r) {
    // In the catalogue's order, which is the order that documents arrive in.
    const auto uses = [&](const std::string& member) {
        const auto first = [&](const std::string& p) { return !p.empty() && first_segment(p) == member; };
        return std::any_of(t.rules.begin(), t.rules.end(), [&](const rule& x) {
            return (x.kind != rule_kind::drop && (first(x.right) || first(x.right_or))) || first(x.refine) ||
                   first(x.witness) || std::any_of(x.fields.begin(), x.fields.end(), [&](const declared_field& f) { return first(f.member); });
        });
    };
    for (const auto& f : r.fields) {
        if (uses(f.name)) slots.add(f.name);
    }
    for (const auto& x : t.rules) {
        if (x.kind != rule_kind::bag) continue;
        bag.container = slots.add(x.right);
        bag.name_key = x.name_key;
        bag.value_key = x.value_key;
    }
    if (t.carry) bag.carry_name = t.carry->attribute;
    for (const auto& [name, spec] : t.enums) enums.emplace(name, enum_map(spec));
}

view_program::view_program(const compiled_table& table, const std::string& shape) : table_(&table) {
    slot_layout slots = table.slots;  // every member that a rule uses has its slot already
    const auto& names = table.left->shapes.at(shape);
    for (const auto& name : names) {
        for (const auto& r : table.source->rules) {
            if (r.left != name && r.values_as != name) continue;
            instruction i;
            i.by = &r;
            i.member = name;
            i.key = code_.empty() ? "{" : ",";
            json::append_string(i.key, name);
            i.key += ':';
            i.source = slots.add(r.kind == rule_kind::drop ? "" : r.right);
            i.alternative = slots.add(r.right_or);
            i.refiner = slots.add(r.refine);
            i.witness = slots.add(r.witness);
            if (const auto e = table.enums.find(r.enum_name); e != table.enums.end()) i.map = &e->second;
            text_form_from_string(r.form, i.form);
            i.values = r.values_as == name;
            i.carried_document = r.kind == rule_kind::json;
            code_.push_back(std::move(i));
        }
    }
    for (const auto& r : table.source->rules) {
        if (r.kind == rule_kind::ref && r.left == "id") case_id_ = slots.add(r.right);
        if (r.id == "created") created_ = slots.add(r.right);
        for (const auto& f : r.fields) member_paths_[f.member] = slots.add(f.member);
    }
}

void view_program::run(const stored_reader& in, const references& refs, const request& what, std::string& out,
                       ledger& notes) const {
    if (in.carry().unreadable()) notes.note(finding_code::carry_unreadable, "carry");
    if (code_.empty()) out += '{';
    for (const auto& i : code_) {
        out += i.key;
        append(i, in, refs, what, out, notes);
    }
    out += '}';
}

void view_program::spilled(const stored_reader& in, const request& what, std::vector<std::string>& rules) const {
    if (in.carry().spills().size() == 0) return;
    for (const auto& i : code_) {
        if (i.by->carry && (what.payloads || !i.carried_document) && in.carry().spilled(i.by->id)) rules.push_back(i.by->id);
    }
}

bool view_program::append_plain(const stored_reader& in, std::string_view rule_id, std::string& out, ledger& notes) const {
    for (const auto& i : code_) {
        if (i.by->id != rule_id) continue;
        if (i.by->kind == rule_kind::enum_) {
            out += enum_text(i, in, notes);
            return true;
        }
        std::string quoted;
        if (i.by->kind == rule_kind::text) append_text(i, in, quoted, notes);
        else if (i.by->kind == rule_kind::time) append_time(quoted, in.at(i.source), i.by->id, notes);
        else if (i.by->kind == rule_kind::number) append_number(quoted, *i.by, in.at(i.source));
        else return false;
        json::tape t;
        if (t.parse(quoted, {}).has_error()) return false;
        out += t.root().text();
        return true;
    }
    return false;
}

void view_program::append(const instruction& i, const stored_reader& in, const references& refs, const request& what,
                          std::string& out, ledger& notes) const {
    switch (i.by->kind) {
        case rule_kind::text: return append_text(i, in, out, notes);
        case rule_kind::enum_:
            out += '"';
            out += enum_text(i, in, notes);
            out += '"';
            return;
        case rule_kind::time: return append_time(out, in.at(i.source), i.by->id, notes);
        case rule_kind::number: return append_number(out, *i.by, in.at(i.source));
        case rule_kind::same:
        case rule_kind::bool_: return json::append_value(out, in.at(i.source));
        case rule_kind::set: return append_set(i, in, refs, out, notes);
        case rule_kind::bag:
            if (i.values) append_values(i, in, refs, what, out, notes);
            else append_fields(i, in, refs, out, notes);
            return;
        case rule_kind::json: {
            const json::value entry = what.payloads ? in.carry().entry(i.by->id) : json::value{};
            if (what.payloads && !entry && in.carry().spilled(i.by->id)) notes.note(finding_code::spill_missing, i.by->id);
            return json::append_value(out, entry);
        }
        case rule_kind::ref: return append_reference(i, in, refs, what, out);
        case rule_kind::drop: out += i.by->emit.empty() ? "null" : i.by->emit; return;
    }
}

void view_program::append_text(const instruction& i, const stored_reader& in, std::string& out, ledger& notes) const {
    json::value v = in.at(i.source);
    if (!v.is_string()) v = in.at(i.alternative);
    if (!v.is_string() || v.text().empty()) {
        if (i.by->absent_null) out += "null";
        else json::append_string(out, i.by->absent.value_or(""));
        return;
    }
    out += '"';
    const json::value entry = i.by->carry ? in.carry().entry(i.by->id) : json::value{};
    if (i.by->carry && in.carry().spilled(i.by->id) && !entry) notes.note(finding_code::spill_missing, i.by->id);
    if (!entry || !append_restored(out, v.text(), entry)) {
        if (entry) notes.note(finding_code::carry_stale, i.by->id);
        if (i.form == text_form::slug) json::append_escaped(out, slugify(v.text()));
        else if (i.form == text_form::identifier) json::append_escaped(out, to_identifier(v.text()));
        else if (i.form == text_form::email) json::append_escaped(out, to_email(v.text(), i.by->domain));
        else json::append_escaped(out, v.text());
    }
    out += '"';
}

std::string_view view_program::enum_text(const instruction& i, const stored_reader& in, ledger& notes) const {
    const enum_map& m = *i.map;
    const json::value entry = i.by->carry ? in.carry().entry(i.by->id) : json::value{};
    const enum_map::carried c = carried_enum(m, entry);
    if (entry && c.left == enum_map::none) notes.note(finding_code::carry_unreadable, i.by->id);
    if (i.source.slot < 0) {  // no counterpart: carried or the default
        return c.left == enum_map::none ? std::string_view(*i.by->absent) : std::string_view(m.left(c.left));
    }
    const json::value v = in.at(i.source);
    if (!v && i.by->absent) return *i.by->absent;
    const enum_map::native n{m.right_of(v.text()), m.refined() ? m.refiner_of(in.at(i.refiner).text()) : enum_map::none};
    if (n.right == enum_map::none) notes.note(finding_code::enum_unknown, i.by->id);
    const auto seen = m.read(n, c, witness_holds(entry, in.at(i.witness).text()));
    if (seen.how == enum_map::verdict::stale) notes.note(finding_code::carry_stale, i.by->id);
    if (seen.how == enum_map::verdict::witness) notes.note(finding_code::carry_witness, i.by->id);
    if (seen.left != enum_map::none) return m.left(seen.left);
    return i.by->absent ? std::string_view(*i.by->absent) : std::string_view{};
}

void view_program::append_set(const instruction& i, const stored_reader& in, const references& refs, std::string& out,
                              ledger& notes) const {
    const json::value list = in.at(i.source);
    if (i.by->of == "text") {
        if (!list.is_string()) {
            out += "null";
            return;
        }
        json::writer w(out);
        w.begin_array();
        for (const auto& part : split_semicolons(list.text())) w.string(part);
        w.end_array();
        return;
    }
    const auto element = linked_.find(i.by->of);
    out += '[';
    if (element != linked_.end()) {
        stored_reader& inner = in.nested(element->second->source());
        const std::size_t start = out.size();
        for (const auto& [none, v] : list.elements()) {
            if (out.size() > start) out += ',';
            inner.read(v, nullptr);
            element->second->run(inner, refs, {}, out, notes);
        }
    }
    out += ']';
}

void view_program::append_reference(const instruction& i, const stored_reader& in, const references& refs, const request& what,
                                    std::string& out) const {
    const json::value v = in.at(i.source);
    if (i.by->ref != "user" || i.by->write_as.empty()) {  // the object's own id
        std::int64_t number = 0;
        v.to_int64(number);
        out += '"';
        refs.append_id(out, i.by->ref == "user" ? what.user_kind : std::string_view(i.by->ref), number);
        out += '"';
        return;
    }
    const json::value entry = in.carry().entry(i.by->id);
    if (v.is_object()) refs.append_user(out, v);  // native wins
    else if (!entry.is_string() || !refs.append_user(out, entry.text())) out += "null";
}

void view_program::append_fields(const instruction&, const stored_reader& in, const references& refs, std::string& out, ledger& notes) const {
    out += '[';
    if (in.fields() != nullptr) {
        int index = 0;
        for (const auto& f : in.fields()->all()) {
            if (index > 0) out += ',';
            out += f.prefix;
            append_field_value(f, index++, in, refs, out, notes);
            out += '}';
        }
    }
    out += ']';
}

void view_program::append_values(const instruction&, const stored_reader& in, const references& refs, const request& what,
                                 std::string& out, ledger& notes) const {
    if (what.field_ids == nullptr || what.field_ids->empty() || in.fields() == nullptr) {
        out += "null";
        return;
    }
    out += '{';
    bool first = true;
    const auto& all = in.fields()->all();
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (std::find(what.field_ids->begin(), what.field_ids->end(), all[k].id) == what.field_ids->end()) continue;
        const std::size_t before = out.size();
        if (!first) out += ',';
        json::append_string(out, all[k].id);
        out += ':';
        const std::size_t value_at = out.size();
        append_field_value(all[k], static_cast<int>(k), in, refs, out, notes);
        if (std::string_view(out).substr(value_at) == "null") out.resize(before);
        else first = false;
    }
    out += '}';
}

void view_program::append_field_value(const field_def& f, int index, const stored_reader& in, const references& refs, std::string& out, ledger& notes) const {
    if (f.from == field_def::source::reserved) {
        if (f.path == "created") return append_time(out, in.at(created_), f.id, notes);
        std::int64_t number = 0;
        in.at(case_id_).to_int64(number);
        out += '"';
        refs.append_id(out, f.path == "row_id" ? "row_id" : "case", number);
        out += '"';
        return;
    }
    const auto append_one = [&](std::string_view text) {
        if (append_decoded(out, f.coding, text)) return;
        notes.note(finding_code::value_unreadable, f.id);
        json::append_string(out, text);
    };
    if (f.from == field_def::source::member) {
        const auto p = member_paths_.find(f.path);
        const json::value v = p == member_paths_.end() ? json::value{} : in.at(p->second);
        if (!v || v.is_null()) {
            if (f.absent.empty()) out += "null";
            else append_one(f.absent);
        } else if (f.coding == codec::instant) append_time(out, v, f.id, notes);
        else append_one(v.text());
        return;
    }
    // One attribute: its value. Several: a list where the field is spread, else one text, a line each.
    std::string_view only;
    std::size_t count = 0;
    for (const auto& h : in.hits()) {
        if (h.field == index) {
            only = h.text.text();
            ++count;
        }
    }
    if (f.spread && count > 0) {
        json::writer w(out);
        w.begin_array();
        for (const auto& h : in.hits()) {
            if (h.field == index) w.string(h.text.text());
        }
        w.end_array();
    } else if (count == 0) out += "null";
    else if (count == 1) append_one(only);
    else {
        std::string lines;
        for (const auto& h : in.hits()) {
            if (h.field == index) lines.append(lines.empty() ? "" : "\n").append(h.text.text());
        }
        append_one(lines);
    }
}

}  // namespace casebridge::mapping
