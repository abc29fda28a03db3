#include "mapping/reverse_writer.hpp"

#include "mapping/reverse_draft.hpp"
#include "mapping/text_limit.hpp"

namespace casebridge::mapping {
namespace {

using source = reverse_member::source;

std::string pointer_to(const reverse_member& m) { return "/" + m.name; }

// A value in the one spelling that is kept: times as instants of whole seconds, words as the catalogue has them.
std::string canonical(const reverse_member& m, json::value v) {
    std::string out(v.text());
    if (const auto t = m.is_time ? parse_iso8601(out) : std::nullopt) {
        out.clear();
        append_seconds(out, *t);
    }
    const auto same = [&](const std::string& word) {
        return std::equal(word.begin(), word.end(), out.begin(), out.end(), [](char a, char b) {
            const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
            return lower(a) == lower(b);
        });
    };
    if (m.values == nullptr) return out;
    const auto word = std::find_if(m.values->begin(), m.values->end(), same);
    return word == m.values->end() ? out : *word;
}

void append_typed(const reverse_member& m, const std::string& text, std::string& out) {
    if (m.is_raw)
        out += text;
    else
        json::append_string(out, text);
}

bool is_cleared(json::value v) noexcept { return v.is_null() || (v.is_string() && v.text().empty()); }

}  // namespace

result<void> reverse_writer::run(json::value document, const reverse_subject* current,
                                 const reverse_references& refs, instant now, reverse_plan& plan) const {
    plan = {};
    draft d{current, refs, now, plan, state_writer(current == nullptr ? nullptr : &current->state)};
    for (const auto& [key, val] : document.members()) {
        const reverse_member* m = program_->find(key.text());
        if (m == nullptr)
            return fail(errc::not_supported, std::string(key.text()), "/" + std::string(key.text()));
        if (!m->writable) return fail(errc::read_only, m->name, pointer_to(*m));
    }
    // Enums first: what is carried may hold only for as long as one of them stays.
    for (const bool enums : {true, false}) {
        for (const auto& m : program_->all()) {
            const json::value v = document.member(m.name);
            if (v && (m.from == source::enumeration) == enums) CB_CHECK(plan_member(m, v, d));
        }
    }
    for (const auto& m : program_->all()) {
        if (m.from == source::enumeration) finish_enum(m, d);
    }
    for (const auto& m : program_->all()) {
        if (m.field == nullptr || m.field->set_with.empty()) continue;
        const bool made = m.field->set_with == "create" && current == nullptr;
        if (made || d.wrote(m.field->set_with)) put_carried(m, refs.caller(), d);
    }
    if (current == nullptr) add_missing(d);
    for (const auto& [member, text] : d.set) {
        if (!plan.members.empty()) plan.members += ',';
        json::append_string(plan.members, member);
        plan.members += ':' + text;
    }
    if (d.state.changed()) {
        plan.writes_state = true;
        plan.state = d.state.render(program_->source().hash);
    }
    plan.entries = d.state.render_entries();
    return {};
}

result<void> reverse_writer::plan_member(const reverse_member& m, json::value v, draft& d) const {
    switch (m.from) {
        case source::text: return plan_text(m, v, d);
        case source::enumeration: return plan_enum(m, v, d);
        case source::assignee: return plan_assignee(m, v, d);
        case source::set: return plan_set(m, v, d);
        case source::bag: return plan_bag(m, v, d);
        case source::kept: return plan_kept(m, v, d);
        case source::carried: plan_carried(m, v, d); return {};
        default: return fail(errc::read_only, m.name, pointer_to(m));
    }
}

result<void> reverse_writer::plan_text(const reverse_member& m, json::value v, draft& d) const {
    if (!v.is_string() && !v.is_null())
        return fail(errc::invalid_value, m.name + " must be a text", pointer_to(m));
    const std::string_view now = d.stored(m.stored).text();
    if (program_->cuts(m)) return plan_cut_text(m, v.text(), d);
    if (d.current != nullptr && now == v.text()) return {};
    // Writing back what stands for an empty text changes nothing.
    if (d.current != nullptr && !m.by->empty.empty() && now.empty() && v.text() == m.by->empty) return {};
    d.put_native_text(m.by->written_by(), v.text());
    d.written.push_back(m.name);
    return {};
}

// A text that may be longer than the store takes: what does not fit lies in the state.
result<void> reverse_writer::plan_cut_text(const reverse_member& m, std::string_view text, draft& d) const {
    const catalog_field& left = *program_->stored().find(m.by->written_by());
    if (d.current != nullptr) {
        std::string shown, wanted;
        json::append_string(wanted, text);
        program_->append_text(m, *d.current, d.stored(m.stored), shown);
        if (shown == wanted || (shown.empty() && text.empty())) return {};
    }
    const fitted f = fit_text(text, left.max, left.required ? 1 : 0, m.by->empty, m.by->more);
    if (d.current == nullptr || d.stored(m.stored).text() != f.stored)
        d.put_native_text(m.by->written_by(), f.stored);
    d.state.put(m.name, with_numbers_as_texts(f.entry));
    d.written.push_back(m.name);
    return {};
}

result<void> reverse_writer::plan_enum(const reverse_member& m, json::value v, draft& d) const {
    const int right = m.map->right_of(v.text());
    if (right == enum_map::none) {
        std::string words;
        for (int i = 0; i < m.map->right_count(); ++i) words += (i > 0 ? ", " : "") + m.map->right(i);
        return fail(errc::invalid_value, m.name + " is one of " + words, pointer_to(m));
    }
    const int now = m.map->left_of(d.stored(m.stored).text());
    const int to = m.map->write_coarse(now, right);
    // A value that is finer than its class lies beside the left one.
    std::string kept;
    if (m.map->is_also(right)) json::append_string(kept, m.map->right(right));
    d.state.put(m.name, std::move(kept));
    if (to == now) return {};
    d.put_native_text(m.by->written_by(), m.map->left(to));
    // Another fine value of the same meaning is no change that clients would see.
    if (now == enum_map::none || m.map->coarse(now) != m.map->class_of(right)) d.written.push_back(m.name);
    return {};
}

// What held only for the enum's old value goes; what the new one begins (closing) is dated.
void reverse_writer::finish_enum(const reverse_member& m, draft& d) const {
    if (!d.wrote(m.name)) return;
    std::string class_now;
    for (const auto& [member, text] : d.set) {
        json::tape t;
        if (member != m.by->written_by() || t.parse(text, {}).has_error()) continue;
        class_now = m.map->right(m.map->coarse(m.map->left_of(t.root().text())));
    }
    for (const auto& c : program_->all()) {
        if (c.during != &m || d.wrote(c.name)) continue;
        const bool begins = m.by->witness == c.name && m.by->witness_when == class_now;
        if (begins) {
            std::string text;
            append_seconds(text, d.now);
            put_carried(c, text, d);
        } else {
            d.state.put(c.name, {});
        }
    }
}

result<void> reverse_writer::plan_assignee(const reverse_member& m, json::value v, draft& d) const {
    using standing = reverse_references::assignee::standing;
    const auto who = d.refs.find_assignee(v);
    const json::value now = d.stored(m.stored);
    const std::string& member = m.by->written_by();
    std::string entry;
    switch (who.how) {
        case standing::unknown:
            return fail(errc::unresolved_reference, "the assignee does not exist", pointer_to(m));
        case standing::stored:
            if (!now.is_object() || now.member("id").text() != who.stored_id)
                d.put_native_text(member, who.stored_id);
            break;
        case standing::carried: {
            json::writer w(entry);
            w.begin_array().string(who.kind).string(who.name).end_array();
            [[fallthrough]];
        }
        case standing::nobody:
            if (now.is_object()) d.put_native(member, "null");
            break;
    }
    d.state.put(m.name, std::move(entry));
    return {};
}

void reverse_writer::plan_carried(const reverse_member& m, json::value v, draft& d) const {
    if (is_cleared(v)) {
        if (d.state.has(m.name)) d.written.push_back(m.name);
        d.state.put(m.name, {});
        return;
    }
    const std::string text = canonical(m, v);
    std::string wanted, shown;
    ledger unused;
    append_typed(m, text, wanted);
    if (d.current != nullptr) program_->append(m, *d.current, d.refs, shown, unused);
    // Of an object that is yet to be, texts are kept although they are the default: that may change.
    if (d.current == nullptr && !m.field->absent.empty() && (m.is_raw || !m.by->keep))
        append_typed(m, m.field->absent, shown);
    // Clients send back all they have read: what is shown already is no change.
    if (wanted == shown) return;
    d.written.push_back(m.name);
    put_carried(m, text, d);
}

void reverse_writer::put_carried(const reverse_member& m, std::string_view text, draft& d) const {
    std::string entry;
    json::writer w(entry);
    if (m.during == nullptr) {
        w.string(text);
    } else {
        std::string class_now, at;
        const reverse_member& e = *m.during;
        std::string fine(d.stored(e.stored).text());
        for (const auto& [member, native] : d.set) {
            json::tape t;
            if (member == e.by->written_by() && t.parse(native, {}).has_value()) fine = t.root().text();
        }
        const int left = e.map->left_of(fine);
        if (left != enum_map::none) class_now = e.map->right(e.map->coarse(left));
        append_seconds(at, d.now);
        w.begin_array().string(text).string(at).string(class_now).end_array();
    }
    d.state.put(m.name, std::move(entry));
    if (!d.wrote(m.name)) d.written.push_back(m.name);
}

// What the store demands of a new object and the document does not say.
void reverse_writer::add_missing(draft& d) const {
    const auto& shapes = program_->stored().shapes;
    const auto create = shapes.find("create");
    if (create == shapes.end()) return;
    for (const auto& r : program_->source().rules) {
        const auto& taken = create->second;
        const bool takes = std::find(taken.begin(), taken.end(), r.written_by()) != taken.end();
        if (!takes || !r.absent || d.sets_native(r.written_by())) continue;
        d.put_native_text(r.written_by(), *r.absent);
    }
}

void reverse_writer::keep_names(const std::vector<std::string>& names, const reverse_subject& current,
                                reverse_plan& plan) const {
    plan = {};
    state_writer state(&current.state);
    for (const auto& m : program_->all()) {
        if (m.from != source::set || names.empty()) continue;
        std::vector<std::string> all;
        for (const auto& [none, n] : current.state.entry(m.name).elements()) all.emplace_back(n.text());
        all.insert(all.end(), names.begin(), names.end());
        std::string entry;
        json::writer w(entry);
        w.begin_array();
        for (const auto& n : all) w.string(n);
        w.end_array();
        state.put(m.name, std::move(entry));
    }
    plan.writes_state = state.changed();
    plan.state = state.render(program_->source().hash);
}

}  // namespace casebridge::mapping
