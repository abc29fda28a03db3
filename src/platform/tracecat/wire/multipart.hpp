// multipart/form-data (RFC 7578), read where it lies: the parts' bytes are views into the body. Lenient and strict
// where Tracecat's reader is (Starlette over python-multipart): header fields in any order and letter case, names
// quoted or not, UTF-8 as it is, filename* wins over filename; a boundary that does not fit, or a part without a name,
// is an error; of a body that ends too soon the parts count that are complete.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform::tracecat {

enum class form_verdict { good, no_boundary, no_name, malformed };
// What a Tracecat says to a form that it cannot read, with status 400 (fact sheet §0.3).
std::string_view form_complaint(form_verdict v) noexcept;

struct form_part {
    std::string name;
    bool file = false;  // it has a file name, if an empty one
    std::string file_name;
    std::string content_type;  // as sent; empty if absent
    std::string_view data;  // within the body
};

struct multipart {
    form_verdict outcome = form_verdict::good;
    std::vector<form_part> parts;
};

// Any other content type than multipart/form-data has no parts, as for Starlette.
multipart read_multipart(std::string_view content_type, std::string_view body);

// "form-data" of `form-data; name="a"`.
std::string_view media_type(std::string_view value) noexcept;
// The value of a parameter behind a media type or disposition ("boundary"), unquoted; nothing if it is not there.
// With an asterisk at its end the name asks for the extended form (RFC 8187), which is decoded.
std::optional<std::string> media_parameter(std::string_view value, std::string_view name);

// What goes before and behind the bytes of one file that is sent as a form; the boundary is not in them.
struct file_form {
    std::string content_type;  // of the request
    std::string before, after;
};
file_form form_around(std::string_view boundary, std::string_view name, std::string_view file_name,
                      std::string_view content_type);

}  // namespace casebridge::platform::tracecat
