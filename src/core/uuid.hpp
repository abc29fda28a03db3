// 128-bit identifiers as the façades show them.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace casebridge {

struct uuid {
    std::array<std::uint8_t, 16> bytes{};

    auto operator<=>(const uuid&) const = default;
    bool is_nil() const noexcept;
    int version() const noexcept { return bytes[6] >> 4; }

    // Canonical lower-case, hyphenated form.
    std::string to_string() const;
    void append_to(std::string& out) const;

    // Hyphenated, 32 hex digits, in braces, or with "urn:uuid:", any letter case
    // (Tracecat fact sheet §0.1, §0.2).
    static std::optional<uuid> parse(std::string_view text) noexcept;
    // A version-4 shaped value made of 16 given bytes.
    static uuid from_bytes_v4(const std::array<std::uint8_t, 16>& raw) noexcept;
};

}  // namespace casebridge
