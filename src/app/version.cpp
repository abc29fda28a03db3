#include "app/commands.hpp"

namespace casebridge::app {

std::string version_text() { return CASEBRIDGE_VERSION; }

}  // namespace casebridge::app
