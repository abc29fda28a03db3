// Making events from changes and documents, and telling them.
#include "core/uuid.hpp"
#include "json/compare.hpp"
#include "json/writer.hpp"
#include "mapping/carry.hpp"
#include "mapping/event_types.hpp"

#include <algorithm>

namespace casebridge::mapping {
namespace {

using kind = event_member::kind;

bool given(json::value v) { return v.exists() && !v.is_null(); }

void add(std::string& members, std::string_view name, std::string_view json_text) {
    if (!members.empty()) members += ',';
    json::append_string(members, name);
    members += ':';
    members += json_text;
}

void add_value(std::string& members, std::string_view name, json::value v) {
    if (!given(v)) return;
    std::string text;
    json::append_value(text, v);
    add(members, name, text);
}

// What a change is about; texts are JSON, null where there is nothing.
struct change {
    std::string_view member;
    std::string before = "null", after = "null";
    std::string changes;
};

std::string json_of(json::value v) {
    std::string out;
    json::append_value(out, v);
    return out;
}

// A person is shown whole and written as an id.
std::string id_of(json::value v) {
    const auto id = uuid::parse(v.is_object() ? v.member("id").text() : v.text());
    return id ? '"' + id->to_string() + '"' : "null";
}

bool same_text(const std::string& a, const std::string& b) {
    json::tape x, y;
    return a == b || (x.parse(a, carry_policy).has_value() && y.parse(b, carry_policy).has_value() &&
                      json::same_json(x.root(), y.root()));
}

// A value of a custom field as it will be shown.
std::string shown(const field_def& f, json::value v) {
    if (v.is_null()) return "null";
    const auto texts = encode(f.coding, v, f.spread, f.options);
    if (texts.has_error() || texts->empty()) return "null";
    std::string out;
    if (f.spread) {
        json::writer w(out);
        w.begin_array();
        for (const auto& t : *texts) w.string(t);
        w.end_array();
    } else if (!append_decoded(out, f.coding, texts->front())) {
        json::append_string(out, texts->front());
    }
    return out;
}

// Tracecat tells what it was sent, which is what it stores only where it coerces values first (fact sheet §3.6).
bool told_as_sent(codec c) noexcept {
    return c == codec::boolean || c == codec::date || c == codec::instant || c == codec::json;
}

std::string field_changes(const field_set& fields, json::value before, json::value update) {
    std::string out;
    const json::member_index sent(update);
    for (const auto& m : update.members()) {
        const auto& [key, val] = m;
        const field_def* f = fields.find(key.text());
        if (f == nullptr || !sent.counts(m)) continue;
        json::value old;
        for (const auto& [none, one] : before.elements())
            if (one.member("id").text() == key.text()) old = one.member("value");
        const std::string then = json_of(old), now = shown(*f, val);
        if (same_text(then, now)) continue;
        std::string one;
        add(one, "field", '"' + f->id + '"');
        if (then != "null") add(one, "old", then);
        if (!val.is_null()) add(one, "new", told_as_sent(f->coding) ? json_of(val) : now);
        out.append(out.empty() ? "[{" : ",{").append(one).append("}");
    }
    return out.empty() ? out : out + "]";
}

// The change of a rule's member; nothing if there is none.
std::optional<change> change_of(const rule& r, const field_set& fields, json::value before,
                                json::value update) {
    const json::value v = update.member(r.written_by());
    if (!v.exists()) return {};
    change c;
    c.member = r.left;
    if (r.kind == rule_kind::bag) {
        c.changes = field_changes(fields, before.member(r.left), v);
        return c.changes.empty() ? std::nullopt : std::optional(std::move(c));
    }
    if (r.kind == rule_kind::ref) {
        c.before = id_of(before.member(r.left));
        c.after = id_of(v);
    } else {
        if (v.is_null() && r.kind != rule_kind::json) return {};  // null is ignored
        c.before = json_of(before.member(r.left));
        c.after = json_of(v);
    }
    return same_text(c.before, c.after) ? std::nullopt : std::optional(std::move(c));
}

bool fits(const event_type& t, const change& c) {
    const auto is = [](const std::string& wanted, const std::string& json_text) {
        return wanted.empty() || json_text == '"' + wanted + '"';
    };
    return is(t.from, c.before) && is(t.to, c.after);
}

std::string members_of(const event_type& t, const change& c) {
    std::string out;
    for (const auto& m : t.members) {
        if (m.from == "@before" && c.before != "null") add(out, m.name, c.before);
        if (m.from == "@after" && c.after != "null") add(out, m.name, c.after);
        if (m.from == "@member") add(out, m.name, '"' + std::string(c.member) + '"');
        if (m.from == "@changes") add(out, m.name, c.changes);
    }
    return out;
}

bool is_lost(const ledger& notes, const std::string& rule) {
    const auto& all = notes.findings();
    return std::any_of(all.begin(), all.end(),
                       [&](const finding& f) { return is_loss(f.code) && f.rule == rule; });
}

// The list of changes of custom fields; nulls are not told, values stay as they are.
std::string told_changes(json::value list) {
    std::string out;
    for (const auto& [none, c] : list.elements()) {
        if (!c.member("field").is_string()) continue;
        std::string one;
        for (const std::string_view name : {"field", "old", "new"}) add_value(one, name, c.member(name));
        out.append(out.empty() ? "{" : ",{").append(one).append("}");
    }
    return '[' + out + ']';
}

void tell_member(std::string& out, const event_member& m, json::value v,
                 const event_types::known_user& known) {
    if (!given(v)) return;
    switch (m.is) {
        case kind::id:
            if (uuid::parse(v.text())) add_value(out, m.name, v);
            return;
        case kind::user:
            if (v.is_string() && known(v.text())) add_value(out, m.name, v);
            return;
        case kind::text:
            if (v.is_string()) add_value(out, m.name, v);
            return;
        case kind::number:
            if (v.is_number()) add_value(out, m.name, v);
            return;
        case kind::any: return add_value(out, m.name, v);
        case kind::changes: return add(out, m.name, told_changes(v));
    }
}

}  // namespace

json::value value_at(json::value v, std::string_view dotted) {
    while (!dotted.empty()) {
        const std::string_view first = first_segment(dotted);
        v = v.member(first);
        dotted.remove_prefix(std::min(dotted.size(), first.size() + 1));
    }
    return v;
}

bool event_types::concerns(const table& cases, json::value update) const {
    return std::any_of(types_.begin(), types_.end(), [&](const event_type& t) {
        const rule* r = cases.find(t.on);
        return r != nullptr && update.member(r->written_by()).exists();
    });
}

std::vector<event_types::told> event_types::of_update(const table& cases, const field_set& fields,
                                                      json::value before, json::value update,
                                                      const ledger& notes) const {
    std::vector<told> out;
    std::vector<std::string_view> done;  // rules; of the rows of one the first that fits
    for (const auto& t : types_) {
        const rule* r = cases.find(t.on);
        if (r == nullptr || std::find(done.begin(), done.end(), t.on) != done.end() || is_lost(notes, r->id))
            continue;
        const auto c = change_of(*r, fields, before, update);
        if (!c || !fits(t, *c)) continue;
        out.push_back({t.name, members_of(t, *c)});
        done.push_back(t.on);
    }
    return out;
}

std::optional<event_types::told> event_types::of_document(std::string_view on, json::value document) const {
    for (const auto& t : types_) {
        if (t.on != on) continue;
        if (!t.where.empty() && !given(value_at(document, t.where))) continue;
        if (!t.unless.empty() && given(value_at(document, t.unless))) continue;
        told out{t.name, {}};
        for (const auto& m : t.members)
            if (!m.from.empty()) add_value(out.members, m.name, value_at(document, m.from));
        return out;
    }
    return {};
}

void event_types::append(std::string& out, const event_type& type, json::value event, std::string_view user,
                         std::string_view time, const known_user& known) const {
    std::string members;
    for (const auto& m : type.members)
        if (m.early) tell_member(members, m, event.member(m.name), known);
    add(members, frame_.type, '"' + type.name + '"');
    for (const auto& m : type.members)
        if (!m.early) tell_member(members, m, event.member(m.name), known);
    if (!user.empty() && known(user)) add(members, frame_.user, '"' + std::string(user) + '"');
    add(members, frame_.at, time);
    out.append("{").append(members).append("}");
}

}  // namespace casebridge::mapping
