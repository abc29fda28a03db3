// Values in TQL, the filter language of a catalogue's "filters" (ThreatConnect fact sheet §5.3).
#pragma once

#include "core/timestamp.hpp"

#include <string>
#include <string_view>

namespace casebridge::query {

// Quoted, with quotes and backslashes escaped. The only way for a client's text into a query.
std::string tql_string(std::string_view text);
// "2026-01-01 00:00:00": whole seconds, cut; the server decides in which zone it reads them (§5.3).
std::string tql_time(instant t);

}  // namespace casebridge::query
