// Values of custom fields: what each type accepts, how it is stored and shown (Tracecat fact sheet §3.8).
#include "platform/tracecat/wire/datetime_text.hpp"
#include "platform/tracecat/wire/text.hpp"
#include "sandbox/tracecat/field_types.hpp"
#include "sandbox/tracecat/jsonb.hpp"
#include "sandbox/tracecat/parts.hpp"
#include "sandbox/tracecat/python_text.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;
using kind = refusal_of_write::kind;

constexpr std::int64_t column_most = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t column_least = std::numeric_limits<std::int32_t>::min();

refusal_of_write invalid(std::string text) { return {kind::value, std::move(text)}; }

std::string quoted(sv text) {
    std::string out;
    json::append_string(out, text);
    return out;
}

// What Tracecat coerced before it compares and tells: the event shows the result.
refusable take(field_setting& out, std::string json) {
    out.stored = out.sent = std::move(json);
    return std::nullopt;
}

refusable read_text(const field_definition& f, json::value v, field_setting& out) {
    if (v.is_object() || v.is_array())
        return invalid("Custom field '" + f.id + "' expects TEXT but received " +
                       std::string(python_type(v)) + ".");
    return take(out, quoted(python_str(v)));
}

refusable read_integer(json::value v, field_setting& out) {
    std::int64_t n = 0;
    bool good = false;
    if (v.is_string()) {
        const auto read = wire::python_integer(v.text());
        good = read.has_value();
        n = read.value_or(0);
    } else if (v.is_number() && v.to_int64(n)) {
        good = true;
    } else if (v.is_number() && v.text().find_first_of(".eE") != sv::npos) {
        const double d = std::strtod(std::string(v.text()).c_str(), nullptr);
        good = std::trunc(d) == d && std::abs(d) < 9.2e18;
        n = good ? static_cast<std::int64_t>(d) : 0;
    }
    if (!good) return invalid("Invalid integer value: " + python_repr(v));
    if (n > column_most || n < column_least)
        return refusal_of_write{kind::database, "Database operation failed"};
    return take(out, std::to_string(n));
}

refusable read_numeric(json::value v, field_setting& out) {
    std::string text;
    if (v.is_number()) text = decimal_text(python_number(v.text()));
    if (v.is_string()) text = decimal_text(wire::trim(v.text()));
    if (text.empty()) return invalid("Invalid numeric value: " + python_repr(v));
    return take(out, quoted(text));
}

// Booleans and times are compared and told as they were sent.
refusable read_boolean(json::value v, field_setting& out) {
    const bool zero = v.is_number() && v.text() == "0", one = v.is_number() && v.text() == "1";
    if (!v.is_boolean() && !zero && !one) return refusal_of_write{kind::bug, {}};
    out.stored = v.is_true() || one ? "true" : "false";
    return std::nullopt;
}

refusable read_time(json::value v, bool date_only, field_setting& out) {
    const wire::datetime_reading read = v.is_string() || v.is_number()
                                            ? wire::read_datetime(v.text())
                                            : wire::datetime_reading{{}, "no time"};
    if (read.error) return refusal_of_write{kind::bug, {}};
    std::string text;
    append_micros(text, read.value);
    out.stored = quoted(date_only ? sv(text).substr(0, 10) : sv(text));
    return std::nullopt;
}

bool is_option(const field_definition& f, const std::string& text) {
    return f.options && std::find(f.options->begin(), f.options->end(), text) != f.options->end();
}

refusable read_select(const field_definition& f, json::value v, field_setting& out) {
    const std::string text = python_str(v);
    if (!is_option(f, text)) return invalid("Value '" + text + "' is not in the available options");
    return take(out, quoted(text));
}

refusable read_multi_select(const field_definition& f, json::value v, field_setting& out) {
    if (!v.is_array()) return invalid("MULTI_SELECT values must be provided as a list of strings");
    std::string list, bad;
    for (const auto item : v.elements()) {
        const std::string text = python_str(item.val);
        if (!is_option(f, text)) bad += (bad.empty() ? "" : ", ") + text;
        list += (list.empty() ? "" : ",") + quoted(text);
    }
    if (!bad.empty()) return invalid("Value(s) " + bad + " are not in the available options");
    return take(out, "[" + list + "]");
}

