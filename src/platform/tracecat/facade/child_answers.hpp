// What the routes of a case's children share: failures in Tracecat's words (Tracecat fact sheet §3.1, §3.2).
#pragma once

#include "platform/operation.hpp"
#include "platform/tracecat/facade/context.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform::tracecat {

// A member that is there and not null.
inline bool given(json::value v) noexcept { return v.exists() && !v.is_null(); }

// The documents as one JSON array.
std::string array_of(const std::vector<item>& items);

// For a `location` header: the path of a new child below its case, on the mount that the client uses.
std::string place_of_child(const context& c, std::string_view collection, const uuid& id);

// Answers a failure that Tracecat words by route; false for all others.
bool word_of_child(context& c, const failure& why);

}  // namespace casebridge::platform::tracecat
