#include "platform/tracecat/wire/multipart.hpp"

#include "http/message.hpp"
#include "http/target.hpp"
#include "platform/tracecat/wire/text.hpp"
#include "platform/tracecat/wire/unicode.hpp"

#include <algorithm>

namespace casebridge::platform::tracecat {
namespace {

using sv = std::string_view;

constexpr std::size_t most_parts = 32;
constexpr std::size_t longest_boundary = 256;
constexpr std::size_t longest_part_head = 16 * 1024;

// One parameter is taken off the front of a list that begins behind its ';'.
struct parameter {
    sv name;
    std::string value;
};

std::string take_quoted(sv& rest) {
    std::string out;
    std::size_t at = 1;
    for (; at < rest.size() && rest[at] != '"'; ++at) {
        const bool escapes =
            rest[at] == '\\' && at + 1 < rest.size() && (rest[at + 1] == '"' || rest[at + 1] == '\\');
        if (escapes) ++at;
        out += rest[at];
    }
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return out;
}

parameter take_parameter(sv& rest) {
    parameter out;
    const std::size_t name_end = std::min(rest.find_first_of("=;"), rest.size());
    out.name = trim(rest.substr(0, name_end));
    rest.remove_prefix(name_end);
    if (rest.starts_with('=')) {
        rest.remove_prefix(1);
        while (rest.starts_with(' ') || rest.starts_with('\t')) rest.remove_prefix(1);
        if (rest.starts_with('"'))
            out.value = take_quoted(rest);
        else
            out.value = std::string(trim(rest.substr(0, rest.find(';'))));
    }
    const std::size_t next = rest.find(';');
    rest = next == sv::npos ? sv() : rest.substr(next + 1);
    return out;
}

// charset'language'percent-encoded
std::optional<std::string> decode_extended(sv text) {
    const std::size_t first = text.find('\'');
    const std::size_t second = first == sv::npos ? first : text.find('\'', first + 1);
    if (second == sv::npos || !http::iequals(text.substr(0, first), "utf-8")) return std::nullopt;
    return http::decode_segment(text.substr(second + 1));
}

// A path of a browser that no longer exists: only its last step is the name.
std::string without_windows_path(std::string name) {
    const bool path = sv(name).substr(0, 2) == "\\\\" || (name.size() > 2 && name.compare(1, 2, ":\\") == 0);
    return path ? name.substr(name.rfind('\\') + 1) : name;
}

bool read_disposition(sv value, form_part& out) {
    const auto name = media_parameter(value, "name");
    if (!name) return false;
    out.name = replace_invalid_utf8(*name);
    auto file_name = media_parameter(value, "filename*");
    if (!file_name) file_name = media_parameter(value, "filename");
    if (!file_name) return true;
    out.file = true;
    out.file_name = replace_invalid_utf8(without_windows_path(*file_name));
    return true;
}

form_verdict read_part_head(sv head, form_part& out) {
    bool named = false;
    while (!head.empty()) {
        const std::size_t end = std::min(head.find("\r\n"), head.size());
        const sv line = head.substr(0, end);
        head.remove_prefix(std::min(end + 2, head.size()));
        const std::size_t colon = line.find(':');
        if (colon == sv::npos) return form_verdict::malformed;
        const sv name = trim(line.substr(0, colon));
        const sv value = line.substr(colon + 1);
        if (http::iequals(name, "content-type")) out.content_type = std::string(trim(value));
        if (http::iequals(name, "content-disposition")) named = read_disposition(value, out);
    }
    return named ? form_verdict::good : form_verdict::no_name;
}

// One part is taken off the front of a body that begins behind its boundary; false at the end of the parts.
bool take_part(sv& body, sv between, multipart& out) {
    const auto refuse = [&](form_verdict why) {
        out = {why, {}};
        return false;
    };
    const sv follows = body.substr(0, 2);
    if (sv("--").starts_with(follows)) return false;
    if (!sv("\r\n").starts_with(follows) || out.parts.size() == most_parts)
        return refuse(form_verdict::malformed);
    const std::size_t head_end = body.substr(0, longest_part_head).find("\r\n\r\n");
    if (head_end == sv::npos)
        return body.size() < longest_part_head ? false : refuse(form_verdict::malformed);
    form_part part;
    const sv head = head_end == 0 ? sv() : body.substr(2, head_end - 2);
    if (const form_verdict bad = read_part_head(head, part); bad != form_verdict::good) return refuse(bad);
    body.remove_prefix(head_end + 4);
    const std::size_t end = body.find(between);
    if (end == sv::npos) return false;
    const sv next = body.substr(end + between.size());
    if (next.size() < 2) return false;  // the body ends within the boundary
    part.data = body.substr(0, end);
    out.parts.push_back(std::move(part));
    body = next;
    return true;
}

multipart read_parts(sv boundary, sv body) {
    multipart out;
    const std::string between = "\r\n--" + std::string(boundary);
    const sv mark = sv(between).substr(2);
    while (body.starts_with("\r\n")) body.remove_prefix(2);
    if (!body.starts_with(mark.substr(0, body.size()))) return {form_verdict::malformed, {}};
    body.remove_prefix(std::min(mark.size(), body.size()));
    while (take_part(body, between, out)) continue;
    return out;
}

// A file name between quotes, as browsers write it.
std::string quotable(sv name) {
    std::string out;
    for (const char c : name) {
        if (c == '"')
            out += "%22";
        else if (c == '\r')
            out += "%0D";
        else if (c == '\n')
            out += "%0A";
        else if (c == '\\')
            out += "\\\\";
        else
            out += c;
    }
    return out;
}

}  // namespace

sv form_complaint(form_verdict v) noexcept {
    switch (v) {
        case form_verdict::no_boundary: return "Missing boundary in multipart.";
        case form_verdict::no_name: return R"(The Content-Disposition header field "name" must be provided.)";
        case form_verdict::good:
        case form_verdict::malformed: break;
    }
    return "There was an error parsing the body";
}

sv media_type(sv value) noexcept { return trim(value.substr(0, value.find(';'))); }

std::optional<std::string> media_parameter(sv value, sv name) {
    const std::size_t first = value.find(';');
    sv rest = first == sv::npos ? sv() : value.substr(first + 1);
    while (!rest.empty()) {
        parameter p = take_parameter(rest);
        if (!http::iequals(p.name, name)) continue;
        if (!name.ends_with('*')) return std::move(p.value);
        return decode_extended(p.value);
    }
    return std::nullopt;
}

multipart read_multipart(sv content_type, sv body) {
    if (!http::iequals(media_type(content_type), "multipart/form-data")) return {};
    const std::string boundary = media_parameter(content_type, "boundary").value_or("");
    if (boundary.empty() || boundary.size() > longest_boundary) return {form_verdict::no_boundary, {}};
    return read_parts(boundary, body);
}

file_form form_around(sv boundary, sv name, sv file_name, sv content_type) {
    file_form out;
    out.content_type.append("multipart/form-data; boundary=").append(boundary);
    out.before.append("--")
        .append(boundary)
        .append("\r\nContent-Disposition: form-data; name=\"")
        .append(name);
    out.before.append("\"; filename=\"").append(quotable(file_name)).append("\"\r\nContent-Type: ");
    out.before.append(content_type).append("\r\n\r\n");
    out.after.append("\r\n--").append(boundary).append("--\r\n");
    return out;
}

}  // namespace casebridge::platform::tracecat
