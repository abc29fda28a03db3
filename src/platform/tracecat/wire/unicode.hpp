// Text as Python holds it: characters, with surrogates allowed, written here as UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace casebridge::platform::tracecat {

// Bytes of the UTF-8 sequence at `at` (1 to 4), or 0 if it is not one. Surrogates pass if allowed.
std::size_t utf8_sequence(std::string_view text, std::size_t at, bool surrogates) noexcept;
bool is_utf8(std::string_view text, bool surrogates = false) noexcept;
// Number of characters; every byte that is no continuation byte starts one.
std::size_t count_characters(std::string_view text) noexcept;
void append_utf8(std::string& out, std::uint32_t code_point);
// Without the blanks at both ends that Python's str.strip() takes off, those beyond ASCII included.
std::string_view python_strip(std::string_view text) noexcept;
// Invalid sequences become U+FFFD.
std::string replace_invalid_utf8(std::string_view text);
// Decodes a JSON text by Python's guess of its encoding; nothing if it cannot be decoded.
// UTF-8 without a mark needs no copy: then the result is empty and `as_is` is set.
std::optional<std::string> decode_json_bytes(std::string_view body, bool& as_is, std::size_t& skip);

}  // namespace casebridge::platform::tracecat
