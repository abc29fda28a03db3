// States of what hangs on a case, where the case's bag holds them: one entry of the carry's type for each child
// that needs one, beside the case's own (carry.hpp), which names its child:
//
//   {"v":1,"of":["note",17],"r":2,"t":"9f2c01ab","s":{"user_id":"…","parent_id":"12"}}
//
// Hostile input, like every state.
#pragma once

#include "mapping/stored_reader.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::mapping {

struct compiled_table;

class child_states {
public:
    // All entries of the carry's type in a stored case's bag that name a child. The case must outlive this.
    void read(const compiled_table& cases, json::value stored_case);

    struct entry {
        std::string kind;  // "note", "task", "artifact", "history"
        std::int64_t number = 0;  // of the child; 0: of none in particular
        std::string_view text;  // unquoted; see json::value::text for how long it lasts
        std::int64_t id = 0;  // of the bag entry
    };
    const std::vector<entry>& all() const noexcept { return entries_; }

    // Gives a reader that has read the child's document the states that there are of it.
    void offer_to(stored_reader& child, std::string_view kind, std::int64_t number) const;

private:
    std::vector<entry> entries_;
};

// Whether two texts are readable states of the same thing: of the same child, or (naming none, or empty) of the case
// itself. Entries that are of no child in particular rival nothing.
bool are_rivals(std::string_view own, std::string_view other);

// Names of the files that a state's entries lie in, as far as they are the bridge's own; prefix: what those begin with.
std::vector<std::string> files_of_state(std::string_view state, std::string_view prefix);

// A state that was rendered for a child whose number was not known yet (0), naming it.
std::string name_child(std::string_view state, std::int64_t number);

}  // namespace casebridge::mapping
