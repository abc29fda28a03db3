// The few cryptographic primitives that the project needs, over OpenSSL 3.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace casebridge {

using digest = std::array<std::uint8_t, 32>;

digest sha256(std::string_view data);
digest hmac_sha256(std::string_view key, std::string_view data);
std::string_view as_text(std::span<const std::uint8_t> bytes) noexcept;

// A key for one purpose, derived from a secret (HKDF-SHA256 with the purpose as info).
digest derive_key(std::string_view secret, std::string_view purpose);

void random_bytes(std::span<std::uint8_t> out);
bool equal_constant_time(std::string_view a, std::string_view b) noexcept;

std::string base64_encode(std::string_view data);                      // standard alphabet, padded
std::optional<std::string> base64_decode(std::string_view text);       // strict
std::string base64url_encode(std::string_view data);                   // no padding
std::optional<std::string> base64url_decode(std::string_view text);    // strict, no padding
std::string hex_encode(std::string_view data);                         // lower case

}  // namespace casebridge
