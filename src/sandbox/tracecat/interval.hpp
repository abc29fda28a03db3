// Spans of time as Tracecat writes and reads them (Tracecat fact sheet §0.2): ISO 8601, "P1DT1H1M1S".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace casebridge::sandbox::tracecat {

// "PT0S", "-PT5S", "PT2.193645S"; years and months are never used.
std::string interval_text(std::int64_t micros);
// Weeks, days, hours, minutes and seconds with a fraction; nothing if it is not one.
std::optional<std::int64_t> read_interval(std::string_view text) noexcept;

}  // namespace casebridge::sandbox::tracecat
