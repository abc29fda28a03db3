// One value of a reverse program: what each source appends.
#include "core/timestamp.hpp"
#include "json/writer.hpp"
#include "mapping/reverse_program.hpp"
#include "mapping/text_limit.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace casebridge::mapping {
namespace {

using source = reverse_member::source;

// Whole seconds: what all clients can read (ThreatConnect fact sheet §8).
bool append_seconds_of(std::string& out, json::value v) {
    const auto t = parse_iso8601(v.text());
    if (!t) return false;
    out += '"';
    append_seconds(out, *t);
    out += '"';
    return true;
}

// A carried number or boolean as JSON; empty if it is none: a state may hold anything ("007" is a number, and no JSON).
std::string raw_value(const reverse_member& m, std::string_view text, const catalog_object& shown) {
    if (shown.find(m.name)->type == "boolean")
        return text == "true" || text == "false" ? std::string(text) : std::string();
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    return error == std::errc{} && end == text.data() + text.size() ? std::to_string(n) : std::string();
}

// What shows it is read again, within other documents, as deep as any answer may be.
constexpr json::policy kept_policy{.max_depth = 24};

constexpr std::int64_t tolerance = 60'000'000;  // the two servers' clocks, microseconds

// A time of the store's own that is later than what was carried: it happened again since.
bool happened_again(json::value entry, json::value own) noexcept {
    const auto when = parse_iso8601(own.text());
    const auto carried_at = parse_iso8601(entry.element(1).text());
    return when && carried_at && when->micros > carried_at->micros + tolerance;
}

}  // namespace

json::value reverse_program::carried(const reverse_member& m, const reverse_subject& in) noexcept {
    if (!m.keeps) return {};
    const json::value entry = in.state.entry(m.name);
    if (m.during == nullptr) return entry.is_string() ? entry : json::value{};
    // [value, when it was written, the enum's value then]
    const int now = coarse(*m.during, in);
    const bool holds =
        now != enum_map::none && entry.element(2).text() == m.during->map->right(now) &&
        !happened_again(entry, follow(in.document, (m.dated_by == nullptr ? m : *m.dated_by).fallback));
    const json::value v = entry.element(0);
    return holds && v.is_string() ? v : json::value{};
}

bool reverse_program::lacks_history(const reverse_subject& in) const {
    return std::any_of(members_.begin(), members_.end(),
                       [&](const reverse_member& m) { return lacks_history(m, in); });
}

bool reverse_program::lacks_history(const reverse_member& m, const reverse_subject& in) const {
    if (m.field == nullptr || m.fallback.empty() || is_read_with_objects(m.fallback)) return false;
    if (follow(in.document, m.fallback)) return false;
    const bool is_carried = carried(m, in).exists();
    if (m.during == nullptr) return !is_carried;
    // A time of closing, for example, is only asked for where the object is closed, and the carried one holds
    // for as long as nothing has happened since.
    const int now = coarse(*m.during, in);
    if (now == enum_map::none || m.during->map->right(now) != m.during->by->witness_when) return false;
    const rule* updated = table_->find("updated");
    return !is_carried ||
           (updated != nullptr &&
            happened_again(in.state.entry(m.name), follow(in.document, split_path(updated->left))));
}

bool reverse_program::append(const reverse_member& m, const reverse_subject& in,
                             const reverse_references& refs, std::string& out, ledger& notes) const {
    json::value v = follow(in.document, m.stored);
    if (!v) v = follow(in.document, m.stored_or);
    switch (m.from) {
        case source::number: json::append_integer(out, number_of(in, refs)); return true;
        case source::own_id:
            json::append_integer(out, in.number != 0 ? in.number : refs.number_of(m.by->ref, v.text()));
            return true;
        case source::time: return append_seconds_of(out, v);
        case source::text: return append_text(m, in, v, out);
        case source::enumeration: {
            const json::value kept = in.state.entry(m.name);
            const int right = m.map->show_right(
                m.map->left_of(v.text()), kept.is_string() ? m.map->right_of(kept.text()) : enum_map::none);
            if (right == enum_map::none) {
                notes.note(finding_code::enum_unknown, m.by->id);
                return false;
            }
            json::append_string(out, m.map->right(right));
            return true;
        }
        case source::assignee: return append_assignee(m, in, refs, out);
        case source::set: append_set(m, in, refs, out, notes); return true;
        case source::bag: append_bag(in, refs, out); return true;
        case source::carried: return append_carried(m, in, refs, out, notes);
        case source::constant: return append_constant(m, in, refs, out);
        case source::flag: {
            const bool is = m.lacks != nullptr ? !carried(*m.lacks, in) : v.exists() && !v.is_null();
            out += is ? "true" : "false";
            return true;
        }
        case source::row: return append_row(m, in, refs, out, notes);
        case source::kept: {
            json::tape t;
            const json::value kept = m.keeps ? in.state.entry(m.name) : json::value{};
            if (kept.is_string() && t.parse(kept.text(), kept_policy).has_value() &&
                (t.root().is_object() || t.root().is_array())) {
                out += kept.text();
                return true;
            }
            out += m.by->emit;
            return !m.by->emit.empty();
        }
    }
    return false;
}

