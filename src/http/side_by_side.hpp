// Several steps of one request at a time.
#pragma once

#include "http/task.hpp"

#include <cstddef>

namespace casebridge::http {

class steps {
public:
    virtual ~steps() = default;
    virtual task<void> run_step(std::size_t index) = 0;
};

// Runs the steps 0 … count-1 on this thread, at most `width` of them at a time, and ends when all have ended. An
// exception of one is thrown then.
task<void> run_side_by_side(steps& what, std::size_t count, std::size_t width);

}  // namespace casebridge::http
