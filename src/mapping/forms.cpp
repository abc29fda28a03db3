#include "mapping/forms.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace casebridge::mapping {
namespace {

constexpr std::array<const char*, 0x180 - 0xC0> latin{
#include "mapping/latin_ascii.inc"
};

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return c >= 'a' && c <= 'z'; }

// Lower-case ASCII of a UTF-8 text; what has no spelling becomes a blank.
std::string to_ascii(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto b = static_cast<std::uint8_t>(text[i]);
        if (b < 0x80) {
            out += b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : static_cast<char>(b);
            continue;
        }
        if ((b & 0xC0) == 0x80) continue;  // continuation of a character that was replaced
        const bool two = (b & 0xE0) == 0xC0 && i + 1 < text.size();
        const unsigned code = two ? (b & 0x1FU) << 6 | (static_cast<std::uint8_t>(text[i + 1]) & 0x3FU) : 0;
        if (code >= 0xC0 && code < 0x180) out += latin[code - 0xC0];
        else out += ' ';
    }
    return out;
}

std::string join_words(std::string_view ascii, char separator, bool keep_separator_in_words) {
    std::string out;
    for (std::size_t i = 0; i < ascii.size(); ++i) {
        const char c = ascii[i];
        const bool comma_between_digits = c == ',' && i > 0 && i + 1 < ascii.size() && is_digit(ascii[i - 1]) && is_digit(ascii[i + 1]);
        if (comma_between_digits && keep_separator_in_words) continue;
        if (is_letter(c) || is_digit(c)) out += c;
        else if (!out.empty() && out.back() != separator) out += separator;
    }
    while (!out.empty() && out.back() == separator) out.pop_back();
    return out;
}

}  // namespace

bool text_form_from_string(std::string_view name, text_form& out) noexcept {
    static constexpr std::array forms{
        std::pair{"", text_form::plain}, std::pair{"slug", text_form::slug},
        std::pair{"identifier", text_form::identifier}, std::pair{"email", text_form::email},
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

std::string slugify(std::string_view text) { return join_words(to_ascii(text), '-', true); }

std::string to_identifier(std::string_view text) {
    std::string out = join_words(to_ascii(text), '_', false);
    if (!out.empty() && is_digit(out.front())) out.insert(0, "f_");
    if (out.size() > longest_identifier) out.resize(longest_identifier);
    while (!out.empty() && out.back() == '_') out.pop_back();
    return out;
}

std::string to_email(std::string_view login, std::string_view domain) {
    const auto at = login.find('@');
    if (at != std::string_view::npos && at > 0 && login.find('.', at) != std::string_view::npos) return std::string(login);
    std::string local = slugify(login);
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
