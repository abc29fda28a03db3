#include "mapping/forms.hpp"

#include "core/slug.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace casebridge::mapping {
namespace {

constexpr std::array<const char*, 0x180 - 0xC0> latin{
#include "mapping/latin_ascii.inc"
};

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_ascii(char c) noexcept { return static_cast<std::uint8_t>(c) < 0x80; }

// What a byte is inside a word: a lower-case letter or a digit, or 0 between words.
constexpr std::array<char, 256> word_chars = [] {
    std::array<char, 256> t{};
    for (char c = '0'; c <= '9'; ++c) t[static_cast<std::uint8_t>(c)] = c;
    for (char c = 'a'; c <= 'z'; ++c)
        t[static_cast<std::uint8_t>(c)] = t[static_cast<std::uint8_t>(c - 32)] = c;
    return t;
}();

// Appends the ASCII spelling of a UTF-8 text; what has no spelling becomes a blank.
void append_ascii(std::string& out, std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t start = i;
        while (i < text.size() && is_ascii(text[i])) ++i;
        out.append(text.substr(start, i - start));
        if (i == text.size()) return;
        const auto b = static_cast<std::uint8_t>(text[i++]);
        if ((b & 0xC0) == 0x80) continue;  // continuation of a character that was replaced
        const bool two = (b & 0xE0) == 0xC0 && i < text.size();
        const unsigned code = two ? (b & 0x1FU) << 6 | (static_cast<std::uint8_t>(text[i]) & 0x3FU) : 0;
        if (code >= 0xC0 && code < 0x180)
            out += latin[code - 0xC0];
        else
            out += ' ';
    }
}

// Turns the text, in place, into lower-case words with one underscore between them.
void join_words(std::string& text) {
    std::size_t end = 0;
    for (const char each : text) {
        const char c = word_chars[static_cast<std::uint8_t>(each)];
        if (c != 0)
            text[end++] = c;
        else if (end > 0 && text[end - 1] != '_')
            text[end++] = '_';
    }
    while (end > 0 && text[end - 1] == '_') --end;
    text.resize(end);
}

}  // namespace

bool text_form_from_string(std::string_view name, text_form& out) noexcept {
    static constexpr std::array forms{
        std::pair{"", text_form::plain},
        std::pair{"slug", text_form::slug},
        std::pair{"identifier", text_form::identifier},
        std::pair{"email", text_form::email},
        std::pair{"semicolons", text_form::semicolons},
    };
    for (const auto& [text, form] : forms) {
        if (name == text) {
            out = form;
            return true;
        }
    }
    return false;
}

std::string to_identifier(std::string_view text) {
    std::string out;
    append_ascii(out, text);
    join_words(out);
    if (!out.empty() && is_digit(out.front())) out.insert(0, "f_");
    if (out.size() > longest_identifier) out.resize(longest_identifier);
    while (!out.empty() && out.back() == '_') out.pop_back();
    return out;
}

std::string to_email(std::string_view login, std::string_view domain) {
    const auto at = login.find('@');
    if (at != std::string_view::npos && at > 0 && login.find('.', at) != std::string_view::npos)
        return std::string(login);
    std::string local = slug(login);
    if (local.empty()) local = "user";
    return local + "@" + std::string(domain);
}

std::vector<std::string> split_semicolons(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto at = text.find(';');
        std::string_view part = text.substr(0, at);
        while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
        while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
        if (!part.empty()) out.emplace_back(part);
        if (at == std::string_view::npos) break;
        text.remove_prefix(at + 1);
    }
    return out;
}

}  // namespace casebridge::mapping
