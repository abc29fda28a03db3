// A write whose answer was lost may have been done: it is looked for, and never sent again.
#pragma once

#include "http/task.hpp"
#include "upstream/client.hpp"

#include <chrono>
#include <cstdint>

namespace casebridge::platform::tracecat::client {

// The request may have been carried out although nobody said so.
bool is_in_doubt(const result<upstream::answer>& answer);

inline constexpr unsigned looks = 4;  // for what must be there, or may come yet
inline constexpr std::chrono::milliseconds first_pause{20};  // between two looks; doubled
// How far the time of what was just made may lie before the moment at which its request began, by the server's
// clock: that clock is known from a Date, in whole seconds. Microseconds.
inline constexpr std::int64_t clock_slack = 5'000'000;

task<void> pause(std::chrono::milliseconds time);

}  // namespace casebridge::platform::tracecat::client
