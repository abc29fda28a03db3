// Who a case is assigned to, in every form that clients send (ThreatConnect fact sheet §6.3, §12 trap 33).
#pragma once

#include "json/tape.hpp"
#include "platform/threatconnect/facade/errors.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace casebridge::platform::threatconnect {

// JSON in the one form of bodies.hpp. entity: of the sentences. An id decides against a name beside it.
checked<std::string> read_assignee(json::value v, std::string_view entity);

// An id: an integer, or one in a string. Nothing if it is none.
std::optional<std::int64_t> read_id(json::value v) noexcept;

}  // namespace casebridge::platform::threatconnect