bool reverse_program::append_constant(const reverse_member& m, const reverse_subject& in,
                                      const reverse_references& refs, std::string& out) const {
    if (m.constant == "case_xid") {
        if (in.holder_external_id.empty()) return false;
        json::append_string(out, in.holder_external_id);
        return true;
    }
    if (m.constant == "case" || m.constant == "number") {
        const std::int64_t n = m.constant == "case" ? in.holder : in.number;
        if (n != 0) json::append_integer(out, n);
        return n != 0;
    }
    out += refs.constant(m.constant);
    return true;
}

// The whole text, where only its beginning lies in the document.
bool reverse_program::append_text(const reverse_member& m, const reverse_subject& in, json::value v,
                                  std::string& out) const {
    if (!v.is_string()) return false;
    const std::size_t start = out.size();
    if (const json::value entry = in.state.entry(m.name); entry.is_object() && cuts(m)) {
        out += '"';
        if (append_restored(out, v.text(), entry)) {
            out += '"';
            return true;
        }
        out.resize(start);
    }
    const std::string& placeholder = m.by->empty;
    if (v.text().empty() && placeholder.empty()) return false;
    json::append_string(out, v.text().empty() ? std::string_view(placeholder) : v.text());
    return true;
}

// What the fixed row says that another member names.
bool reverse_program::append_row(const reverse_member& m, const reverse_subject& in,
                                 const reverse_references& refs, std::string& out, ledger& notes) const {
    std::string name;
    json::tape t;
    if (m.otherwise == nullptr || !append(*m.otherwise, in, refs, name, notes) ||
        t.parse(name, {}).has_error())
        return false;
    const auto row = m.row.find(t.root().text());
    if (row == m.row.end()) return false;
    out += row->second;
    return true;
}

// The beginning of another member's text.
bool reverse_program::append_cut(const reverse_member& m, const reverse_subject& in,
                                 const reverse_references& refs, std::string& out, ledger& notes) const {
    std::string whole;
    json::tape t;
    if (!append(*m.otherwise, in, refs, whole, notes) || t.parse(whole, {}).has_error()) return false;
    const std::string_view text = t.root().text();
    json::append_string(out, text.substr(0, m.max == 0 ? text.size() : prefix_bytes(text, m.max)));
    return true;
}

bool reverse_program::append_carried(const reverse_member& m, const reverse_subject& in,
                                     const reverse_references& refs, std::string& out, ledger& notes) const {
    const json::value v = carried(m, in);
    if (!v) return append_fallback(m, in, refs, out, notes);
    if (m.is_user) return refs.append_user_named(out, v.text());
    if (m.is_time && append_seconds_of(out, v)) return true;
    const std::string raw = m.is_raw ? raw_value(m, v.text(), *shown_) : std::string();
    const bool is_no_word = m.values != nullptr && !m.values->empty() &&
                            std::find(m.values->begin(), m.values->end(), v.text()) == m.values->end();
    if (m.is_time || is_no_word || (m.is_raw && raw.empty())) return append_fallback(m, in, refs, out, notes);
    if (m.is_raw)
        out += raw;
    else
        json::append_string(out, v.text());
    return true;
}

bool reverse_program::append_fallback(const reverse_member& m, const reverse_subject& in,
                                      const reverse_references& refs, std::string& out, ledger& notes) const {
    if (m.otherwise != nullptr && m.cut) return append_cut(m, in, refs, out, notes);
    if (m.otherwise != nullptr) return append(*m.otherwise, in, refs, out, notes);
    if (!m.constant.empty()) return append_constant(m, in, refs, out);
    const json::value own = follow(in.document, m.fallback);
    if (m.is_user && own.is_object()) return refs.append_user(out, own);
    if (std::string login; own.is_object() && refs.append_login(login, own)) {
        json::append_string(out, login);
        return true;
    }
    if (m.is_time && own.is_string()) return append_seconds_of(out, own);
    if (!m.is_user && !m.is_time && own.is_string()) {
        json::append_string(out, own.text());
        return true;
    }
    if (m.field->absent.empty()) return false;
    if (m.is_raw)
        out += m.field->absent;
    else
        json::append_string(out, m.field->absent);
    return true;
}

// Native wins; what is carried applies while nobody is assigned.
bool reverse_program::append_assignee(const reverse_member& m, const reverse_subject& in,
                                      const reverse_references& refs, std::string& out) const {
    const json::value stored = follow(in.document, m.stored);
    const json::value entry = in.state.entry(m.name);
    const bool group = !stored.is_object() && entry.element(0).text() == "group";
    const std::size_t start = out.size();
    const rule& r = *m.by;
    json::writer w(out);
    w.begin_object()
        .member(r.wrap_kind, std::string_view(group ? r.wrap_group : r.wrap_user))
        .key(r.wrap_data);
    const std::string_view name = entry.element(1).text();
    const bool somebody = stored.is_object() ? refs.append_user(out, stored)
                          : group            ? refs.append_group_named(out, name)
                                             : !name.empty() && refs.append_user_named(out, name);
    out += '}';
    if (!somebody) out.resize(start);
    return somebody;
}

