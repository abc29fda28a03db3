#include "platform/tracecat/wire/form.hpp"

#include "http/message.hpp"
#include "platform/tracecat/wire/text.hpp"
#include "platform/tracecat/wire/unicode.hpp"

#include <algorithm>

namespace casebridge::platform::tracecat {
namespace {

constexpr std::size_t most_parts = 32;
constexpr std::size_t longest_boundary = 256;

std::string_view media_type(std::string_view content_type) noexcept {
    return trim(content_type.substr(0, std::min(content_type.find(';'), content_type.size())));
}

bool read_part_head(std::string_view head, form_part& out) {
    while (!head.empty()) {
        const std::size_t end = std::min(head.find("\r\n"), head.size());
        const std::string_view line = head.substr(0, end);
        head.remove_prefix(std::min(end + 2, head.size()));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) return false;
        const std::string_view name = trim(line.substr(0, colon));
        const std::string_view value = line.substr(colon + 1);
        if (http::iequals(name, "content-type")) out.content_type = std::string(trim(value));
        if (!http::iequals(name, "content-disposition")) continue;
        if (!http::iequals(media_type(value), "form-data")) return false;
        out.name = media_parameter(value, "name");
        out.file = value.find("filename") != std::string_view::npos;
        out.file_name = replace_invalid_utf8(media_parameter(value, "filename"));
    }
    return !out.name.empty();
}

multipart read_parts(std::string_view boundary, std::string_view body) {
    multipart out;
    const std::string mark = "--" + std::string(boundary);
    const std::string between = "\r\n" + mark;
    const auto malformed = [] { return multipart{form::verdict::malformed, {}}; };
    if (!body.starts_with(mark)) return malformed();
    body.remove_prefix(mark.size());
    while (!body.starts_with("--")) {
        if (!body.starts_with("\r\n") || out.parts.size() == most_parts) return malformed();
        body.remove_prefix(2);
        const std::size_t head_end = body.find("\r\n\r\n");
        if (head_end == std::string_view::npos) return malformed();
        form_part part;
        if (!read_part_head(body.substr(0, head_end), part)) return malformed();
        body.remove_prefix(head_end + 4);
        const std::size_t end = body.find(between);
        if (end == std::string_view::npos) return malformed();
        part.data = body.substr(0, end);
        out.parts.push_back(std::move(part));
        body.remove_prefix(end + between.size());
    }
    return out;
}

}  // namespace

std::string media_parameter(std::string_view text, std::string_view name) {
    std::size_t at = text.find(';');
    while (at != std::string_view::npos && at < text.size()) {
        std::string_view rest = text.substr(at + 1);
        const std::size_t equals = rest.find('=');
        if (equals == std::string_view::npos) return {};
        const std::string_view key = trim(rest.substr(0, equals));
        rest = rest.substr(equals + 1);
        std::string value;
        std::size_t used = 0;
        if (rest.starts_with('"')) {
            for (used = 1; used < rest.size() && rest[used] != '"'; ++used) {
                if (rest[used] == '\\' && used + 1 < rest.size()) ++used;
                value += rest[used];
            }
        } else {
            used = std::min(rest.find(';'), rest.size());
            value = std::string(trim(rest.substr(0, used)));
        }
        if (http::iequals(key, name)) return value;
        const std::size_t consumed = text.size() - rest.size() + used;
        at = text.find(';', consumed);
    }
    return {};
}

multipart read_multipart(std::string_view content_type, std::string_view body) {
    if (!http::iequals(media_type(content_type), "multipart/form-data")) return {};
    const std::string boundary = media_parameter(content_type, "boundary");
    if (boundary.empty() || boundary.size() > longest_boundary) return {form::verdict::no_boundary, {}};
    return read_parts(boundary, body);
}

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
