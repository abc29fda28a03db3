// A Tracecat client before the façade, the ThreatConnect stand-in behind it.
#pragma once

#include "steps.hpp"

#include <memory>

namespace casebridge::sequences {

std::unique_ptr<world> make_forward_world();
std::unique_ptr<world> make_reverse_world();

}  // namespace casebridge::sequences
