#include "platform/tracecat/wire/uuid_text.hpp"

#include "platform/tracecat/wire/unicode.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace casebridge::platform::tracecat {
namespace {

constexpr std::array<std::size_t, 5> group_start{0, 9, 14, 19, 24};
constexpr std::array<std::size_t, 5> group_size{8, 4, 4, 4, 12};

constexpr bool is_hex(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

struct parts {
    std::string_view digits;
    std::size_t offset = 0;
    bool plain = true;      // neither braces nor prefix
};

parts split(std::string_view text) noexcept {
    constexpr std::string_view prefix = "urn:uuid:";
    if (text.size() >= 2 && text.front() == '{' && text.back() == '}')
        return {text.substr(1, text.size() - 2), 1, false};
    if (text.starts_with(prefix)) return {text.substr(prefix.size()), prefix.size(), false};
    return {text, 0, true};
}

bool is_hyphenated(std::string_view d) noexcept {
    if (d.size() != 36) return false;
    for (std::size_t i = 0; i < d.size(); ++i) {
        const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? d[i] != '-' : !is_hex(d[i])) return false;
    }
    return true;
}

bool is_simple(std::string_view d) noexcept {
    if (d.size() != 32) return false;
    for (const char c : d)
        if (!is_hex(c)) return false;
    return true;
}

std::string group_complaint(std::string_view whole, const std::array<std::size_t, 4>& bounds) {
    std::size_t group = 4;
    std::size_t length = whole.size() - group_start[4];
    for (std::size_t i = 0; i < 4; ++i) {
        if (bounds[i] != group_start[i + 1] - 1) {
            group = i;
            length = bounds[i] - group_start[i];
            break;
        }
    }
    return "invalid group length in group " + std::to_string(group) + ": expected " +
           std::to_string(group_size[group]) + ", found " + std::to_string(length);
}

}  // namespace

std::optional<std::string> uuid_complaint(std::string_view text) {
    const parts p = split(text);
    if (is_hyphenated(p.digits) || (p.plain && is_simple(p.digits))) return std::nullopt;

    std::size_t hyphens = 0;
    std::array<std::size_t, 4> bounds{};
    for (std::size_t i = 0; i < p.digits.size(); ++i) {
        const char c = p.digits[i];
        if (c == '-') {
            if (hyphens < 4) bounds[hyphens] = i;
            ++hyphens;
        } else if (!is_hex(c)) {
            const std::size_t n = std::max<std::size_t>(1, utf8_sequence(p.digits, i, true));
            return "invalid character: expected an optional prefix of `urn:uuid:` followed by "
                   "[0-9a-fA-F-], found `" +
                   std::string(p.digits.substr(i, n)) + "` at " + std::to_string(i + p.offset + 1);
        }
    }
    if (hyphens == 0 && p.plain)
        return "invalid length: expected length 32 for simple format, found " + std::to_string(text.size());
    if (hyphens != 4) return "invalid group count: expected 5, found " + std::to_string(hyphens + 1);
    return group_complaint(text, bounds);
}

uuid uuid_value(std::string_view text) noexcept {
    const auto value = uuid::parse(split(text).digits);
    return value ? *value : uuid{};
}

std::optional<uuid> python_uuid(std::string_view text) {
    std::string digits;
    for (const std::string_view prefix : {"urn:", "uuid:"})
        if (const auto at = text.find(prefix); at == 0) text.remove_prefix(prefix.size());
    while (!text.empty() && (text.front() == '{' || text.front() == '}')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == '{' || text.back() == '}')) text.remove_suffix(1);
    for (const char c : text) {
        if (c == '-') continue;
        const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!digit) return {};
        digits += c;
    }
    return digits.size() == 32 ? uuid::parse(digits) : std::nullopt;
}

}  // namespace casebridge::platform::tracecat
