// The configured base URL of an upstream, such as "https://tc.example.org/api".
#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace casebridge::upstream {

struct base_url {
    std::string scheme;        // "http" | "https"
    std::string host;          // lower case; an IPv6 address without brackets
    std::uint16_t port = 443;  // the scheme's own if the URL names none
    std::string path;          // encoded, without trailing slash; empty for the root: "/api"
};

// Fails with errc::invalid_configuration and a sentence that never repeats what stands before '@'.
result<base_url> parse_base_url(std::string_view text);

}  // namespace casebridge::upstream
