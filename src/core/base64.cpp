#include "core/base64.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace casebridge {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint32_t no_digit = 0xFF000000;

// Two digits for each 12 bits: half the look-ups.
constexpr std::array<std::array<char, 2>, 4096> pairs = [] {
    std::array<std::array<char, 2>, 4096> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = {alphabet[i >> 6], alphabet[i & 63]};
    return out;
}();

// Each of a group's four digits at its place among the 24 bits; no_digit marks everything else.
using digit_row = std::array<std::uint32_t, 256>;
constexpr std::array<digit_row, 4> digits = [] {
    std::array<digit_row, 4> out{};
    for (std::size_t place = 0; place < out.size(); ++place) {
        out[place].fill(no_digit);
        for (std::size_t i = 0; i < alphabet.size(); ++i)
            out[place][static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint32_t>(i)
                                                                 << (18 - 6 * place);
    }
    return out;
}();

std::uint32_t byte_at(const char* p) noexcept { return static_cast<std::uint8_t>(*p); }

std::size_t padding_of(std::string_view text) noexcept {
    return text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
}

}  // namespace

void encode_base64(std::string_view bytes, char* out) noexcept {
    const char* in = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 3; left -= 3, in += 3, out += 4) {
        const std::uint32_t group = byte_at(in) << 16 | byte_at(in + 1) << 8 | byte_at(in + 2);
        std::memcpy(out, pairs[group >> 12].data(), 2);
        std::memcpy(out + 2, pairs[group & 0xFFF].data(), 2);
    }
    if (left == 0) return;
    const std::uint32_t group = byte_at(in) << 16 | (left == 2 ? byte_at(in + 1) << 8 : 0);
    std::memcpy(out, pairs[group >> 12].data(), 2);
    out[2] = left == 2 ? pairs[group & 0xFFF][0] : '=';
    out[3] = '=';
}

void append_base64(std::string& out, std::string_view bytes) {
    const std::size_t before = out.size();
    out.resize(before + base64_length(bytes.size()));
    encode_base64(bytes, out.data() + before);
}

std::optional<std::size_t> decoded_base64_length(std::string_view text) noexcept {
    if (text.size() % 4 != 0) return std::nullopt;
    return text.size() / 4 * 3 - padding_of(text);
}

// Writing stays behind reading, so the two may share a place.
bool decode_base64(std::string_view text, char* out) noexcept {
    if (text.size() % 4 != 0) return false;
    const std::size_t padding = padding_of(text);
    const char* in = text.data();
    const char* const last = in + text.size() - (padding > 0 ? 4 : 0);
    for (; in != last; in += 4, out += 3) {
        const std::uint32_t group = digits[0][byte_at(in)] | digits[1][byte_at(in + 1)] |
                                    digits[2][byte_at(in + 2)] | digits[3][byte_at(in + 3)];
        if (group >= no_digit) return false;
        out[0] = static_cast<char>(group >> 16);
        out[1] = static_cast<char>(group >> 8 & 0xFF);
        out[2] = static_cast<char>(group & 0xFF);
    }
    if (padding == 0) return true;
    std::uint32_t group = digits[0][byte_at(in)] | digits[1][byte_at(in + 1)];
    if (padding == 1) group |= digits[2][byte_at(in + 2)];
    if (group >= no_digit || (group & (padding == 1 ? 0xFFU : 0xFFFFU)) != 0) return false;
    out[0] = static_cast<char>(group >> 16);
    if (padding == 1) out[1] = static_cast<char>(group >> 8 & 0xFF);
    return true;
}

bool decode_base64_in_place(std::string& text, std::size_t at, std::size_t size) {
    const std::string_view digits_of_text = std::string_view(text).substr(at, size);
    const auto length = decoded_base64_length(digits_of_text);
    if (!length || !decode_base64(digits_of_text, text.data())) return false;
    text.resize(*length);
    return true;
}

}  // namespace casebridge
