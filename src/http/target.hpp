// Request targets and form-encoded text: splitting and decoding, nothing platform-specific.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::http {

struct parameter {
    std::string name;
    std::string value;
};

// Percent-decodes one path segment ('+' stays '+'). Bad escapes are kept as they stand, invalid
// UTF-8 is replaced by U+FFFD.
std::string decode_segment(std::string_view raw);
// Splits "a=1&b=2" on '&' and the first '=', decodes '+' and %XX. Keeps order and repetitions.
// A name without '=' has an empty value; empty pairs are skipped. Invalid UTF-8 is replaced by
// U+FFFD. ';' does not separate (Tracecat fact sheet §0.1).
std::vector<parameter> parse_form(std::string_view raw);
// Encoders: unreserved characters stay, everything else becomes %XX with upper-case digits.
void append_encoded(std::string& out, std::string_view text);
std::string encode(std::string_view text);

}  // namespace casebridge::http
