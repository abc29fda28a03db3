// What OPTIONS says of an object, made from its tables (ThreatConnect fact sheet §3.8).
#pragma once

#include "platform/threatconnect/objects.hpp"

#include <string>

namespace casebridge::platform::threatconnect {

// A bare object of descriptors, without an envelope. read_only_too: with ?show=readOnly.
std::string describe(const object_model& object, bool read_only_too);
// The names that fields= takes; enveloped.
std::string describe_fields(const object_model& object);
// The words of queries and sorting; enveloped.
std::string describe_words(const object_model& object);

}  // namespace casebridge::platform::threatconnect
