#include "http/identity.hpp"

#include <algorithm>

namespace casebridge::http {

namespace {

bool is_lower_hex(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) noexcept {
    return is_lower_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

bool is_harmless_request_id(std::string_view text) noexcept {
    if (text.empty() || text.size() > 64) return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '_' || c == '-';
    });
}

bool is_traceparent(std::string_view text) noexcept {
    constexpr std::size_t length = 55;  // 2 + 32 + 16 + 2 digits and three dashes
    if (text.size() < length || text.size() > 256) return false;
    if (text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
    const auto version = text.substr(0, 2);
    if (!is_lower_hex(version) || version == "ff") return false;
    if (text.size() > length && (version == "00" || text[length] != '-')) return false;
    if (std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c > '~'; })) return false;
    return is_id(text.substr(3, 32)) && is_id(text.substr(36, 16)) && is_lower_hex(text.substr(53, 2));
}

}  // namespace casebridge::http
