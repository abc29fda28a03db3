// forward: a Tracecat client before the façade, the ThreatConnect stand-in behind it. reverse: the other way round.
#pragma once

#include "steps.hpp"

#include "mapping/bundle.hpp"

#include <memory>

namespace casebridge::sequences {

const mapping::bundle& shipped_tables();  // read once

std::unique_ptr<world> make_forward_world();
std::unique_ptr<world> make_reverse_world();

}  // namespace casebridge::sequences
