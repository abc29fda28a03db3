// Text forms: the closed set of spellings that a rule may ask for ("form" in a table).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::mapping {

enum class text_form { plain, slug, identifier, email, semicolons };
// plain for an empty name; false for a name that is not a form.
bool text_form_from_string(std::string_view name, text_form& out) noexcept;

// "Asset Owner" → "asset_owner": letters, digits and underscores, never starting with a digit
// (Tracecat fact sheet §3.8). Empty if nothing is left.
inline constexpr std::size_t longest_identifier = 63;
std::string to_identifier(std::string_view text);
// A login name that is no address becomes one below the domain.
std::string to_email(std::string_view login, std::string_view domain);
// "A;B;C;" → A, B, C (ThreatConnect fact sheet §4.9).
std::vector<std::string> split_semicolons(std::string_view text);

}  // namespace casebridge::mapping
