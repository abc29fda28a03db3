// Counts calls of the global operator new in this process. The replacement stands in allocations.cpp.
#pragma once

#include <cstdint>

namespace casebridge::bench {

std::uint64_t allocations() noexcept;   // so far, on all threads

}  // namespace casebridge::bench
