// Raw deflate streams of whole texts.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace casebridge::platform::threatconnect {

std::string deflate(std::string_view text);
// Nothing if it is no such stream, or longer than most when unpacked.
std::optional<std::string> inflate(std::string_view packed, std::size_t most);

}  // namespace casebridge::platform::threatconnect
