#include "mapping/state_object.hpp"

#include "json/compare.hpp"
#include "json/writer.hpp"
#include "mapping/carry.hpp"

#include <algorithm>
#include <charconv>

namespace casebridge::mapping {

bool state_object::read(json::value stored) noexcept {
    *this = {};
    if (!stored.exists()) return false;
    const json::value entries = stored.member("s");
    const std::string_view r = stored.member("r").text();
    const auto [end, error] = std::from_chars(r.data(), r.data() + r.size(), revision_);
    const bool counted = error == std::errc{} && end == r.data() + r.size() && revision_ > 0 &&
                         revision_ < carry_state::highest_revision;
    if (!counted || stored.member("v").text() != "1" || !entries.is_object()) {
        *this = {};
        unreadable_ = true;
        return false;
    }
    entries_ = entries;
    return true;
}

void state_object::take(json::value entries) noexcept {
    *this = {};
    if (!entries.is_object()) return;
    entries_ = entries;
    revision_ = 1;
}

state_writer::state_writer(const state_object* current) {
    if (current == nullptr || !current->present()) return;
    revision_ = current->revision() + 1 < carry_state::highest_revision ? current->revision() + 1 : 1;
    const json::member_index known(current->entries());  // of equal names the last, as entry() reads them
    for (const auto& m : current->entries().members()) {
        if (!known.counts(m)) continue;
        item& i = items_.emplace_back();
        i.name = m.name();
        json::append_value(i.entry, m.val);
    }
}

const state_writer::item* state_writer::find(std::string_view name) const noexcept {
    const auto it = std::find_if(items_.begin(), items_.end(), [&](const item& i) { return i.name == name; });
    return it == items_.end() ? nullptr : &*it;
}

std::string_view state_writer::get(std::string_view name) const noexcept {
    const item* i = find(name);
    return i == nullptr ? std::string_view{} : std::string_view(i->entry);
}

void state_writer::put(std::string_view name, std::string entry) {
    const item* known = find(name);
    if (entry.empty()) {
        if (known == nullptr) return;
        items_.erase(items_.begin() + (known - items_.data()));
        changed_ = true;
        return;
    }
    if (known != nullptr && known->entry == entry) return;
    if (known != nullptr)
        items_[static_cast<std::size_t>(known - items_.data())].entry = std::move(entry);
    else
        items_.push_back({std::string(name), std::move(entry)});
    changed_ = true;
}

std::string state_writer::render_entries() const {
    if (items_.empty()) return {};
    std::string out;
    json::writer w(out);
    w.begin_object();
    for (const auto& i : items_) w.key(i.name).raw(i.entry);
    w.end_object();
    return out;
}

std::string state_writer::render(std::string_view table_hash) const {
    if (items_.empty()) return {};
    std::string out;
    json::writer w(out);
    w.begin_object().member("v", "1").member("r", std::string_view(std::to_string(revision_)));
    w.member("t", table_hash).key("s").begin_object();
    for (const auto& i : items_) w.key(i.name).raw(i.entry);
    w.end_object().end_object();
    return out;
}

}  // namespace casebridge::mapping
