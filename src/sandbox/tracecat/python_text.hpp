// Values of a JSON document as Python prints them: str() and repr(), which stand in Tracecat's error texts and
// in text fields (Tracecat fact sheet §3.8).
#pragma once

#include "json/tape.hpp"

#include <string>
#include <string_view>

namespace casebridge::sandbox::tracecat {

std::string python_repr(std::string_view text);  // 'abc', or "it's"
std::string python_repr(json::value v);  // True, None, 5, 7.0, ['a', 1], {'a': None}
std::string python_str(json::value v);  // of a text: itself
std::string_view python_type(json::value v) noexcept;  // dict, list, str, …

}  // namespace casebridge::sandbox::tracecat
