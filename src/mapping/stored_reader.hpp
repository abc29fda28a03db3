// One pass over a stored document: its members into slots, its bag (custom attributes) onto field
// definitions, its carried state apart. Reused from document to document.
#pragma once

#include "mapping/carry.hpp"
#include "mapping/fields.hpp"
#include "mapping/model.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::mapping {

// A dotted path whose first segment is a slot.
struct path {
    int slot = -1;
    std::vector<std::string> rest;
};

class slot_layout {
public:
    path add(std::string_view dotted);   // empty text: no slot
    // hint: the slot after the last one found; documents usually keep their order.
    int find(std::string_view member, int hint) const noexcept;
    std::size_t size() const noexcept { return names_.size(); }
    bool has(std::string_view member) const noexcept { return find(member, 0) >= 0; }

private:
    std::vector<std::string> names_;
};

struct bag_layout {
    path container;        // array of entries
    std::string name_key, value_key, id_key = "id";
    std::string carry_name;  // the entry that holds the state, or
    path carry_text;         // the text that holds it on a line behind the marker
    std::string carry_marker;
};

class stored_reader {
public:
    struct hit {
        int field;          // index into the field set
        json::value text;
        std::int64_t id;    // of the bag entry
    };

    stored_reader(const slot_layout& layout, const bag_layout& bag) : layout_(&layout), bag_(&bag) {}

    // fields may be null: then only the carried state is taken from the bag.
    void read(json::value document, const field_set* fields);

    json::value at(const path& p) const noexcept {
        if (p.slot < 0) return {};
        json::value v = slots_[static_cast<std::size_t>(p.slot)];
        for (const auto& key : p.rest) v = v.member(key);
        return v;
    }
    const std::vector<hit>& hits() const noexcept { return hits_; }
    carry_state& carry() noexcept { return carry_; }
    const carry_state& carry() const noexcept { return carry_; }
    // The document does not show the text that would hold its state.
    bool lacks_state() const noexcept { return bag_->carry_text.slot >= 0 && !at(bag_->carry_text); }
    // That text, from elsewhere.
    void supply_state(std::string_view text);
    const field_set* fields() const noexcept { return fields_; }
    // A reader for the elements of a set of this document; one, kept for the next element and document.
    stored_reader& nested(const struct compiled_table& of) const;

private:
    void read_bag();
    const slot_layout* layout_;
    const bag_layout* bag_;
    const field_set* fields_ = nullptr;
    std::vector<json::value> slots_;
    std::vector<hit> hits_;
    carry_state carry_;
    mutable std::unique_ptr<stored_reader> nested_;
};

}  // namespace casebridge::mapping
