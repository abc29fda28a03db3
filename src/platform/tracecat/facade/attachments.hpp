// Files of a case (Tracecat fact sheet §3.7): what the steps of the façade need of them.
#pragma once

#include "core/error.hpp"
#include "platform/tracecat/facade/context.hpp"

namespace casebridge::platform::tracecat {

// Reads the form of an upload; false: it cannot be read, and the answer is given.
bool read_upload(context& c);
// Its part "file" is there and is a file; else faults.
void check_upload(context& c);
// Answers a failure about a file; false for all others.
bool word_of_file(context& c, const failure& why);

}  // namespace casebridge::platform::tracecat
