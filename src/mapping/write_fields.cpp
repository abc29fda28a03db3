// Custom fields that a write_program writes: attributes, members of the stored document, and fields that clients defined.
#include "json/compare.hpp"
#include "mapping/client_value.hpp"
#include "mapping/text_limit.hpp"
#include "mapping/write_draft.hpp"

#include <array>

namespace casebridge::mapping {

result<void> write_program::plan_fields(const step&, json::value v, draft& d) const {
    for (const auto& [key, val] : v.members()) {  // all are checked before anything is written
        if (d.fields.find(key.text()) == nullptr) return fail(errc::unknown_field, std::string(key.text()));
    }
    const json::member_index sent(v);
    for (const auto& m : v.members()) {
        if (!sent.counts(m)) continue;
        const field_def* f = d.fields.find(m.name());
        CB_CHECK(plan_field(*f, static_cast<int>(f - d.fields.all().data()), m.val, d));
    }
    return {};
}

namespace {

// What a field shows for the texts that are there: writing back what is shown changes nothing.
std::string shown(const field_def& f, const std::vector<std::string>& texts) {
    std::string out;
    if (texts.empty()) return "null";
    json::writer w(out);
    if (f.spread) {
        w.begin_array();
        for (const auto& t : texts) w.string(t);
        w.end_array();
        return out;
    }
    std::string lines;
    for (const auto& t : texts) lines.append(&t == &texts.front() ? "" : "\n").append(t);
    if (!append_decoded(out, f.coding, lines)) json::append_string(out, lines);
    return out;
}

std::string sentence(const field_def& f, const refusal& r) {
    std::string text =
        r.unknown_options && !f.words->unknown_options.empty() ? f.words->unknown_options : f.words->refusal;
    const std::array<std::pair<std::string_view, std::string_view>, 3> fills{
        {{"{field}", f.id}, {"{type}", r.type}, {"{value}", r.value}}};
    for (const auto& [mark, value] : fills) {
        const auto at = text.find(mark);
        if (at != std::string::npos) text.replace(at, mark.size(), value);
    }
    return text;
}

}  // namespace

result<void> write_program::plan_field(const field_def& f, int index, json::value v, draft& d) const {
    if (!f.write) return fail(errc::read_only, "Field " + f.id + " is read-only", "/fields/" + f.id);
    if (f.from == field_def::source::carried) return plan_carried(f, v, d);
    std::vector<std::string> texts;
    if (!v.is_null()) {
        auto coded = encode(f.coding, v, f.spread, f.options);
        if (coded.has_error())
            return fail(errc::invalid_value, sentence(f, coded.error()), "/fields/" + f.id);
        texts = std::move(*coded);
    }
    if (f.from == field_def::source::member) return plan_member(f, texts, d);
    bag_change change{f.path, {}, {}};
    std::vector<std::string> present;
    if (d.current != nullptr) {
        for (const auto& h : d.current->hits()) {
            if (h.field != index) continue;
            change.ids.push_back(h.id);
            present.emplace_back(h.text.text());
        }
    }
    for (const auto& t : texts) {
        if (t.empty())
            return fail(errc::invalid_value,
                        "Field " + f.id + " cannot hold an empty text; send null to clear it",
                        "/fields/" + f.id);
        if (f.max > 0 && utf16_length(t) > f.max) {
            return fail(errc::invalid_value,
                        "Field " + f.id + " holds at most " + std::to_string(f.max) + " characters",
                        "/fields/" + f.id);
        }
    }
    if (shown(f, present) == shown(f, texts)) return {};
    change.texts = std::move(texts);
    d.plan.bag.push_back(std::move(change));
    return {};
}

result<void> write_program::plan_carried(const field_def& f, json::value v, draft& d) const {
    std::string wanted = "null";
    if (!v.is_null()) {
        auto coded = encode_client_value(f.coding, v, f.options);
        if (coded.has_error())
            return fail(errc::invalid_value, sentence(f, coded.error()), "/fields/" + f.id);
        wanted = std::move(*coded);
    }
    d.client_values.insert_or_assign(f.path, std::move(wanted));
    return {};
}

// New objects get the fields' defaults (Tracecat fact sheet §1.6).
void write_program::plan_standards(draft& d) const {
    const bool any =
        std::any_of(steps_.begin(), steps_.end(), [](const step& s) { return s.by->kind == rule_kind::bag; });
    if (!any) return;
    for (const auto& f : d.fields.all()) {
        if (f.from == field_def::source::carried && f.standard != f.absent)
            d.client_values.emplace(f.path, f.standard.empty() ? "null" : f.standard);
    }
}

// The values that are there and those that are written. What says no more than its absence does, and what belongs to
// no field any more, goes.
void write_program::finish_client_values(draft& d) const {
    if (d.client_values.empty()) return;
    const json::value before = d.entry(std::string(client_values_entry));
    std::string text;
    json::writer w(text);
    w.begin_object();
    for (const auto& f : d.fields.all()) {
        if (f.from != field_def::source::carried) continue;
        const auto wanted = d.client_values.find(f.path);
        const std::string_view implied = f.absent.empty() ? std::string_view("null") : f.absent;
        if (wanted == d.client_values.end()) {
            if (const json::value kept = before.member(f.path)) w.member(f.path, kept);
        } else if (wanted->second != implied) {
            w.key(f.path).raw(wanted->second);
        }
    }
    w.end_object();
    d.carry.put(std::string(client_values_entry), text == "{}" ? std::string() : text);
}

result<void> write_program::plan_member(const field_def& f, const std::vector<std::string>& texts,
                                        draft& d) const {
    const auto p = member_paths_.find(f.path);
    const std::string now(p == member_paths_.end() ? std::string_view{} : d.native(p->second).text());
    const std::string& present = now.empty() ? f.absent : now;
    if (texts.empty() && f.absent.empty()) {
        if (present.empty()) return {};
        return fail(errc::invalid_value, "Field " + f.id + " cannot be cleared: the backend has no way to",
                    "/fields/" + f.id);
    }
    const std::string& wanted = texts.empty() ? f.absent : texts.front();
    const bool same = d.current != nullptr && !present.empty() && shown(f, {wanted}) == shown(f, {present});
    if (!same) d.set_text(f.path, wanted, true);
    return {};
}

}  // namespace casebridge::mapping
