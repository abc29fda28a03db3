#include "bridge/session.hpp"

namespace casebridge::bridge {

std::vector<std::string> exchange::history_of(const session&) const { return {}; }

}  // namespace casebridge::bridge
