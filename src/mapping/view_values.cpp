// One value of a view: what each rule kind appends.
#include "mapping/view_program.hpp"

#include "core/slug.hpp"
#include "core/timestamp.hpp"
#include "core/uuid.hpp"
#include "json/writer.hpp"
#include "mapping/time_text.hpp"

#include <charconv>

namespace casebridge::mapping {
namespace {

void append_number(std::string& out, const rule& r, json::value v) {
    if (r.prefix.empty()) {
        json::append_value(out, v);
        return;
    }
    const std::string_view digits = v.text();
    out += '"';
    out += r.prefix;
    if (digits.size() < r.digits) out.append(r.digits - digits.size(), '0');
    json::append_escaped(out, digits);  // a backend that is not itself may put any text in a number's place
    out += '"';
}

void append_formed(std::string& out, text_form form, const rule& r, json::value v) {
    if (form == text_form::plain || form == text_form::semicolons) {
        json::append_value(out, v);
        return;
    }
    out += '"';
    if (form == text_form::slug)
        append_slug(out, v.text());
    else if (form == text_form::identifier)
        out += to_identifier(v.text());
    else
        json::append_escaped(out, to_email(v.text(), r.domain));
    out += '"';
}

// The text of a JSON string, or nothing for null.
bool append_unquoted(std::string& out, std::string_view quoted) {
    if (quoted.starts_with('"') && quoted.find('\\') == std::string_view::npos) {
        out += quoted.substr(1, quoted.size() - 2);
        return true;
    }
    json::tape t;
    if (quoted == "null" || t.parse(quoted, {}).has_error()) return false;
    out += t.root().text();
    return true;
}

}  // namespace

bool view_program::append_plain(const stored_reader& in, std::string_view rule_id, const references& refs,
                                std::string& out, ledger& notes) const {
    for (const auto& i : code_) {
        if (i.by->id != rule_id) continue;
        if (i.by->kind == rule_kind::enum_) {
            out += enum_text(i, in, notes);
            return true;
        }
        std::string quoted;
        if (i.by->kind == rule_kind::text)
            append_text(i, in, quoted, notes);
        else if (i.by->kind == rule_kind::time)
            append_time_of(i, {in, refs, {}, notes}, quoted);
        else if (i.by->kind == rule_kind::number)
            append_number_of(i, in, quoted);
        else if (i.by->kind == rule_kind::ref)
            append_reference(i, {in, refs, {}, notes}, quoted);
        else
            return false;
        return append_unquoted(out, quoted);
    }
    return false;
}

void view_program::append_members(const stored_reader& in, std::string_view rule_id,
                                  std::vector<std::int64_t>& out) const {
    for (const auto& i : code_) {
        if (i.by->id != rule_id || i.element == nullptr) continue;
        stored_reader& inner = in.nested(i.element->source());
        for (const auto& [none, v] : in.at(i.source).elements()) {
            inner.read(v, nullptr);
            std::int64_t number = 0;
            if (inner.at(i.element->case_id_).to_int64(number)) out.push_back(number);
        }
    }
}

bool parse_number(std::string_view text, std::int64_t& out) noexcept {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return !text.empty() && error == std::errc{} && end == text.data() + text.size() && out > 0;
}

std::optional<std::string_view> carried_time(json::value entry) noexcept {
    if (!entry.is_string()) return std::nullopt;
    if (!entry.text().empty() && !parse_iso8601(entry.text())) return std::nullopt;
    return entry.text();
}

std::string_view without_line(std::string_view text, std::string_view line) noexcept {
    if (line.empty() || !text.starts_with(line)) return text;
    const std::string_view rest = text.substr(line.size());
    if (rest.starts_with('\n')) return rest.substr(1);
    return rest.starts_with("\r\n") ? rest.substr(2) : text;  // servers and people may turn \n into \r\n
}

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

void view_program::append(const instruction& i, const context& c, std::string& out) const {
    switch (i.by->kind) {
        case rule_kind::text: return append_text(i, c.in, out, c.notes);
        case rule_kind::enum_:
            out += '"';
            out += enum_text(i, c.in, c.notes);
            out += '"';
            return;
        case rule_kind::time: return append_time_of(i, c, out);
        case rule_kind::number: return append_number_of(i, c.in, out);
        case rule_kind::same:
            return json::append_value(out,
                                      i.source.slot < 0 ? c.in.carry().entry(i.by->id) : c.in.at(i.source));
        case rule_kind::bool_:
            if (i.by->has.empty()) return json::append_value(out, c.in.at(i.source));
            out += carried_time(c.in.carry().entry(i.by->has)).value_or("").empty() ? "false" : "true";
            return;
        case rule_kind::set: return append_set(i, c, out);
        case rule_kind::bag: return i.values ? append_values(c, out) : append_fields(c, out);
        case rule_kind::json: {
            const json::value entry = c.what.payloads ? c.in.carry().entry(i.by->id) : json::value{};
            const bool missing = c.what.payloads && !entry && c.in.carry().spilled(i.by->id);
            if (missing) c.notes.note(finding_code::spill_missing, i.by->id);
            return json::append_value(out, entry);
        }
        case rule_kind::ref: return append_reference(i, c, out);
        case rule_kind::drop: return;  // fixed text, see compile()
    }
}

void view_program::append_time_of(const instruction& i, const context& c, std::string& out) {
    // What is carried comes first where the right side has no place for it, or shows it under a condition.
    const bool own = i.by->carry && (i.source.slot < 0 || i.condition.slot >= 0);
    const auto kept = own ? carried_time(c.in.carry().entry(i.by->id)) : std::nullopt;
    if (kept && !kept->empty()) {
        append_time(out, *kept);
        return;
    }
    json::value v = c.in.at(i.source);
    if (!v.is_string()) v = c.in.at(i.alternative);
    std::string_view text = v.text();
    if (i.by->right_or == "@case_updated" && !v.is_string()) text = c.what.holder_updated;
    if (i.by->right_or.starts_with("@case_") && text.empty()) text = c.what.holder_created;
    if (kept || text.empty() || (i.condition.slot >= 0 && !c.in.at(i.condition).is_true()))
        out += "null";
    else if (!append_time(out, text))
        c.notes.note(finding_code::value_unreadable, i.by->id);
}

void view_program::append_number_of(const instruction& i, const stored_reader& in, std::string& out) {
    const rule& r = *i.by;
    if (r.counts) {
        std::int64_t n = 0;
        for (const auto& [none, e] : in.at(i.source).elements())
            n += r.count_member.empty() || e.member(r.count_member).text() == r.count_is ? 1 : 0;
        json::append_integer(out, n);
    } else if (i.source.slot >= 0) {
        append_number(out, r, in.at(i.source));
    } else {
        std::int64_t n = 0;
        in.carry().entry(r.id).to_int64(n);
        json::append_integer(out, n);
    }
}

void view_program::append_text(const instruction& i, const stored_reader& in, std::string& out,
                               ledger& notes) {
    const rule& r = *i.by;
    const json::value kept = in.carry().entry(r.id);
    if (i.source.slot < 0 && kept.is_string()) return json::append_value(out, kept);  // no counterpart
    json::value v = in.at(i.source);
    if (!v.is_string()) v = in.at(i.alternative);
    const std::string_view native = v.is_string() ? v.text() : std::string_view{};
    const std::string_view text =
        r.behind.empty() ? native : without_line(native, in.carry().entry(r.behind).text());
    if (r.carry && i.source.slot >= 0 && kept) {
        const std::size_t start = out.size();
        out += '"';
        if (append_restored(out, text, kept)) {
            out += '"';
            return;
        }
        out.resize(start);
        notes.note(finding_code::carry_stale, r.id);
    } else if (r.carry && !text.empty() && in.carry().spilled(r.id)) {
        notes.note(finding_code::spill_missing, r.id);
    }
    if (text.empty() && r.absent_null)
        out += "null";
    else if (text.empty())
        json::append_string(out, r.absent ? std::string_view(*r.absent) : std::string_view{});
    else if (text.size() == native.size())
        append_formed(out, i.form, r, v);
    else
        json::append_string(out, text);
}

std::string_view view_program::enum_text(const instruction& i, const stored_reader& in, ledger& notes) {
    const enum_map& m = *i.map;
    const json::value entry = i.by->carry ? in.carry().entry(i.by->id) : json::value{};
    const enum_map::carried c = carried_enum(m, entry);
    if (entry && c.left == enum_map::none) notes.note(finding_code::carry_unreadable, i.by->id);
    if (i.source.slot < 0) {  // no counterpart: carried or the default
        return c.left == enum_map::none ? std::string_view(*i.by->absent) : std::string_view(m.left(c.left));
    }
    const json::value v = in.at(i.source);
    if (!v && i.by->absent) return *i.by->absent;
    const enum_map::native n{m.right_of(v.text()),
                             m.refined() ? m.refiner_of(in.at(i.refiner).text()) : enum_map::none};
    if (n.right == enum_map::none) notes.note(finding_code::enum_unknown, i.by->id);
    const auto seen = m.read(n, c, witness_holds(entry, in.at(i.witness).text()));
    if (seen.how == enum_map::verdict::stale) notes.note(finding_code::carry_stale, i.by->id);
    if (seen.how == enum_map::verdict::witness) notes.note(finding_code::carry_witness, i.by->id);
    if (seen.left != enum_map::none) return m.left(seen.left);
    return i.by->absent ? std::string_view(*i.by->absent) : std::string_view{};
}

void view_program::append_set(const instruction& i, const context& c, std::string& out) {
    const json::value list = c.in.at(i.source);
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
    out += '[';
    if (i.element != nullptr) {
        stored_reader& inner = c.in.nested(i.element->source());
        const std::size_t start = out.size();
        for (const auto& [none, v] : list.elements()) {
            if (out.size() > start) out += ',';
            inner.read(v, nullptr);
            if (inner.lacks_state()) {
                std::int64_t number = 0;
                inner.at(i.element->case_id_).to_int64(number);
                inner.supply_state(c.refs.state_text(i.by->of, number));
            }
            i.element->run(inner, c.refs, {}, out, c.notes);
        }
    }
    out += ']';
}

void view_program::append_reference(const instruction& i, const context& c, std::string& out) {
    if (!i.own_id) return append_person(i, c, out);
    if (i.by->carry) return append_carried_id(i, c, out);
    std::int64_t number = i.by->right_or == "@case" ? c.what.holder : 0;
    c.in.at(i.source).to_int64(number);
    out += '"';
    c.refs.append_id(out, i.by->ref == "user" ? c.what.user_kind : std::string_view(i.by->ref), number);
    out += '"';
}

// Of something else, which the state names: an object of the right side by its number, a person by the left id.
void view_program::append_carried_id(const instruction& i, const context& c, std::string& out) {
    const json::value entry = c.in.carry().entry(i.by->id);
    const std::string_view text = entry.is_string() ? entry.text() : std::string_view{};
    if (i.by->ref == "user") {
        json::append_value(out, uuid::parse(text) ? entry : json::value{});
        return;
    }
    std::int64_t number = 0;
    if (!parse_number(text, number)) {
        out += "null";
        return;
    }
    out += '"';
    c.refs.append_id(out, i.by->ref, number);
    out += '"';
}

void view_program::append_person(const instruction& i, const context& c, std::string& out) {
    const json::value v = c.in.at(i.source);
    const json::value entry = c.in.carry().entry(i.by->id);
    if (i.by->named) {
        // Who writes on the right side is the bridge's own login: what is carried says for whom, or for nobody.
        const bool somebody = entry.is_string()
                                  ? !entry.text().empty() && c.refs.append_user(out, entry.text())
                                  : v.is_string() && c.refs.append_user_named(out, v.text());
        if (!somebody) out += "null";
        return;
    }
    if (v.is_object())
        c.refs.append_user(out, v);  // native wins
    else if (!entry.is_string() || !c.refs.append_user(out, entry.text()))
        out += "null";
}

}  // namespace casebridge::mapping
