// Which documents of the right side are meant: by a table ("which"), and by a custom field that lists them ("list").
// What they say is hostile: a document that is no object is none of them. Pure; takes no memory.
#pragma once

#include "mapping/model.hpp"

#include <string_view>

namespace casebridge::mapping {

// Every test holds; there may be none.
bool selects(const std::vector<member_test>& tests, json::value document) noexcept;
// The entry is one that the list shows.
bool lists(const shown_list& list, json::value entry) noexcept;
// Appends the list, or null where there is nothing to show.
void append_list(std::string& out, const shown_list& list, json::value entries);

// A file that the bridge itself keeps on an object because an entry of the bag is too small. prefix: how the names of
// such files begin; empty: there are none.
bool is_own_file(std::string_view name, std::string_view prefix) noexcept;

}  // namespace casebridge::mapping
