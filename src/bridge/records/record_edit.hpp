// One logical write of what hangs on a case: what is to be made, where each part comes to lie, and what has to be
// taken back if a later step fails. For the files of records only.
#pragma once

#include "bridge/records/record_session.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casebridge::bridge {

// A child that is to be made.
struct child_draft {
    const child_kind* kind = nullptr;
    std::size_t parent = none;  // the draft that it hangs on
    bool native = false;  // the store has a place for it
    std::string members;  // as the store takes them, no braces
    std::string document;  // as it lies in the state
    std::string entries;  // what the store has no place for: {…} or empty
    const std::string* bytes = nullptr;  // of a file
    std::string key;  // mark of the Idempotency-Key and the request
    // From here on: where it came to lie.
    bool settled = false;
    std::int64_t own = 0;
    std::string stored_id;
    std::shared_ptr<const platform::reply> made;

    static constexpr std::size_t none = static_cast<std::size_t>(-1);
};

struct records::case_edit {
    family_ptr of;  // null: the case is yet to be made
    std::vector<child_draft> drafts;
    std::map<std::string_view, mapping::kept_children_writer> lists;
    // Children of the store, as they are now.
    std::vector<std::pair<const child_kind*, std::shared_ptr<const platform::reply>>> changed;
    std::vector<child_draft> uploads;  // new bytes of artifacts that are there
    std::string replaced, replaced_hash;  // the attachment whose bytes an artifact no longer has
    std::set<std::int64_t> removed;  // artifacts
    std::string successor, obsolete;  // tasks of the store: one that takes the other's place
    std::vector<std::string> done;  // what cannot be taken back: "note 17"

    explicit case_edit(family_ptr whose) : of(std::move(whose)) {
        for (const auto& kind : child_kinds())
            lists.emplace(kind.list, of ? of->writer(kind) : mapping::kept_children_writer(json::value{}));
    }
    mapping::kept_children_writer& list(const child_kind& kind) { return lists.at(kind.list); }
    bool changes_lists() const {
        for (const auto& [name, l] : lists) {
            if (l.changed()) return true;
        }
        return false;
    }
};

// Lists of what hangs on children. (Not an initializer list in a loop: coroutines of gcc 12 lose those.)
inline constexpr std::string_view hanging_lists[] = {"notes", "artifacts"};
// Artifacts of that task have files in the store.
bool has_files(const family& f, std::int64_t task);
// A JSON object with members of another one (no braces) laid over it.
std::string merged(std::string_view object, std::string_view members);
// The time of a write, as the store writes times.
std::string time_text(instant t);

}  // namespace casebridge::bridge
