#include "mapping/carry_writer.hpp"

#include "core/crypto.hpp"
#include "json/writer.hpp"
#include "mapping/selection.hpp"
#include "mapping/text_limit.hpp"
#include "mapping/write_plan.hpp"

#include <algorithm>
#include <array>

namespace casebridge::mapping {
namespace {

std::string random_name(const std::string& prefix) {
    std::array<std::uint8_t, 8> bytes{};
    random_bytes(bytes);
    return prefix + "-" + hex_encode(as_text(bytes)) + ".json";
}

std::string name_in(json::value reference) { return std::string(reference.element(0).text()); }

// An entry that costs more than this inline is worth a file of its own.
constexpr std::size_t worth_a_file = 96;

}  // namespace

carry_writer::carry_writer(const carry_state* current) : current_(current) {
    if (current_ == nullptr) return;
    // A revision that nobody would read any more starts again; older entries go with this write.
    revision_ = current_->revision() + 1 < carry_state::highest_revision ? current_->revision() + 1 : 1;
    // A rule has one item, also where a forged state names it twice.
    const auto at = [this](json::value key) -> item& {
        item* known = find(key.text());
        return known != nullptr ? *known : items_.emplace_back(item{std::string(key.text()), {}, {}, false});
    };
    for (const auto& [key, val] : current_->entries().members()) {
        item& i = at(key);
        i.entry.clear();
        json::append_value(i.entry, val);
    }
    for (const auto& [key, val] : current_->spills().members()) {
        if (!val.is_array()) continue;
        item& i = at(key);
        i.entry.clear();
        i.reference.clear();
        json::append_value(i.reference, val);
    }
}

carry_writer::item* carry_writer::find(std::string_view rule) noexcept {
    const auto it = std::find_if(items_.begin(), items_.end(), [&](const item& i) { return i.rule == rule; });
    return it == items_.end() ? nullptr : &*it;
}

bool carry_writer::has(std::string_view rule) const noexcept {
    return std::any_of(items_.begin(), items_.end(), [&](const item& i) { return i.rule == rule; });
}

void carry_writer::put(const std::string& rule, std::string entry) {
    item* known = find(rule);
    if (entry.empty()) {
        if (known == nullptr) return;
        items_.erase(items_.begin() + (known - items_.data()));
        changed_ = true;
        return;
    }
    if (known != nullptr && known->entry == entry) return;
    if (known != nullptr && !known->reference.empty()) {
        // The same text lies in the file already, and the file has been seen.
        json::tape t;
        const bool same =
            t.parse(known->reference, {}).has_value() && t.root().element(1).text() == spill_hash(entry);
        if (same && current_ != nullptr && current_->entry(rule)) return;
    }
    if (known == nullptr) known = &items_.emplace_back();
    *known = {rule, std::move(entry), {}, true};
    changed_ = true;
}

std::string carry_writer::render(const limits& l) const {
    std::string out;
    json::writer w(out);
    w.begin_object().member("v", std::int64_t{1});
    if (!l.child.empty()) w.key("of").begin_array().string(l.child).integer(l.number).end_array();
    w.member("r", revision_).member("t", l.table_hash).key("s").begin_object();
    for (const auto& i : items_) {
        if (!i.entry.empty()) w.key(i.rule).raw(i.entry);
    }
    w.end_object();
    const bool files =
        std::any_of(items_.begin(), items_.end(), [](const item& i) { return !i.reference.empty(); });
    if (files) {
        w.key("x").begin_object();
        for (const auto& i : items_) {
            if (!i.reference.empty()) w.key(i.rule).raw(i.reference);
        }
        w.end_object();
    }
    w.end_object();
    return out;
}

void carry_writer::spill_largest_until_it_fits(const limits& l, write_plan& plan) {
    while (utf16_length(render(l)) > l.max) {
        item* largest = nullptr;
        for (auto& i : items_) {
            if (i.entry.size() > worth_a_file &&
                (largest == nullptr || i.entry.size() > largest->entry.size()))
                largest = &i;
        }
        if (largest == nullptr) return;
        spilled_entry file{largest->rule, random_name(l.spill_prefix), std::move(largest->entry)};
        json::writer w(largest->reference);
        w.begin_array()
            .string(file.file)
            .string(spill_hash(file.text))
            .integer(static_cast<std::int64_t>(file.text.size()))
            .end_array();
        largest->entry.clear();
        plan.spills.push_back(std::move(file));
    }
}

// What still does not fit is a declared loss, the largest first.
void carry_writer::drop_what_has_no_place(const limits& l, write_plan& plan) {
    const auto code = l.max == 0 ? finding_code::loss_no_carry : finding_code::loss_too_large;
    while (!items_.empty() && (l.max == 0 || utf16_length(render(l)) > l.max)) {
        const auto largest = std::max_element(items_.begin(), items_.end(), [](const item& a, const item& b) {
            return a.entry.size() + a.reference.size() < b.entry.size() + b.reference.size();
        });
        for (const auto& r : plan.carried) {
            if (r == largest->rule) plan.notes.note(code, r);
        }
        std::erase(plan.carried, largest->rule);
        std::erase_if(plan.spills, [&](const spilled_entry& s) { return s.rule == largest->rule; });
        items_.erase(largest);
    }
}

void carry_writer::finish(const limits& l, write_plan& plan) {
    if (!changed_) return;
    for (const auto& i : items_) plan.carried.push_back(i.rule);
    if (l.spill && l.max > 0) spill_largest_until_it_fits(l, plan);
    drop_what_has_no_place(l, plan);
    if (current_ != nullptr) {
        plan.old_carry = current_->ids();
        for (const auto& [key, val] : current_->spills().members()) {
            const item* still = find(key.text());
            std::string reference;
            json::append_value(reference, val);
            // A forged state may name anybody's file.
            if (!is_own_file(name_in(val), l.spill_prefix)) continue;
            if (still == nullptr || still->reference != reference) plan.old_spills.push_back(name_in(val));
        }
    }
    if (!items_.empty()) {
        plan.carry = write_plan::carry_action::write;
        plan.carry_text = render(l);
    } else if (current_ != nullptr && !current_->ids().empty()) {
        plan.carry = write_plan::carry_action::remove;
    }
}

}  // namespace casebridge::mapping
