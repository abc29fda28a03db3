// The OpenAPI document of what is served, made from the tables of routes and objects.
#pragma once

#include <string>
#include <string_view>

namespace casebridge::platform::threatconnect {

std::string open_api_document(std::string_view public_url);

}  // namespace casebridge::platform::threatconnect
