// Form bodies: URL-encoded and multipart/form-data.
#pragma once

#include "http/target.hpp"
#include "platform/tracecat/wire/multipart.hpp"

#include <string_view>
#include <vector>

namespace casebridge::platform::tracecat {

struct form {
    using verdict = form_verdict;
    verdict outcome = verdict::good;
    std::vector<http::parameter> fields;
};

// The text members of a form. Any other content type is a form without fields, as for Starlette (Tracecat fact sheet §5.2).
form read_form(std::string_view content_type, std::string_view body);

}  // namespace casebridge::platform::tracecat
