// The state that the left side keeps for the right one, where the left side stores: one JSON object inside the
// stored document, hostile input for whoever reads it.
//
//   {"v":"1","r":"3","t":"9f2c01ab","s":{"resolution":"False Positive","attributes":[{"n":"7", …}]}}
//
// r: revision. t: hash of the table that wrote it. s: entries by member of the right document, or by rule.
// Numbers and foreign documents are texts, since the store may rewrite numbers (Tracecat fact sheet §3.12).
#pragma once

#include "json/tape.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::mapping {

class state_object {
public:
    // An object of ours, however old; false: something else lies there, or nothing.
    bool read(json::value stored) noexcept;
    // The entries alone, of a child whose list is in its holder's state (kept_children.hpp).
    void take(json::value entries) noexcept;
    bool present() const noexcept { return entries_.exists(); }
    bool unreadable() const noexcept { return unreadable_; }
    std::int64_t revision() const noexcept { return revision_; }
    json::value entry(std::string_view name) const noexcept { return entries_.member(name); }
    json::value entries() const noexcept { return entries_; }

private:
    json::value entries_;
    bool unreadable_ = false;
    std::int64_t revision_ = 0;
};

// Builds the next state from the one that is there and what a write changes. Entries that it does not know
// stay as they are.
class state_writer {
public:
    explicit state_writer(const state_object* current);

    bool has(std::string_view name) const noexcept { return find(name) != nullptr; }
    // The entry's JSON as it will be; empty: none.
    std::string_view get(std::string_view name) const noexcept;
    // entry: JSON; empty: no entry any more.
    void put(std::string_view name, std::string entry);
    bool changed() const noexcept { return changed_; }
    // {"name":entry,…} alone; empty if nothing is kept.
    std::string render_entries() const;
    // Empty if nothing is kept.
    std::string render(std::string_view table_hash) const;

private:
    struct item {
        std::string name, entry;
    };
    const item* find(std::string_view name) const noexcept;
    std::vector<item> items_;
    std::int64_t revision_ = 1;
    bool changed_ = false;
};

}  // namespace casebridge::mapping
