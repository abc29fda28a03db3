// Any upload: parts lie inside the body and do not overlap, names are valid UTF-8, and a form of our own making around
// the same bytes is read as it was meant. The first line is the content type.
#include "platform/tracecat/wire/multipart.hpp"
#include "platform/tracecat/wire/attachment_rules.hpp"
#include "platform/tracecat/wire/unicode.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace casebridge::platform::tracecat;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t line = std::min(input.find('\n'), input.size());
    const std::string_view type = input.substr(0, line), body = input.substr(std::min(line + 1, size));
    const multipart read = read_multipart(type, body);
    if (read.outcome != form_verdict::good && !read.parts.empty()) std::abort();
    const char* free = body.data();
    for (const form_part& p : read.parts) {
        if (!is_utf8(p.name) || !is_utf8(p.file_name)) std::abort();
        if (!p.data.empty() &&
            (p.data.data() < free || p.data.data() + p.data.size() > body.data() + body.size()))
            std::abort();
        if (!p.data.empty()) free = p.data.data() + p.data.size();
        refuse_file(p.file_name, p.content_type, p.data);
    }
    const file_form own = form_around("a-boundary-that-no-input-has-7f1e", "file", "name.txt", "text/plain");
    const std::string whole = own.before + std::string(body) + own.after;
    const multipart again = read_multipart(own.content_type, whole);
    const bool inside = body.find("a-boundary-that-no-input-has-7f1e") != std::string_view::npos;
    if (!inside && (again.parts.size() != 1 || again.parts[0].data != body)) std::abort();
    return 0;
}
