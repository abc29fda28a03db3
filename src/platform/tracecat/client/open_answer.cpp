#include "platform/tracecat/client/open_answer.hpp"

#include <algorithm>
#include <array>

namespace casebridge::platform::tracecat::client {
namespace {

constexpr std::size_t longest_message = 300;
constexpr std::string_view nothing_there = "Not Found";  // of the router, not of a handler (§0.1)
constexpr std::string_view no_workspace = "Workspace not found";  // §5.3
constexpr std::string_view forbidden = "Forbidden";
// 500s that are about the request: an unknown assignee, a number beyond its column, an unknown option (§8 no. 37).
constexpr std::string_view database_refused = "Database operation failed";
constexpr std::array<std::string_view, 2> refusing_types{"TracecatNotFoundError", "TracecatValidationError"};

struct status_row {
    unsigned status;
    errc code;
};
constexpr std::array statuses{
    status_row{400, errc::upstream_rejected},
    status_row{401, errc::upstream_unauthorized},
    status_row{403, errc::upstream_forbidden},
    status_row{404, errc::not_found},
    status_row{409, errc::conflict},
    status_row{422, errc::upstream_rejected},
    status_row{429, errc::upstream_rate_limited},
    status_row{503, errc::upstream_unavailable},
};

errc code_of(unsigned status) {
    for (const auto& row : statuses) {
        if (row.status == status) return row.code;
    }
    return status >= 500   ? errc::upstream_error
           : status >= 400 ? errc::upstream_rejected
                           : errc::upstream_malformed;
}

std::string printable(std::string_view message) {
    std::string out;
    for (const char c : message.substr(0, longest_message))
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    if (message.size() <= longest_message) return out;
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0) == 0x80)
        out.pop_back();  // a cut character
    if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0xC0) out.pop_back();
    return out;
}

bool is_json(const upstream::answer& a) { return a.content_type.starts_with("application/json"); }

// One entry of a 422: "body.summary: Field required".
std::string entry_text(json::value entry) {
    std::string where;
    for (const auto& [none, part] : entry.member("loc").elements()) {
        if (!where.empty()) where += '.';
        where += part.text();
    }
    return where + ": " + std::string(entry.member("msg").text());
}

// Text is in detail (string, list or object), else in message, else in error.message (§0.3).
std::string message_of(json::value body) {
    const json::value detail = body.member("detail");
    if (detail.is_string()) return std::string(detail.text());
    if (detail.is_array()) {
        std::string out;
        for (const auto& [none, entry] : detail.elements())
            out += (out.empty() ? "" : "; ") + entry_text(entry);
        return out;
    }
    const json::value error = body.member("error");
    std::string out(body.member("message").text());
    if (out.empty()) out = detail.member("message").text();
    if (out.empty()) out = error.member("message").text();
    for (const auto& [none, scope] : error.member("missing_scopes").elements())
        out += " Missing scope: " + std::string(scope.text());
    return out;
}

struct opened_error {
    json::tape tape;
    json::value body() const noexcept { return tape.root(); }
    explicit opened_error(const upstream::answer& a) {
        if (is_json(a)) static_cast<void>(tape.parse(a.body, answer_policy));
    }
};

failure failure_of(const upstream::answer& a) {
    const opened_error error(a);
    const std::string message = message_of(error.body());
    errc code = code_of(a.status);
    if (code == errc::not_found && message == no_workspace) code = errc::upstream_forbidden;
    if (code == errc::not_found && message == nothing_there) code = errc::upstream_malformed;
    if (refuses_caller(a)) code = errc::upstream_unauthorized;
    const auto type = error.body().member("type").text();
    const bool domain = std::find(refusing_types.begin(), refusing_types.end(), type) != refusing_types.end();
    if (a.status == 500 && (domain || message == database_refused)) code = errc::upstream_rejected;
    failure f = fail(code, printable(message));
    f.retry_after = a.retry_after();
    return f;
}

}  // namespace

bool refuses_caller(const upstream::answer& a) {
    if (a.status == 401) return true;
    if (a.status != 403) return false;
    const opened_error error(a);
    return error.body().member("detail").text() == forbidden;
}

bool refuses_route(const upstream::answer& a) {
    if (a.status == 405) return true;
    if (a.status != 404) return false;
    const opened_error error(a);
    return error.body().member("detail").text() == nothing_there;
}

bool lacks_entitlement(const upstream::answer& a) {
    if (a.status != 403) return false;
    const opened_error error(a);
    return error.body().member("type").text() == "EntitlementRequired";
}

bool is_generic_error(const upstream::answer& a) {
    if (a.status != 500) return false;
    const opened_error error(a);
    return !error.body().member("detail").exists() && !error.body().member("type").exists();
}

result<reply_ptr> open_answer(upstream::answer&& a) {
    if (a.status < 200 || a.status > 299) return failure_of(a);
    if (!is_json(a))
        return fail(errc::upstream_malformed,
                    "content type " + printable(a.content_type) + " instead of JSON");
    auto r = std::make_unique<reply>();
    r->body = std::move(a.body);
    if (auto parsed = r->tape.parse(r->body, answer_policy); parsed.has_error())
        return fail(errc::upstream_malformed, parsed.error().detail);
    r->data = r->tape.root();
    return r;
}

result<void> check_answer(const upstream::answer& a) {
    if (a.status < 200 || a.status > 299) return failure_of(a);
    return {};
}

result<void> check_write(const upstream::answer& a) {
    constexpr unsigned made = 201, nothing_to_say = 204;
    CB_CHECK(check_answer(a));
    if (a.status != made && a.status != nothing_to_say)
        return fail(errc::upstream_malformed, "a write was answered " + std::to_string(a.status));
    return {};
}

}  // namespace casebridge::platform::tracecat::client
