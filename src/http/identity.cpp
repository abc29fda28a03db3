#include "http/identity.hpp"

#include <algorithm>

namespace casebridge::http {

bool is_harmless_request_id(std::string_view text) noexcept {
    if (text.empty() || text.size() > 64) return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '-';
    });
}

}  // namespace casebridge::http
