#include "sandbox/tracecat/python_text.hpp"

#include "platform/tracecat/wire/unicode.hpp"
#include "sandbox/tracecat/jsonb.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

// ASCII for U+00C0 … U+00FF.
constexpr std::array<sv, 64> latin{"A", "A", "A", "A", "A",  "A",  "AE", "C", "E", "E", "E",  "E", "I",
                                   "I", "I", "I", "D", "N",  "O",  "O",  "O", "O", "O", "x",  "O", "U",
                                   "U", "U", "U", "Y", "Th", "ss", "a",  "a", "a", "a", "a",  "a", "ae",
                                   "c", "e", "e", "e", "e",  "i",  "i",  "i", "i", "d", "n",  "o", "o",
                                   "o", "o", "o", "/", "o",  "u",  "u",  "u", "u", "y", "th", "y"};

constexpr std::uint32_t latin_first = 0xC0;

std::string to_ascii(sv text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t size = std::max<std::size_t>(1, platform::tracecat::utf8_sequence(text, i, true));
        const auto lead = static_cast<unsigned char>(text[i]);
        if (size == 1) {
            out += lead < 0x80 ? text[i] : ' ';
        } else if (size == 2) {
            const std::uint32_t point =
                (lead & 0x1FU) << 6U | (static_cast<unsigned char>(text[i + 1]) & 0x3FU);
            const bool known = point >= latin_first && point < latin_first + latin.size();
            out += known ? latin[point - latin_first] : sv(" ");
        } else {
            out += ' ';
        }
        i += size;
    }
    return out;
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

}  // namespace

std::string python_repr(std::string_view text) {
    const char quote = text.find('\'') != sv::npos && text.find('"') == sv::npos ? '"' : '\'';
    std::string out(1, quote);
    for (const char c : text) {
        if (c == quote || c == '\\') out += '\\';
        switch (c) {
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default: out += c;
        }
    }
    return out + quote;
}

std::string python_repr(json::value v) {
    if (v.is_string()) return python_repr(v.text());
    if (v.is_null()) return "None";
    if (v.is_boolean()) return v.is_true() ? "True" : "False";
    if (v.is_number()) return python_number(v.text());
    std::string out(1, v.is_object() ? '{' : '[');
    for (const auto item : v.is_object() ? v.members() : v.elements()) {
        if (out.size() > 1) out += ", ";
        if (v.is_object()) out += python_repr(item.name()) + ": ";
        out += python_repr(item.val);
    }
    return out + (v.is_object() ? '}' : ']');
}

std::string python_str(json::value v) { return v.is_string() ? std::string(v.text()) : python_repr(v); }

std::string_view python_type(json::value v) noexcept {
    switch (v.type()) {
        case json::kind::null: return "NoneType";
        case json::kind::boolean: return "bool";
        case json::kind::number: return v.text().find_first_of(".eE") == sv::npos ? "int" : "float";
        case json::kind::string: return "str";
        case json::kind::object: return "dict";
        case json::kind::array: return "list";
    }
    return "str";
}

std::string slug(std::string_view name, char dash) {
    const std::string ascii = to_ascii(name);
    std::string out;
    for (std::size_t i = 0; i < ascii.size(); ++i) {
        const char c = ascii[i];
        const bool within_number =
            c == ',' && i > 0 && is_digit(ascii[i - 1]) && i + 1 < ascii.size() && is_digit(ascii[i + 1]);
        if (within_number) continue;
        if (is_digit(c) || (c >= 'a' && c <= 'z'))
            out += c;
        else if (c >= 'A' && c <= 'Z')
            out += static_cast<char>(c - 'A' + 'a');
        else if (!out.empty() && out.back() != dash)
            out += dash;
    }
    while (!out.empty() && out.back() == dash) out.pop_back();
    return out;
}

}  // namespace casebridge::sandbox::tracecat
