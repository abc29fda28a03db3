// A name as the part of an address: what python-slugify 8.0.4 makes of it (Tracecat fact sheet §3.4).
#pragma once

#include <string>
#include <string_view>

namespace casebridge {

// "Phishing Campaign" → "phishing-campaign": in ASCII and lower case, every run of other characters than
// letters and digits one separator, a comma between digits dropped. A text of symbols only gives "".
// Exact for Latin, Greek and Cyrillic letters and common symbols; other scripts vanish, where the original
// romanises them.
std::string slug(std::string_view text, char separator = '-');
// The same, appended; needs no JSON escapes.
void append_slug(std::string& out, std::string_view text, char separator = '-');

}  // namespace casebridge
