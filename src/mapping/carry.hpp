// The state that the stored side keeps for the other platform: one JSON text in a bag entry, hostile input
// for whoever reads it.
//
//   {"v":1,"r":3,"t":"9f2c01ab","s":{"status":["on_hold","new",""],"priority":"high"},
//    "x":{"payload":["casebridge-state-….json","<sha256, 16 hex digits>",40213]}}
//
// r: revision, the highest valid one counts. t: hash of the table that wrote it. s: entries by rule id.
// x: entries that lie in a file of their own: its name, the hash of its text, its size.
#pragma once

#include "json/tape.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::mapping {

// Payloads and custom fields may be nested as deeply as Python reads them.
inline constexpr json::policy carry_policy{.max_depth = 10'100};

class carry_state {
public:
    // A revision from here on was not counted by us: unreadable, so that the next one is still a number.
    static constexpr std::int64_t highest_revision = 1'000'000'000'000;

    void clear() noexcept;
    // One candidate found on the object; id: of the bag entry that holds it. What names a child of the object
    // (child_states.hpp) is that child's, and not the object's own.
    void offer(std::string_view text, std::int64_t id, bool of_child = false);

    bool present() const noexcept { return best_ >= 0; }
    bool unreadable() const noexcept { return unreadable_; }
    std::int64_t revision() const noexcept { return revision_; }
    json::value entries() const noexcept { return at(entries_); }
    json::value spills() const noexcept { return at(spills_); }
    // The entry of a rule: inline, or provided from its file; absent if there is none.
    json::value entry(std::string_view rule) const noexcept;
    bool spilled(std::string_view rule) const noexcept { return spills().member(rule).is_array(); }
    // The text of a spilled entry's file. False if it is not the text that was spilled.
    bool provide(std::string_view rule, std::string text);
    // Ids of all bag entries of the carry's type, valid or not.
    const std::vector<std::int64_t>& ids() const noexcept { return ids_; }

private:
    struct provided {
        std::string rule, text;
        json::tape tape;
    };
    // Places on the best tape; 0 (its root) means that there is none.
    json::value at(std::uint32_t index) const noexcept {
        return present() && index != 0 ? json::value{tape_[best_], index} : json::value{};
    }
    json::tape tape_[2];
    int best_ = -1;
    std::uint32_t entries_ = 0, spills_ = 0;
    bool unreadable_ = false;
    std::int64_t revision_ = 0;
    std::int64_t best_id_ = 0;
    std::vector<std::int64_t> ids_;
    std::vector<std::unique_ptr<provided>> provided_;
};

// A state that keeps nothing yet. hash: of the table.
std::string empty_state(std::string_view hash);
// A rendered state with one text more among its entries; what is no state stays as it is.
std::string with_entry(std::string state, std::string_view name, std::string_view text);

// First 16 hex digits of the SHA-256 of a spilled text.
std::string spill_hash(std::string_view text);

}  // namespace casebridge::mapping
