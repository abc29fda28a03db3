#include "core/slug.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace casebridge {
namespace {

constexpr const char* spellings[] = {
#include "core/ascii_spelling.inc"
};

// The characters that the spellings are of, in their order.
constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 9> ranges{{
    {0xA0, 0x24F},
    {0x300, 0x36F},
    {0x370, 0x45F},
    {0x1E00, 0x1EFF},
    {0x2000, 0x206F},
    {0x20A0, 0x20BF},
    {0x2100, 0x214F},
    {0xFB00, 0xFB06},
    {0xFF01, 0xFF5E},
}};

constexpr std::size_t count() {
    std::size_t n = 0;
    for (const auto& [first, last] : ranges) n += last - first + 1;
    return n;
}
static_assert(count() == std::size(spellings));

const char* spelling(std::uint32_t code) noexcept {
    std::size_t at = 0;
    for (const auto& [first, last] : ranges) {
        if (code >= first && code <= last) return spellings[at + (code - first)];
        at += last - first + 1;
    }
    return "";
}

// One character of UTF-8; a byte that starts none stands for itself.
std::uint32_t next(std::string_view text, std::size_t& at) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = byte(at++);
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    std::uint32_t code = more == 0 ? lead : lead & (0x3FU >> more);
    for (int i = 0; i < more && at < text.size() && (byte(at) & 0xC0) == 0x80; ++i)
        code = code << 6 | (byte(at++) & 0x3FU);
    return code;
}

// In ASCII and lower case; an apostrophe that was typed separates, one that stands for a curly one vanishes.
void append_ascii(std::string& out, std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::uint32_t code = next(text, at);
        if (code >= 0x80)
            out += spelling(code);
        else if (code >= 'A' && code <= 'Z')
            out += static_cast<char>(code - 'A' + 'a');
        else
            out += code == '\'' ? '-' : static_cast<char>(code);
    }
}

// What a character reference such as "&amp;" or "&#38;" stands for when that is ASCII, else a blank.
// Nothing if it is none.
std::string_view reference(std::string_view body, char& one) noexcept {
    static constexpr std::array<std::pair<std::string_view, char>, 5> names{
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"nbsp", ' '}}};
    for (const auto& [name, meaning] : names) {
        if (body == name) return one = meaning, std::string_view(&one, 1);
    }
    if (!body.starts_with('#')) return {};
    body.remove_prefix(1);
    const int base = body.starts_with('x') ? 16 : 10;
    if (base == 16) body.remove_prefix(1);
    std::uint32_t code = 0;
    const auto read = std::from_chars(body.data(), body.data() + body.size(), code, base);
    if (body.empty() || read.ec != std::errc() || read.ptr != body.data() + body.size()) return {};
    one = code < 0x80 ? static_cast<char>(code) : ' ';
    return {&one, 1};
}

// From a place on; what a reference stands for is lower-cased as everything is.
void replace_references(std::string& text, std::size_t from) {
    constexpr std::size_t longest = 8;
    std::string meant;
    for (std::size_t at = from; at < text.size(); ++at) {
        const std::size_t end = text[at] == '&' ? text.find(';', at) : std::string::npos;
        char one = 0;
        std::string_view meaning;
        if (end != std::string::npos && end - at <= longest)
            meaning = reference(std::string_view(text).substr(at + 1, end - at - 1), one);
        append_ascii(meant, meaning.empty() ? std::string_view(text).substr(at, 1) : meaning);
        if (!meaning.empty()) at = end;
    }
    text.replace(from, std::string::npos, meant);
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_word(char c) noexcept { return is_digit(c) || (c >= 'a' && c <= 'z'); }

}  // namespace

void append_slug(std::string& out, std::string_view text, char separator) {
    const std::size_t from = out.size();
    append_ascii(out, text);
    if (out.find('&', from) != std::string::npos) replace_references(out, from);
    std::size_t end = from;      // in place: nothing becomes longer than it was
    char before = 0;
    for (std::size_t i = from; i < out.size(); ++i) {
        const char c = out[i];
        const bool in_number = c == ',' && is_digit(before) && i + 1 < out.size() && is_digit(out[i + 1]);
        before = c;
        if (is_word(c))
            out[end++] = c;
        else if (!in_number && end > from && out[end - 1] != separator)
            out[end++] = separator;
    }
    while (end > from && out[end - 1] == separator) --end;
    out.resize(end);
}

std::string slug(std::string_view text, char separator) {
    std::string out;
    append_slug(out, text, separator);
    return out;
}

}  // namespace casebridge
