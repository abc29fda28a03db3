// Base64 (RFC 4648 §4): standard alphabet, padded, strict, without copies that a large file would feel.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace casebridge {

// Characters that so many bytes become.
constexpr std::size_t base64_length(std::size_t bytes) noexcept { return (bytes + 2) / 3 * 4; }

// Writes base64_length(bytes.size()) characters.
void encode_base64(std::string_view bytes, char* out) noexcept;
// Grows `out` by exactly that; what it has reserved already is used.
void append_base64(std::string& out, std::string_view bytes);

// Bytes that a text of this length and padding stands for; nothing if there is none such. Looks at no digit.
std::optional<std::size_t> decoded_base64_length(std::string_view text) noexcept;
// False if the text is not strict Base64: another alphabet, blanks, padding that is missing or too much, bits that
// no encoder leaves. `out` has room for decoded_base64_length(text) and may be the text's own place.
bool decode_base64(std::string_view text, char* out) noexcept;
// `text` becomes the bytes that its characters [at, at + size) stand for; where it cannot, it is left with anything.
bool decode_base64_in_place(std::string& text, std::size_t at, std::size_t size);
inline bool decode_base64_in_place(std::string& text) { return decode_base64_in_place(text, 0, text.size()); }

}  // namespace casebridge
