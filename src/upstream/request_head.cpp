#include "upstream/request_head.hpp"

#include <algorithm>
#include <array>

namespace casebridge::upstream {
namespace {

// RFC 9110 §5.6.2
bool is_token(std::string_view text) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               marks.find(c) != std::string_view::npos;
    });
}

bool is_target(std::string_view text) {
    return !text.empty() && text.front() == '/' &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '#'; });
}

bool is_field_value(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && byte != '\t') || byte == 0x7f;
    });
}

// What only this file may write: two of these in one head are a request-smuggling vector.
bool belongs_to_framing(std::string_view name) {
    constexpr std::array<std::string_view, 5> names = {"host", "content-length", "connection",
                                                       "transfer-encoding", "upgrade"};
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view n) { return http::iequals(n, name); });
}

bool expects_body(std::string_view method) {
    return method == "POST" || method == "PUT" || method == "PATCH";
}

result<void> append_fields(std::string& out, const headers& fields) {
    for (const auto& [name, value] : fields) {
        if (!is_token(name)) return fail(errc::internal, "a request field has an unusable name");
        if (belongs_to_framing(name))
            return fail(errc::internal, "request field " + name + " is not the caller's");
        if (!is_field_value(value))
            return fail(errc::internal, "request field " + name + " has a control byte");
        out.append(name).append(": ").append(value).append("\r\n");
    }
    return {};
}

}  // namespace

std::string host_field(std::string_view scheme, std::string_view host, std::uint16_t port) {
    std::string out;
    const bool ipv6 = host.find(':') != std::string_view::npos;
    if (ipv6) out += '[';
    out += host;
    if (ipv6) out += ']';
    if (port != (scheme == "https" ? 443 : 80)) out.append(":").append(std::to_string(port));
    return out;
}

result<void> build_head(std::string& out, std::string_view host_field, const call& c) {
    if (!is_token(c.method)) return fail(errc::internal, "a request has an unusable method");
    if (!is_target(c.target)) return fail(errc::internal, "a request target is not an encoded origin-form");
    out.assign(c.method).append(" ").append(c.target).append(" HTTP/1.1\r\nHost: ").append(host_field);
    out.append("\r\n");
    if (const std::size_t size = body_size(c); size > 0 || expects_body(c.method)) {
        out.append("Content-Length: ").append(std::to_string(size)).append("\r\n");
    }
    CB_CHECK(append_fields(out, c.fields));
    if (c.sign != nullptr && *c.sign) {
        headers signature;
        (*c.sign)(c.method, c.target, signature);
        CB_CHECK(append_fields(out, signature));
    }
    out.append("\r\n");
    return {};
}

}  // namespace casebridge::upstream
