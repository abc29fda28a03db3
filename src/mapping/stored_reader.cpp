#include "mapping/stored_reader.hpp"

#include "mapping/state_line.hpp"
#include "mapping/view_program.hpp"

namespace casebridge::mapping {

path slot_layout::add(std::string_view dotted) {
    path p;
    if (dotted.empty()) return p;
    const std::string_view first = first_segment(dotted);
    p.slot = find(first, 0);
    if (p.slot < 0) {
        p.slot = static_cast<int>(names_.size());
        names_.emplace_back(first);
    }
    while (first.size() < dotted.size() && dotted.find('.') != std::string_view::npos) {
        dotted.remove_prefix(dotted.find('.') + 1);
        p.rest.emplace_back(first_segment(dotted));
    }
    return p;
}

int slot_layout::find(std::string_view member, int hint) const noexcept {
    const std::size_t n = names_.size();
    for (std::size_t i = 0, at = static_cast<std::size_t>(hint); i < n; ++i, ++at) {
        if (at >= n) at = 0;
        if (json::same_name(names_[at], member)) return static_cast<int>(at);
    }
    return -1;
}

void stored_reader::read(json::value document, const field_set* fields) {
    slots_.assign(layout_->size(), {});
    hits_.clear();
    carry_.clear();
    fields_ = fields;
    int hint = 0;
    for (const auto& member : document.members()) {
        const int slot = layout_->find(member.name(), hint);
        if (slot < 0) continue;
        slots_[static_cast<std::size_t>(slot)] = member.val;
        hint = slot + 1;
    }
    if (bag_->carry_text.slot >= 0) supply_state(at(bag_->carry_text).text());
    read_bag();
}

void stored_reader::supply_state(std::string_view text) {
    offer_state_lines(text, bag_->carry_marker, carry_);
}

stored_reader& stored_reader::nested(const compiled_table& of) const {
    if (!nested_ || nested_->layout_ != &of.slots)
        nested_ = std::make_unique<stored_reader>(of.slots, of.bag);
    return *nested_;
}

void stored_reader::read_bag() {
    for (const auto& [none, entry] : at(bag_->container).elements()) {
        json::value name, text;
        std::int64_t id = 0;
        for (const auto& member : entry.members()) {
            const std::string_view k = member.name();
            if (json::same_name(k, bag_->name_key))
                name = member.val;
            else if (json::same_name(k, bag_->value_key))
                text = member.val;
            else if (json::same_name(k, bag_->id_key))
                member.val.to_int64(id);
        }
        if (!name.is_string()) continue;
        if (name.text() == bag_->carry_name) {
            if (text.is_string()) carry_.offer(text.text(), id);
        } else if (fields_ != nullptr) {
            const int field = fields_->index_of_attribute(name.text());
            if (field >= 0) hits_.push_back({field, text, id});
        }
    }
}

}  // namespace casebridge::mapping
