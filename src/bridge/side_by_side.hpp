// Several steps of one request at a time: http/side_by_side.hpp.
#pragma once

#include "http/side_by_side.hpp"

namespace casebridge::bridge {

using http::run_side_by_side;
using http::steps;

}  // namespace casebridge::bridge
