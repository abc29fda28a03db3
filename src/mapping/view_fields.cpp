// Custom fields of a view: with their definitions, or as an object of values.
#include "mapping/view_program.hpp"

#include "json/writer.hpp"
#include "mapping/client_value.hpp"
#include "mapping/selection.hpp"
#include "mapping/time_text.hpp"

#include <algorithm>

namespace casebridge::mapping {
namespace {

void append_time_field(std::string& out, const field_def& f, json::value v, ledger& notes) {
    if (!append_time(out, v)) notes.note(finding_code::value_unreadable, f.id);
}

void append_decoded_field(std::string& out, const field_def& f, std::string_view text, ledger& notes) {
    if (append_decoded(out, f.coding, text)) return;
    notes.note(finding_code::value_unreadable, f.id);
    json::append_string(out, text);
}

void append_stored(std::string& out, const field_def& f, json::value v, ledger& notes) {
    const bool as_it_is = f.coding == codec::boolean
                              ? v.is_boolean()
                              : v.is_string() && (f.coding == codec::text || f.coding == codec::option);
    if (as_it_is)
        json::append_value(out, v);
    else
        append_decoded_field(out, f, v.text(), notes);
}

// One attribute: its value. Several: a list where the field is spread, else one text, a line each.
void append_attribute(std::string& out, const field_def& f, int index, const stored_reader& in,
                      ledger& notes) {
    const auto mine = [index](const stored_reader::hit& h) { return h.field == index; };
    const auto& hits = in.hits();
    const auto first = std::find_if(hits.begin(), hits.end(), mine);
    if (first == hits.end()) {
        out += "null";
        return;
    }
    if (f.spread) {
        json::writer w(out);
        w.begin_array();
        for (const auto& h : hits) {
            if (mine(h)) w.string(h.text.text());
        }
        w.end_array();
        return;
    }
    if (std::none_of(first + 1, hits.end(), mine)) return append_stored(out, f, first->text, notes);
    std::string lines;
    for (const auto& h : hits) {
        if (mine(h)) lines.append(lines.empty() ? "" : "\n").append(h.text.text());
    }
    append_decoded_field(out, f, lines, notes);
}

// A value that lies in the state. What makes no sense there is nobody's value.
void append_carried(std::string& out, const field_def& f, const stored_reader& in, ledger& notes) {
    const json::value all = in.carry().entry(client_values_entry), kept = all.member(f.path);
    if (!kept) {
        const bool unread = !all && in.carry().spilled(client_values_entry);
        out += f.absent.empty() || unread ? std::string_view("null") : f.absent;
        return;
    }
    if (append_client_value(out, f.coding, kept)) return;
    notes.note(finding_code::value_unreadable, f.id);
    out += "null";
}

}  // namespace

void view_program::append_fields(const context& c, std::string& out) const {
    if (c.in.fields() == nullptr) {
        out += "[]";
        return;
    }
    const std::string& blank = c.in.fields()->blank();
    std::size_t copied = 0;
    int index = 0;
    for (const auto& f : c.in.fields()->all()) {
        if (has_value(f, index, c)) {
            out.append(blank, copied, f.value_at - copied);
            append_field_value(f, index, c, out);
            copied = f.value_at + std::string_view("null").size();
        }
        ++index;
    }
    out.append(blank, copied);
}

void view_program::append_values(const context& c, std::string& out) const {
    if (c.what.field_ids == nullptr || c.what.field_ids->empty() || c.in.fields() == nullptr) {
        out += "null";
        return;
    }
    // No object at all where none of the fields exists (Tracecat fact sheet §1.1).
    const std::size_t start = out.size();
    bool first = true, known = false;
    out += '{';
    const auto& all = c.in.fields()->all();
    for (std::size_t k = 0; k < all.size(); ++k) {
        const auto same = [&](const std::string& id) { return json::same_name(id, all[k].id); };
        if (std::none_of(c.what.field_ids->begin(), c.what.field_ids->end(), same)) continue;
        known = true;
        const std::size_t before = out.size();
        if (!first) out += ',';
        json::append_string(out, all[k].id);
        out += ':';
        const std::size_t value_at = out.size();
        append_field_value(all[k], static_cast<int>(k), c, out);
        if (std::string_view(out).substr(value_at) == "null")
            out.resize(before);
        else
            first = false;
    }
    out += '}';
    if (known) return;
    out.resize(start);
    out += "null";
}

void view_program::append_reserved(const field_def& f, const context& c, std::string& out) const {
    if (f.path == "created") return append_time_field(out, f, c.in.at(created_), c.notes);
    std::int64_t number = 0;
    c.in.at(case_id_).to_int64(number);
    out += '"';
    c.refs.append_id(out, f.path == "row_id" ? "row_id" : "case", number);
    out += '"';
}

bool view_program::needs_client_values(const instruction& i, const stored_reader& in, const request& what) {
    if (in.fields() == nullptr || !in.carry().spilled(client_values_entry)) return false;
    const auto& all = in.fields()->all();
    return std::any_of(all.begin(), all.end(), [&](const field_def& f) {
        if (f.from != field_def::source::carried) return false;
        const auto* ids = what.field_ids;
        return !i.values || (ids != nullptr && std::find(ids->begin(), ids->end(), f.id) != ids->end());
    });
}

json::value view_program::member_of(const field_def& f, const stored_reader& in) const noexcept {
    return f.place < member_paths_.size() ? in.at(member_paths_[f.place]) : json::value{};
}

// False: append_field_value() would append null.
bool view_program::has_value(const field_def& f, int index, const context& c) const noexcept {
    if (f.from == field_def::source::reserved || !f.absent.empty()) return true;
    if (f.from == field_def::source::member) {
        const json::value v = member_of(f, c.in);
        return f.list == nullptr ? v && !v.is_null() : v.size() > 0;
    }
    if (f.from == field_def::source::carried)
        return c.in.carry().entry(client_values_entry).member(f.path).exists();
    const auto& hits = c.in.hits();
    return std::any_of(hits.begin(), hits.end(),
                       [index](const stored_reader::hit& h) { return h.field == index; });
}

void view_program::append_field_value(const field_def& f, int index, const context& c,
                                      std::string& out) const {
    if (f.from == field_def::source::reserved) return append_reserved(f, c, out);
    if (f.from == field_def::source::attribute) return append_attribute(out, f, index, c.in, c.notes);
    if (f.from == field_def::source::carried) return append_carried(out, f, c.in, c.notes);
    const json::value v = member_of(f, c.in);
    if (f.list != nullptr) {
        append_list(out, *f.list, v);
    } else if (!v || v.is_null()) {
        if (f.absent.empty())
            out += "null";
        else
            append_decoded_field(out, f, f.absent, c.notes);
    } else if (f.coding == codec::instant) {
        append_time_field(out, f, v, c.notes);
    } else {
        append_stored(out, f, v, c.notes);
    }
}

}  // namespace casebridge::mapping
