// Failures about custom fields and dropdowns in Tracecat's words.
#pragma once

#include "platform/tracecat/facade/context.hpp"

#include <string>

namespace casebridge::platform::tracecat {

// errc::invalid_value of a case that may not be closed yet; detail: the JSON list of the missing fields' ids.
inline constexpr std::string_view closure_pointer = "/status/closure";
inline bool is_missing_for_closure(const failure& why) {
    return why.code == errc::invalid_value && why.pointer == closure_pointer;
}
// The JSON text that Tracecat puts into a 422's detail, or into a batch item's error (fact sheet §4.5).
std::string closure_text(const failure& why);

// Answers a failure that Tracecat words by route; false for all others.
bool word_of_field(context& c, const failure& why);

// There are no dropdowns here: what a Tracecat without that definition says to dropdown_values that are not empty
// (fact sheet §3.9): the text, and the 500 with it.
std::string unknown_choice(json::value choices);
void unknown_choice_error(context& c, json::value choices);

}  // namespace casebridge::platform::tracecat
