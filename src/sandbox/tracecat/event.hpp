// What happened to a case, and how it is told (Tracecat fact sheet §3.6).
#pragma once

#include "core/timestamp.hpp"
#include "core/uuid.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::sandbox::tracecat {

// Every type there is, in the order in which Tracecat declares them.
std::span<const std::string_view> event_types() noexcept;

struct event {
    uuid id;                        // never told; durations refer to it
    std::string_view type;          // one of event_types()
    boost::json::object data;       // the type's own members, in order; null: not told
    std::optional<uuid> user;       // nothing: a key or the server itself
    instant at;
};

// One entry of the list; nulls are left out, also those of the changes of fields.
void append_event(std::string& out, const event& e);
// Everybody that the event names: who did it, and assignees before and after.
void collect_people(const event& e, std::vector<uuid>& into);

}  // namespace casebridge::sandbox::tracecat
