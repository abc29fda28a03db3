// Form bodies: URL-encoded and multipart/form-data.
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

struct form_part {
    std::string name;
    bool file = false;               // it has a file name, if an empty one
    std::string file_name;
    std::string content_type;        // as sent; empty if absent
    std::string_view data;           // within the body
};

// multipart/form-data with its files, bytes as they are.
struct multipart {
    form::verdict outcome = form::verdict::good;
    std::vector<form_part> parts;
};

// Any other content type than multipart/form-data has no parts, as for Starlette.
multipart read_multipart(std::string_view content_type, std::string_view body);

// The text members of a form. Any other content type is a form without fields, as for Starlette (Tracecat fact sheet §5.2).
form read_form(std::string_view content_type, std::string_view body);

// The value of a media type parameter ("boundary"), unquoted; empty if absent.
std::string media_parameter(std::string_view content_type, std::string_view name);

}  // namespace casebridge::platform::tracecat