refusable read_value(const field_definition& f, json::value v, field_setting& out) {
    switch (f.type) {
        case field_type::text: return read_text(f, v, out);
        case field_type::integer: return read_integer(v, out);
        case field_type::numeric: return read_numeric(v, out);
        case field_type::boolean: return read_boolean(v, out);
        case field_type::date: return read_time(v, true, out);
        case field_type::timestamptz: return read_time(v, false, out);
        case field_type::select: return read_select(f, v, out);
        case field_type::multi_select: return read_multi_select(f, v, out);
        case field_type::jsonb: out.stored = to_jsonb(v).text; return std::nullopt;
        case field_type::uuid: break;
    }
    // Of the unguarded reserved columns one is a foreign key, and the others are overwritten.
    const auto id = v.is_string() ? wire::python_uuid(v.text()) : std::nullopt;
    if (f.id == "case_id" || !id) return refusal_of_write{kind::database, "Database operation failed"};
    out.stored = quoted(id->to_string());
    return std::nullopt;
}

// Dates and times differ from what was sent even if they are the same.
bool always_differs(field_type t) noexcept {
    return t == field_type::date || t == field_type::timestamptz || t == field_type::uuid;
}

std::string_view without_zeros(sv quoted_number) {
    sv n = quoted_number.substr(0, quoted_number.size() - 1);
    if (n.find('.') == sv::npos) return n;
    while (n.ends_with('0')) n.remove_suffix(1);
    if (n.ends_with('.')) n.remove_suffix(1);
    return n;
}

bool same_number(sv a, sv b) { return a != "null" && b != "null" && without_zeros(a) == without_zeros(b); }

std::string current(const incident& of, const field_definition& f) {
    const auto at = of.fields.find(f.id);
    if (at != of.fields.end()) return at->second;
    if (!f.reserved) return "null";
    if (f.id == "id") return quoted(of.field_row.to_string());
    if (f.id == "case_id") return quoted(of.id.to_string());
    std::string text;
    append_micros(text, of.fields_at);
    return quoted(text);
}

}  // namespace

refusable read_fields(const workspace& w, json::value fields, std::vector<field_setting>& out) {
    for (const auto item : fields.members()) {
        const auto f = std::find_if(w.fields.begin(), w.fields.end(),
                                    [&](const field_definition& d) { return d.id == item.name(); });
        if (f == w.fields.end())
            return invalid("Column '" + std::string(item.name()) + "' does not exist in table case_fields");
        field_setting s{f->id, std::nullopt, "null"};
        if (!item.val.is_null()) {
            s.sent = wire::echo(item.val);
            if (auto bad = read_value(*f, item.val, s)) return bad;
        }
        std::erase_if(out, [&](const field_setting& o) { return o.column == s.column; });
        out.push_back(std::move(s));
    }
    return std::nullopt;
}

boost::json::array set_fields(incident& of, const workspace& w, const std::vector<field_setting>& settings) {
    boost::json::array changes;
    for (const field_setting& s : settings) {
        const auto f = std::find_if(w.fields.begin(), w.fields.end(),
                                    [&](const field_definition& d) { return d.id == s.column; });
        const std::string before = current(of, *f), after = s.stored.value_or("null");
        if (before == after && !(s.stored && always_differs(f->type))) continue;
        if (f->type == field_type::numeric && same_number(before, after)) {
            of.fields[s.column] = after;     // written, and not told: 12.5 is 12.50
            continue;
        }
        changes.push_back(boost::json::object{
            {"field", s.column}, {"old", boost::json::parse(before)}, {"new", boost::json::parse(s.sent)}});
        if (s.stored)
            of.fields[s.column] = *s.stored;
        else
            of.fields.erase(s.column);
    }
    return changes;
}

void set_default_fields(incident& of, const workspace& w) {
    for (const field_definition& f : w.fields) {
        if (f.reserved || !f.fallback) continue;
        if (const auto json = default_json(f)) of.fields[f.id] = *json;
    }
}

bool is_blank_field(const std::string* stored) {
    if (!stored || *stored == "null" || *stored == "[]" || *stored == "{}") return true;
    if (stored->front() != '"') return false;
    return stored->find_first_not_of(" ", 1) == stored->size() - 1;
}

void write_fields(json::writer& w, const context& c, const incident& of) {
    w.key("fields").begin_array();
    for (const field_definition& f : c.where->fields) {
        w.begin_object();
        write_field_definition(w, f, c.how.version);
        w.key("value").raw(current(of, f)).end_object();
    }
    w.end_array();
}

}  // namespace casebridge::sandbox::tracecat
