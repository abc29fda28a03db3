// Models of POST and PATCH /case-fields (Tracecat fact sheet §3.8).
#pragma once

#include "platform/tracecat/wire/problems.hpp"

namespace casebridge::platform::tracecat {

extern const model field_create, field_update;

// What the models demand of a body as a whole, once its members are fine; the first complaint is the only one.
void check_field_create(json::value body, problems& out);
void check_field_update(json::value body, problems& out);

}  // namespace casebridge::platform::tracecat
