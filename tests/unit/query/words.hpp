// A small vocabulary with a keyword of every type, and documents that have or lack each value.
#pragma once

#include "query/condition.hpp"

#include <string>
#include <string_view>

namespace casebridge::query_test {

const query::vocabulary& cases();
const query::vocabulary* words_of(std::string_view object);
inline constexpr instant now{1'700'000'000'123'456};  // 2023-11-14T22:13:20.123456Z

// Reads with the words of cases.
result<query::condition> read(std::string_view text);
// … and fails the test if that is refused.
query::condition must_read(std::string_view text);
// Empty: it was read after all.
std::string refusal(std::string_view text);
bool finds(std::string_view text, std::string_view document);

}  // namespace casebridge::query_test