void reverse_program::append_set(const reverse_member& m, const reverse_subject& in,
                                 const reverse_references& refs, std::string& out, ledger& notes) const {
    out += R"({"data":[)";
    const std::size_t start = out.size();
    for (const auto& [none, v] : follow(in.document, m.stored).elements()) {
        if (m.element == nullptr) break;
        if (out.size() > start) out += ',';
        m.element->run(m.element->read(v), refs, nullptr, out, notes);
    }
    // Names that the store does not take.
    for (const auto& [none, name] : in.state.entry(m.name).elements()) {
        if (!name.is_string() || m.element == nullptr) continue;
        if (out.size() > start) out += ',';
        const std::string document = m.element->document_named(name.text());
        json::tape t;
        if (t.parse(document, {}).has_value())
            m.element->run(m.element->read(t.root()), refs, nullptr, out, notes);
    }
    out += "]}";
}

// A stored document that is nothing but a name, which stands for its id as well.
std::string reverse_program::document_named(std::string_view name) const {
    std::string out;
    json::writer w(out);
    w.begin_object();
    for (const auto& m : members_) {
        if (m.from == source::own_id ||
            (m.from == source::text && m.stored.size() == 1 && m.name == m.by->right))
            w.member(m.stored.front(), name);
    }
    w.end_object();
    return out;
}

// A number that somebody else wrote there must not reach into the next case's children.
constexpr std::int64_t most_own = (std::int64_t{1} << 31) - 1;

std::vector<bag_entry> bag_entries(json::value list) {
    std::vector<bag_entry> out;
    std::set<std::int64_t> seen;
    for (const auto& [none, e] : list.elements()) {
        bag_entry b{0, e};
        const std::string_view n = e.member("n").text();
        const auto [end, error] = std::from_chars(n.data(), n.data() + n.size(), b.own);
        const bool whole =
            error == std::errc{} && end == n.data() + n.size() && b.own > 0 && b.own <= most_own;
        if (!whole || !e.member("t").is_string() || !e.member("v").is_string()) continue;
        if (seen.insert(b.own).second) out.push_back(b);
    }
    return out;
}

namespace {

std::string shown_bag_entry(const rule& bag, const bag_entry& e, std::int64_t case_number,
                            const reverse_references& refs) {
    using from = bag_member::source;
    std::string out;
    json::writer w(out);
    w.begin_object();
    for (const auto& m : bag.entry) {
        const json::value v = e.stored.member(m.key);
        std::string user;
        switch (m.from) {
            case from::number: w.member(m.name, refs.child_number(case_number, e.own)); break;
            case from::holder: w.member(m.name, case_number); break;
            case from::constant: w.key(m.name).raw(m.key); break;
            case from::text: {
                std::string time;
                const bool is_time = m.key == "a" || m.key == "m";
                if (is_time && append_seconds_of(time, v)) w.key(m.name).raw(time);
                if (!is_time && v.is_string()) w.member(m.name, v.text());
                break;
            }
            case from::user:
                if (v.is_string() && refs.append_user_named(user, v.text())) w.key(m.name).raw(user);
                break;
        }
    }
    w.end_object();
    return out;
}

}  // namespace

std::string text_of_field(const reverse_references::field_link& f, json::value v) {
    if (auto texts = encode(f.coding, v, false, {}); texts.has_value() && texts->size() == 1)
        return texts->front();
    std::string out;
    json::append_value(out, v);
    return out;
}

const reverse_member* reverse_program::bag() const noexcept {
    const auto it = std::find_if(members_.begin(), members_.end(),
                                 [](const reverse_member& m) { return m.from == source::bag; });
    return it == members_.end() ? nullptr : &*it;
}

std::vector<reverse_program::shown_entry> reverse_program::entries(const reverse_subject& in,
                                                                   const reverse_references& refs) const {
    const reverse_member& m = *bag();
    const std::int64_t number = number_of(in, refs);
    std::vector<shown_entry> out;
    for (const auto& e : bag_entries(in.state.entry(m.name)))
        out.push_back({e.own, shown_bag_entry(*m.by, e, number, refs)});
    for (const auto& [id, v] : in.document.member(m.by->values_as).members()) {
        const auto* field = refs.field_of_id(id.text());
        if (field == nullptr || v.is_null()) continue;
        std::string text;
        json::writer w(text);
        w.begin_object().member("t", field->type).member("v", text_of_field(*field, v)).end_object();
        json::tape t;
        if (t.parse(text, {}).has_value())
            out.push_back({field->own, shown_bag_entry(*m.by, {field->own, t.root()}, number, refs)});
    }
    return out;
}

void reverse_program::append_bag(const reverse_subject& in, const reverse_references& refs,
                                 std::string& out) const {
    out += R"({"data":[)";
    const std::size_t start = out.size();
    for (const auto& e : entries(in, refs)) {
        if (out.size() > start) out += ',';
        out += e.text;
    }
    out += "]}";
}

}  // namespace casebridge::mapping
