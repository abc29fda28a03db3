// The audit stream: one JSON object per line for each write that a client asked for, and what became of it.
// Who, when, what, and the names of what was to change; never a value. It goes to a file of its own, or,
// without one, among the lines of the log. Levels do not hold it back.
#pragma once

#include "core/error.hpp"
#include "observe/log.hpp"

#include <initializer_list>
#include <string>

namespace casebridge::observe {

// Opens the file for appending, in place of the one before (log rotation: rename it, then reload); empty:
// the log. If it cannot be opened everything stays as it was.
result<void> set_audit_file(const std::string& file);

// On disk, as far as the kernel is concerned, when it returns. Secrets are hidden as in the log. Lines that
// cannot be written are reported in the log, with what they said.
void audit(std::initializer_list<entry> entries);

}  // namespace casebridge::observe
