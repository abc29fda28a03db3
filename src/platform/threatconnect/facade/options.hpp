// What OPTIONS says of an object, made from its tables (ThreatConnect fact sheet §3.8).
#pragma once

#include "platform/threatconnect/facade/objects.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform::threatconnect {

// What members may be that name objects of the backend's, by those objects' path; unknown ones are not listed.
using allowed_names = std::map<std::string_view, std::vector<std::string>>;

// A bare object of descriptors, without an envelope. read_only_too: with ?show=readOnly.
std::string describe(const object_model& object, bool read_only_too, const allowed_names& names);
// The names that fields= takes; enveloped.
std::string describe_fields(const object_model& object);
// The words of queries and sorting; enveloped.
std::string describe_words(const object_model& object);

}  // namespace casebridge::platform::threatconnect
