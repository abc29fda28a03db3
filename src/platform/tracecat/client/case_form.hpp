// One form for a case, whether it came with a list or alone: the list item's members (fact sheet §1.1) with
// description and history added, and without what only one of the two has.
//
//   field_values   the custom fields that have a value, as in lists; of a single read made from its fields
//   description    absent if it is not known
//   created_by, closed_at, closed_by   only where history was asked for: users as Tracecat shows them, or null
#pragma once

#include "platform/case_store.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace casebridge::platform::tracecat::client {

// Beyond it a search is a 500 (§1.3), and no server counts; numbers of children would not fit into 64 bits.
inline constexpr std::int64_t highest_number = std::numeric_limits<std::int32_t>::max();

struct case_names {
    uuid id;
    std::int64_t number = 0;
    std::string_view updated;  // text of updated_at
};
// Nothing if it is no case.
std::optional<case_names> names_of(json::value item);

struct case_parts {
    json::value base;  // a list item or a single read
    std::optional<std::string_view> description;  // of a list item
    std::string_view history;  // members, as read_history writes them; empty: none
    std::string_view tags;  // an array that stands in for the base's; empty: none does
    std::string_view state_key;
    std::string_view lost_state;  // stands in where the payload has no state; empty: nothing does
    bool readable = true;
    bool restored = false;  // the base's own state is such a copy
};
result<stored_case_ptr> make_case(const case_parts& parts);

// The state that the bridge keeps in a case's payload; absent if there is none.
json::value state_of(json::value stored, std::string_view state_key);
// The string at a dotted path in it; empty if there is none.
std::string_view text_at(json::value state, std::string_view path);

// created_by, closed_at and closed_by out of GET /cases/{id}/events (§3.6), newest first there. A case is closed
// from when it last became closed or resolved; one that was made so is closed from its beginning (§1.6: no event).
std::string read_history(json::value events, std::string_view status, std::string_view created_at);

}  // namespace casebridge::platform::tracecat::client
