// Values of a document as Python prints them: its names of types, str() and repr(), which stand in the
// sentences of a platform that is written in it (Tracecat fact sheet §3.8).
#pragma once

#include "json/tape.hpp"

#include <string>
#include <string_view>

namespace casebridge::mapping {

std::string_view python_type(json::value v) noexcept;  // dict, list, str, bool, int, float, NoneType
std::string python_repr(std::string_view text);        // 'abc', or "it's"
std::string python_repr(json::value v);                // None, True, 5, ['a', 1], {'a': None}
std::string python_text(json::value v);                // str(): of a text itself, else its repr

}  // namespace casebridge::mapping
