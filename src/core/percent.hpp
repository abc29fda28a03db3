// Percent-encoding, as targets and forms need it.
#pragma once

#include <string>
#include <string_view>

namespace casebridge {

// Unreserved characters stay, everything else becomes %XX with upper-case digits.
void append_percent_encoded(std::string& out, std::string_view text);

}  // namespace casebridge
