#include "mapping/reverse_program.hpp"

#include "json/writer.hpp"

#include <algorithm>
#include <charconv>

namespace casebridge::mapping {

dotted_path split_path(std::string_view dotted) {
    dotted_path out;
    while (!dotted.empty()) {
        const std::string_view first = first_segment(dotted);
        out.emplace_back(first);
        dotted.remove_prefix(std::min(dotted.size(), first.size() + 1));
    }
    return out;
}

json::value follow(json::value from, const dotted_path& p) noexcept {
    if (p.empty()) return {};
    for (const auto& key : p) from = from.member(key);
    return from;
}

reverse_program::reverse_program(const table& t, const catalog_object& stored, const catalog_object& shown,
                                 const std::map<std::string, enum_map, std::less<>>& enums)
    : table_(&t), stored_(&stored), shown_(&shown) {
    if (t.carry) state_ = split_path(t.carry->back);
    if (const auto shape = shown.shapes.find("read"); shape != shown.shapes.end()) {
        for (const auto& name : shape->second) compile(name, enums);
    }
    resolve();
}

namespace {

using source = reverse_member::source;

bool names_constant(const rule& r) { return r.right_or.starts_with('@'); }

// Types whose values lie in the state as texts; documents lie there as they are.
bool is_scalar(const catalog_field& f) {
    static const std::set<std::string, std::less<>> types{"string", "integer",   "boolean", "enum",
                                                          "user",   "timestamp", "uuid"};
    return types.contains(f.type);
}

source source_of(const rule& r, const catalog_field& shown) {
    if (r.condition == shown.name || !r.unless.empty()) return source::flag;
    if (!r.row_of.empty()) return source::row;
    if (r.kind == rule_kind::drop && !r.keep && names_constant(r)) return source::constant;
    if (r.kind == rule_kind::drop || r.keep) return is_scalar(shown) ? source::carried : source::kept;
    switch (r.kind) {
        case rule_kind::number: return source::number;
        case rule_kind::time: return source::time;
        case rule_kind::enum_: return source::enumeration;
        case rule_kind::set: return source::set;
        case rule_kind::bag: return source::bag;
        case rule_kind::ref: return r.write_as.empty() ? source::own_id : source::assignee;
        default: return source::text;
    }
}

// Whether the rule says what its right member shows where the left side stores.
bool shows(const rule& r) {
    if (r.kind != rule_kind::drop) return !r.left.empty() && !r.counts;
    return r.keep || !r.right_or.empty() || !r.emit.empty() || !r.unless.empty() || !r.row_of.empty();
}

// Of several rules for one member the number is what clients know.
const rule* rule_for(const table& t, const std::string& name) {
    const rule* found = nullptr;
    for (const auto& r : t.rules) {
        const bool names = r.condition.empty() ? first_segment(r.right) == name : r.condition == name;
        if (r.right.empty() || !names || !shows(r)) continue;
        if (found == nullptr || r.kind == rule_kind::number) found = &r;
    }
    return found;
}

// Another rule that names the same thing in another shape of the stored object.
const rule* second_rule_for(const table& t, const rule& first) {
    const auto it = std::find_if(t.rules.begin(), t.rules.end(), [&](const rule& r) {
        return &r != &first && r.kind == first.kind && r.right == first.right && r.ref == first.ref &&
               r.condition.empty() && !r.counts;
    });
    return it == t.rules.end() ? nullptr : &*it;
}

}  // namespace

void reverse_program::compile(const std::string& name,
                              const std::map<std::string, enum_map, std::less<>>& enums) {
    reverse_member m;
    m.name = name;
    const catalog_field* native = shown_->find(name);
    if (native == nullptr) return;
    m.writable = native->write;
    m.max = native->max;
    if (const rule* r = rule_for(*table_, name)) {
        m.by = r;
        m.from = source_of(*r, *native);
        m.stored = split_path(r->left);
        if (const rule* other = second_rule_for(*table_, *r)) m.stored_or = split_path(other->left);
        if (r->right_or.starts_with('@')) m.constant = r->right_or.substr(1);
        if (const auto e = enums.find(r->enum_name); e != enums.end()) m.map = &e->second;
    }
    for (const auto& r : table_->rules) {
        for (const auto& f : r.fields) {
            if (m.by != nullptr || f.member.empty() || first_segment(f.member) != name) continue;
            m.by = &r;
            m.field = &f;
        }
    }
    if (m.by == nullptr) return;
    if (m.field != nullptr)
        compile_carried(m);
    else if (m.from == source::carried || m.from == source::kept)
        compile_kept(m);
    members_.push_back(std::move(m));
}

// A rule that says itself what is carried of its member, or what is shown without.
void reverse_program::compile_kept(reverse_member& m) const {
    m.keeps = m.by->keep;
    m.field = &m.by->kept;
    m.cut = !m.keeps && !m.by->second_member().empty();
    if (m.from == source::carried) compile_carried(m);
}

void reverse_program::compile_carried(reverse_member& m) const {
    m.from = source::carried;
    const catalog_field& native = *shown_->find(m.name);
    m.is_user = native.type == "user";
    m.is_time = native.type == "timestamp";
    m.is_raw = native.type == "boolean" || native.type == "integer";
    m.values = &native.values;
    if (m.field->otherwise.starts_with('@')) m.constant = m.field->otherwise.substr(1);
}

// Members that name others, once all are in their places.
void reverse_program::resolve() {
    for (auto& m : members_) {
        if (m.from == source::flag) m.lacks = find(m.by->unless);
        if (m.from == source::row) m.otherwise = find(m.by->row_by);
        if (m.field == nullptr) continue;
        for (const auto& other : members_) {
            if (other.from == source::enumeration && other.by->id == m.field->during) m.during = &other;
        }
        if (!m.field->set_with.empty()) m.dated_by = find(m.field->set_with);
        if (m.field->otherwise.empty() || !m.constant.empty()) continue;
        // A member of the stored document, else another one of the shown document.
        if (stored_->find(first_segment(m.field->otherwise)) != nullptr)
            m.fallback = split_path(m.field->otherwise);
        else
            m.otherwise = find(m.field->otherwise);
    }
}

void reverse_program::know(const fixed_rows& rows) {
    for (auto& m : members_) {
        const auto of = rows.find(m.by->row_of);
        if (m.from != source::row || of == rows.end()) continue;
        for (const auto& text : of->second) {
            json::tape t;
            if (t.parse(text, {}).has_error()) continue;
            const json::value shown = t.root().member(m.by->row_show);
            if (shown) json::append_value(m.row[std::string(t.root().member("name").text())], shown);
        }
    }
}

void reverse_program::link(std::string_view of, const reverse_program& element) {
    for (auto& m : members_) {
        if (m.from == source::set && m.by->of == of) m.element = &element;
    }
}

const reverse_member* reverse_program::find(std::string_view name) const noexcept {
    const auto it = std::find_if(members_.begin(), members_.end(),
                                 [&](const reverse_member& m) { return m.name == name; });
    return it == members_.end() ? nullptr : &*it;
}

reverse_subject reverse_program::read(json::value document) const noexcept {
    reverse_subject in{document, {}};
    in.state.read(follow(document, state_));
    return in;
}

bool reverse_program::cuts(const reverse_member& m) const {
    const bool place = table_->carry && (!table_->carry->back.empty() || !table_->carry->child.empty());
    const catalog_field* left = stored_->find(m.by->written_by());
    return place && m.by->carry && left != nullptr && left->max > 0;
}

std::int64_t reverse_program::number_of(const reverse_subject& in,
                                        const reverse_references& refs) const noexcept {
    for (const auto& m : members_) {
        if (m.from != source::number) continue;
        std::string_view text = follow(in.document, m.stored).text();
        if (text.starts_with(m.by->prefix)) text.remove_prefix(m.by->prefix.size());
        std::int64_t n = 0;
        std::from_chars(text.data(), text.data() + text.size(), n);
        return refs.case_number(n);
    }
    return 0;
}

void reverse_program::run(const reverse_subject& in, const reverse_references& refs, const members* wanted,
                          std::string& out, ledger& notes) const {
    if (in.state.unreadable()) notes.note(finding_code::carry_unreadable, "carry");
    out += '{';
    const std::size_t empty = out.size();
    for (const auto& m : members_) {
        if (wanted != nullptr && !wanted->contains(m.name)) continue;
        const std::size_t start = out.size();
        if (start > empty) out += ',';
        json::append_string(out, m.name);
        out += ':';
        if (!append(m, in, refs, out, notes)) out.resize(start);
    }
    out += '}';
}

// Stored documents have that member wherever they come from: lists or single reads.
bool reverse_program::is_read_with_objects(const dotted_path& stored) const {
    const auto has = [&](const auto& shape) {
        return std::find(shape.second.begin(), shape.second.end(), stored.front()) != shape.second.end();
    };
    return std::any_of(stored_->shapes.begin(), stored_->shapes.end(), has);
}

int reverse_program::coarse(const reverse_member& m, const reverse_subject& in) noexcept {
    const int left = m.map->left_of(follow(in.document, m.stored).text());
    return left == enum_map::none ? enum_map::none : m.map->coarse(left);
}

}  // namespace casebridge::mapping
