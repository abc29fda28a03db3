#include "core/uuid.hpp"

#include <algorithm>

namespace casebridge {
namespace {

constexpr std::array<std::array<char, 2>, 256> hex_pairs = [] {
    constexpr char digits[] = "0123456789abcdef";
    std::array<std::array<char, 2>, 256> t{};
    for (std::size_t i = 0; i < 256; ++i) t[i] = {digits[i >> 4], digits[i & 15]};
    return t;
}();

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool starts_with_urn(std::string_view text) noexcept { return text.starts_with("urn:uuid:"); }

bool parse_hyphenated(std::string_view text, uuid& out) noexcept {
    std::size_t byte = 0;
    for (std::size_t i = 0; i < text.size();) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text[i] != '-') return false;
            ++i;
            continue;
        }
        const int high = hex_digit(text[i]);
        const int low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0) return false;
        out.bytes[byte++] = static_cast<std::uint8_t>(high * 16 + low);
        i += 2;
    }
    return true;
}

bool parse_simple(std::string_view text, uuid& out) noexcept {
    for (std::size_t i = 0; i < 16; ++i) {
        const int high = hex_digit(text[2 * i]);
        const int low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return true;
}

}  // namespace

bool uuid::is_nil() const noexcept {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

std::string uuid::to_string() const {
    std::string out;
    append_to(out);
    return out;
}

void uuid::append_to(std::string& out) const {
    char text[36];
    char* p = text;
    for (std::size_t i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *p++ = '-';
        *p++ = hex_pairs[bytes[i]][0];
        *p++ = hex_pairs[bytes[i]][1];
    }
    out.append(text, sizeof text);
}

std::optional<uuid> uuid::parse(std::string_view text) noexcept {
    if (starts_with_urn(text))
        text.remove_prefix(9);
    else if (text.size() == 38 && text.front() == '{' && text.back() == '}')
        text = text.substr(1, 36);
    uuid out;
    if (text.size() == 36 && parse_hyphenated(text, out)) return out;
    if (text.size() == 32 && parse_simple(text, out)) return out;
    return std::nullopt;
}

uuid uuid::from_bytes_v4(const std::array<std::uint8_t, 16>& raw) noexcept {
    uuid out;
    out.bytes = raw;
    out.bytes[6] = static_cast<std::uint8_t>((raw[6] & 0x0F) | 0x40);
    out.bytes[8] = static_cast<std::uint8_t>((raw[8] & 0x3F) | 0x80);
    return out;
}

}  // namespace casebridge
