// What Tracecat can store and give back (fact sheet §0.2, §3.12): a number beyond 64 bits or a deep nesting is
// accepted and makes the case unreadable from then on, a NUL is an error without a text. Refused here.
#pragma once

#include "core/error.hpp"
#include "json/tape.hpp"

#include <string_view>

namespace casebridge::platform::tracecat::client {

// The document of a request. errc::invalid_document if it is no JSON; errc::invalid_value with a pointer.
result<void> check_storable(std::string_view document);

}  // namespace casebridge::platform::tracecat::client
