// Instants as microseconds since 1970-01-01T00:00:00Z, and their texts on both platforms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace casebridge {

struct instant {
    std::int64_t micros = 0;
    auto operator<=>(const instant&) const = default;
    static instant now() noexcept;
};

// Reads ISO 8601: date, or date and time with 'T' or a blank, optional seconds, 0–9+ fraction digits
// (beyond microseconds cut), 'Z', ±HH:MM, ±HHMM, or nothing, which means UTC
// (ThreatConnect fact sheet §8, Tracecat fact sheet §0.2).
std::optional<instant> parse_iso8601(std::string_view text) noexcept;

// "2026-01-01T00:00:00Z", or with exactly six fraction digits when they are not all zero
// (Tracecat fact sheet §0.2).
void append_micros(std::string& out, instant t);
// "2026-01-01T00:00:00Z": whole seconds, what ThreatConnect clients can all read (fact sheet §8).
void append_seconds(std::string& out, instant t);

}  // namespace casebridge
