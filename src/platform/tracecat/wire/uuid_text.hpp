// Reading a UUID as Tracecat's validation library does, and what it says when it cannot: the messages are
// those of the uuid crate that pydantic-core uses, and clients see them (Tracecat fact sheet §0.3).
#pragma once

#include "core/uuid.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace casebridge::platform::tracecat {

// Nothing if the text is a UUID (hyphenated, 32 digits, in braces, or behind "urn:uuid:"), else why not.
std::optional<std::string> uuid_complaint(std::string_view text);
// The value of a text without complaint.
uuid uuid_value(std::string_view text) noexcept;
// As Python's uuid.UUID reads it: prefixes, braces and hyphens anywhere.
std::optional<uuid> python_uuid(std::string_view text);

}  // namespace casebridge::platform::tracecat
