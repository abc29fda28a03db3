// The documents that every arm translates: ThreatConnect cases as GET /v3/cases answers them with attributes,
// tags and user access asked for (ThreatConnect fact sheet §4.1, §4.8). They differ in how much an analyst
// has filled in; ids, times and names change from case to case, so that nothing can be remembered across a page.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace casebridge::bench {

enum class body { small, medium, large };  // about 1.5, 2.7 and 3.4 KB

std::string make_case(body size, std::int64_t number);

// What one measured iteration translates, in turn: distinct documents of one size.
std::vector<std::string> make_cases(body size, std::size_t count);

// {"data":[100 cases],"count":100,"status":"Success"}
std::string make_page(body size, std::size_t count);

}  // namespace casebridge::bench
