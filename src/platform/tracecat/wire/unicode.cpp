#include "platform/tracecat/wire/unicode.hpp"

namespace casebridge::platform::tracecat {
namespace {

constexpr std::uint8_t byte_at(std::string_view text, std::size_t i) noexcept {
    return static_cast<std::uint8_t>(text[i]);
}

bool continues(std::string_view text, std::size_t i) noexcept {
    return i < text.size() && (byte_at(text, i) & 0xC0U) == 0x80U;
}

std::optional<std::string> decode_utf16(std::string_view b, bool big) {
    std::string out;
    if (b.size() % 2 != 0) return std::nullopt;
    const auto unit = [&](std::size_t i) -> std::uint32_t {
        const std::uint32_t x = byte_at(b, i), y = byte_at(b, i + 1);
        return big ? (x << 8U | y) : (y << 8U | x);
    };
    for (std::size_t i = 0; i < b.size(); i += 2) {
        std::uint32_t c = unit(i);
        if (c >= 0xD800 && c < 0xDC00 && i + 2 < b.size()) {
            const std::uint32_t low = unit(i + 2);
            if (low >= 0xDC00 && low < 0xE000) {
                c = 0x10000 + ((c - 0xD800) << 10U) + (low - 0xDC00);
                i += 2;
            }
        }
        append_utf8(out, c);
    }
    return out;
}

std::optional<std::string> decode_utf32(std::string_view b, bool big) {
    std::string out;
    if (b.size() % 4 != 0) return std::nullopt;
    for (std::size_t i = 0; i < b.size(); i += 4) {
        std::uint32_t c = 0;
        for (std::size_t k = 0; k < 4; ++k) c = c << 8U | byte_at(b, big ? i + k : i + 3 - k);
        if (c > 0x10FFFF) return std::nullopt;
        append_utf8(out, c);
    }
    return out;
}

}  // namespace

std::size_t utf8_sequence(std::string_view text, std::size_t at, bool surrogates) noexcept {
    const std::uint8_t c = byte_at(text, at);
    if (c < 0x80) return 1;
    if (c >= 0xC2 && c < 0xE0) return continues(text, at + 1) ? 2 : 0;
    if (c >= 0xE0 && c < 0xF0) {
        if (!continues(text, at + 1) || !continues(text, at + 2)) return 0;
        const std::uint8_t second = byte_at(text, at + 1);
        if (c == 0xE0 && second < 0xA0) return 0;
        if (c == 0xED && second >= 0xA0 && !surrogates) return 0;
        return 3;
    }
    if (c >= 0xF0 && c < 0xF5) {
        if (!continues(text, at + 1) || !continues(text, at + 2) || !continues(text, at + 3)) return 0;
        const std::uint8_t second = byte_at(text, at + 1);
        if ((c == 0xF0 && second < 0x90) || (c == 0xF4 && second >= 0x90)) return 0;
        return 4;
    }
    return 0;
}

bool is_utf8(std::string_view text, bool surrogates) noexcept {
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t n = utf8_sequence(text, i, surrogates);
        if (n == 0) return false;
        i += n;
    }
    return true;
}

std::size_t count_characters(std::string_view text) noexcept {
    std::size_t n = 0;
    for (const char c : text) n += (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80U ? 1U : 0U;
    return n;
}

void append_utf8(std::string& out, std::uint32_t c) {
    const auto put = [&](std::uint32_t b) { out += static_cast<char>(static_cast<std::uint8_t>(b)); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0U | c >> 6U);
        put(0x80U | (c & 0x3FU));
    } else if (c < 0x10000) {
        put(0xE0U | c >> 12U);
        put(0x80U | (c >> 6U & 0x3FU));
        put(0x80U | (c & 0x3FU));
    } else {
        put(0xF0U | c >> 18U);
        put(0x80U | (c >> 12U & 0x3FU));
        put(0x80U | (c >> 6U & 0x3FU));
        put(0x80U | (c & 0x3FU));
    }
}

std::string replace_invalid_utf8(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t n = utf8_sequence(text, i, false);
        if (n == 0) {
            out += "\xEF\xBF\xBD";
            ++i;
        } else {
            out += text.substr(i, n);
            i += n;
        }
    }
    return out;
}

// The rules are those of json.detect_encoding in CPython: byte-order marks first, then where the zero
// bytes of the first characters, which are ASCII in any JSON text, stand.
std::optional<std::string> decode_json_bytes(std::string_view b, bool& as_is, std::size_t& skip) {
    using namespace std::string_view_literals;
    as_is = false;
    skip = 0;
    if (b.starts_with("\0\0\xFE\xFF"sv)) return decode_utf32(b.substr(4), true);
    if (b.starts_with("\xFF\xFE\0\0"sv)) return decode_utf32(b.substr(4), false);
    if (b.starts_with("\xFE\xFF"sv)) return decode_utf16(b.substr(2), true);
    if (b.starts_with("\xFF\xFE"sv)) return decode_utf16(b.substr(2), false);
    if (b.starts_with("\xEF\xBB\xBF"sv)) {
        skip = 3;
    } else if (b.size() >= 4) {
        if (b[0] == 0) return b[1] != 0 ? decode_utf16(b, true) : decode_utf32(b, true);
        if (b[1] == 0) return b[2] != 0 || b[3] != 0 ? decode_utf16(b, false) : decode_utf32(b, false);
    } else if (b.size() == 2) {
        if (b[0] == 0) return decode_utf16(b, true);
        if (b[1] == 0) return decode_utf16(b, false);
    }
    if (!is_utf8(b, true)) return std::nullopt;
    as_is = true;
    return std::string();
}

std::string_view python_strip(std::string_view text) noexcept {
    // What str.isspace() is true of, in UTF-8.
    static constexpr std::string_view wide[] = {
        "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
        "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
        "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
        "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};
    const auto narrow = [](char c) { return (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= ' '); };
    const auto at_end = [&](bool front) -> std::size_t {
        if (!text.empty() && narrow(front ? text.front() : text.back())) return 1;
        for (const std::string_view blank : wide)
            if (front ? text.starts_with(blank) : text.ends_with(blank)) return blank.size();
        return 0;
    };
    while (const std::size_t n = at_end(true)) text.remove_prefix(n);
    while (const std::size_t n = at_end(false)) text.remove_suffix(n);
    return text;
}

}  // namespace casebridge::platform::tracecat
