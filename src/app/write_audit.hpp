// Writes of a bridge as lines of the audit stream (observe/audit.hpp).
#pragma once

#include "bridge/records/records.hpp"
#include "bridge/write_record.hpp"

#include <string>

namespace casebridge::app {

// tables: hash of the table that translated.
bridge::write_sink audit_writes(const std::string& bridge, const std::string& tables);
bridge::record_write_sink audit_record_writes(const std::string& bridge, const std::string& tables);

}  // namespace casebridge::app
