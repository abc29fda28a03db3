// Timestamps on their way from one document into another.
#pragma once

#include "json/tape.hpp"

#include <string>
#include <string_view>

namespace casebridge::mapping {

// Appends a stored timestamp as the other side spells it: UTC, six fraction digits or none, in quotes; null for
// what is no string. False if the text is no timestamp: it is appended as it is.
bool append_time(std::string& out, json::value v);
bool append_time(std::string& out, std::string_view text);

}  // namespace casebridge::mapping
