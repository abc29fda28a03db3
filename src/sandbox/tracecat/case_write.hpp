// Creating and changing a case (Tracecat fact sheet §1.6, §1.7, §4.4, §4.5): everything is checked before
// anything is changed, since Tracecat rolls a failed request back.
#pragma once

#include "sandbox/tracecat/parts.hpp"

namespace casebridge::sandbox::tracecat {

// Both expect a document that passed its model. blemished: the request holds text that cannot be stored.
refusable create_case(context& c, json::value doc, bool blemished);
refusable update_case(context& c, incident& of, json::value update, bool blemished);

// True if the document says something about dropdowns, which takes the entitlement; even [] does.
bool names_dropdowns(json::value doc) noexcept;

}  // namespace casebridge::sandbox::tracecat
