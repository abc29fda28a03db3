// What Tracecat demands of the bodies of dropdowns, their options and their values (Tracecat fact sheet §3.9), as
// tables like those of models.hpp.
#pragma once

#include "platform/tracecat/wire/models.hpp"

namespace casebridge::platform::tracecat {

extern const model dropdown_create, dropdown_update, option_create, option_update, dropdown_choice;
// A bare list of ids, the only body that is no object.
void check_id_list(json::value v, problems& out);

}  // namespace casebridge::platform::tracecat
