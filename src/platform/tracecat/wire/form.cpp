#include "platform/tracecat/wire/form.hpp"

#include "http/message.hpp"
#include "platform/tracecat/wire/unicode.hpp"

namespace casebridge::platform::tracecat {

form read_form(std::string_view content_type, std::string_view body) {
    if (http::iequals(media_type(content_type), "application/x-www-form-urlencoded"))
        return {form::verdict::good, http::parse_form(body)};
    const multipart read = read_multipart(content_type, body);
    form out{read.outcome, {}};
    for (const form_part& part : read.parts)
        if (!part.file) out.fields.push_back({part.name, replace_invalid_utf8(part.data)});
    return out;
}

}  // namespace casebridge::platform::tracecat
