// Form bodies: URL-encoded and multipart/form-data with small text parts, as the login takes them.
#pragma once

#include "http/target.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform::tracecat {

struct form {
    enum class verdict { good, no_boundary, malformed };
    verdict outcome = verdict::good;
    std::vector<http::parameter> fields;
};

// Any other content type is a form without fields, as for Starlette (Tracecat fact sheet §5.2).
form read_form(std::string_view content_type, std::string_view body);

// The value of a media type parameter ("boundary"), unquoted; empty if absent.
std::string media_parameter(std::string_view content_type, std::string_view name);

}  // namespace casebridge::platform::tracecat
