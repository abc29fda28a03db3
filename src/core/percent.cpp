#include "core/percent.hpp"

#include <cstdint>

namespace casebridge {
namespace {

bool is_unreserved(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

}  // namespace

void append_percent_encoded(std::string& out, std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    for (const char c : text) {
        if (is_unreserved(c)) {
            out.push_back(c);
            continue;
        }
        const auto b = static_cast<std::uint8_t>(c);
        out.push_back('%');
        out.push_back(digits[b >> 4]);
        out.push_back(digits[b & 0x0F]);
    }
}

}  // namespace casebridge
