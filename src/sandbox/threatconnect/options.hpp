// The three forms of OPTIONS, written from the tables (ThreatConnect fact sheet §3.8).
#pragma once

#include "sandbox/threatconnect/schema.hpp"

#include <string>

namespace casebridge::sandbox::threatconnect {

// OPTIONS /v3/<type>: a bare object. Read-only fields are in it only when asked for (show=readOnly).
std::string describe_fields(const object_def& o, const store& s, bool read_only_too);
// OPTIONS /v3/<type>/fields and /tql: enveloped lists with a count.
std::string list_field_names(const object_def& o);
std::string list_keywords(const object_def& o);

}  // namespace casebridge::sandbox::threatconnect
