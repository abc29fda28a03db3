// What hangs on a case, where the left platform stores: a list in the case's state (state_object.hpp) under the name
// of the right document's member ("notes", "tasks", "artifacts", "workflowEvents"). One element per child that needs
// one:
//
//   {"n":"17","u":"<stored id>","s":{"author":"9000…01"}}       lies in the store; what it has no place for
//   {"n":"18","d":{"content":"…","created_at":"…"},"s":{…}}     lies here alone: d is a document of the left side
//
// n: the child's own number within its case, a text (ThreatConnect clients know it as case number × 2^31 + n). A child
// of the store that needs nothing of this has no element; its number is a hash of its stored id. k: mark of the
// Idempotency-Key and the request that it was made under. Hostile input.
#pragma once

#include "json/tape.hpp"
#include "mapping/reverse_program.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace casebridge::mapping {

struct kept_child {
    std::int64_t own = 0;
    std::string stored_id;  // empty: lies here alone
    json::value document;  // d, or nothing
    json::value entries;  // s, or nothing
    std::string key;  // k, or empty
};

// Those that can be read, in their order; numbers that are twice there or out of range are left out.
std::vector<kept_child> kept_children(json::value list);

// What a reverse program reads: the stored document, or d, with the entries as its state.
reverse_subject subject_of(json::value document, json::value entries);

// Builds the next list from the one that is there.
class kept_children_writer {
public:
    explicit kept_children_writer(json::value list);

    // d and s: JSON objects or empty (absent). Replaces the element of that number or adds one.
    void put(std::int64_t own, std::string_view stored_id, std::string d, std::string s,
             std::string_view key);
    void remove(std::int64_t own);
    bool has(std::int64_t own) const noexcept;
    // A number that no element has, now or before (removed ones are remembered as {"n":"…"} alone).
    std::int64_t new_number() const;
    bool changed() const noexcept { return changed_; }
    // JSON array; empty text: nothing is kept.
    std::string render() const;

private:
    std::vector<std::string> items_;  // JSON
    std::unordered_map<std::int64_t, std::size_t> places_;  // by own number
    bool changed_ = false;
};

// The members of a plan laid over a left document that lies in the state: {…} with what changed replaced.
std::string with_members(json::value document, std::string_view members);

}  // namespace casebridge::mapping
