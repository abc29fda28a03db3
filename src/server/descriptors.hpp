// How many connections the system lets this process have.
#pragma once

#include <cstddef>

namespace casebridge::server {

// Raises the limit of open files as far as it may be raised, and returns it. The usual soft limit of
// 1024 is there for programs that use select(2); above it accept() fails (accept_error.hpp).
std::size_t raise_descriptor_limit() noexcept;

}  // namespace casebridge::server
