#include "platform/tracecat/wire/headers.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace casebridge::platform::tracecat {
namespace {

using sv = std::string_view;

constexpr sv security_headers =
    "strict-transport-security: max-age=7776000; includeSubDomains\r\n"
    "content-security-policy: "
    "connect-src 'self'; default-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'; "
    "img-src 'self' data:; object-src 'none'; script-src 'self' 'unsafe-inline' "
    "https://cdn.jsdelivr.net/npm/swagger-ui-dist@5.9.0/swagger-ui-bundle.js; "
    "style-src 'self' 'unsafe-inline' https://cdn.jsdelivr.net/npm/swagger-ui-dist@5.9.0/swagger-ui.css\r\n"
    "x-content-type-options: nosniff\r\n"
    "referrer-policy: strict-origin-when-cross-origin\r\n"
    "permissions-policy: document-domain=()\r\n";

constexpr std::array<sv, 7> methods{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"};
constexpr sv all_methods = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
constexpr sv max_age = "600";

bool any_origin(const std::vector<std::string>& origins) noexcept {
    return origins.size() == 1 && origins.front() == "*";
}

bool allowed(const std::vector<std::string>& origins, sv origin) noexcept {
    return any_origin(origins) || std::find(origins.begin(), origins.end(), origin) != origins.end();
}

}  // namespace

void add_security_headers(http::response& res) { res.constant_fields = security_headers; }

bool answer_preflight(const http::request& req, http::response& res,
                      const std::vector<std::string>& origins) {
    const std::string* origin = req.find("origin");
    const std::string* method = req.find("access-control-request-method");
    if (req.method != "OPTIONS" || !origin || !method) return false;

    res.set("vary", "Origin");
    res.set("access-control-allow-methods", all_methods);
    res.set("access-control-max-age", max_age);
    res.set("access-control-allow-credentials", "true");
    std::string failures;
    if (allowed(origins, *origin))
        res.set("access-control-allow-origin", *origin);
    else
        failures = "origin";
    if (std::find(methods.begin(), methods.end(), *method) == methods.end())
        failures += failures.empty() ? "method" : ", method";
    if (const std::string* wanted = req.find("access-control-request-headers"))
        res.set("access-control-allow-headers", *wanted);
    res.status = failures.empty() ? 200 : 400;
    res.content_type = "text/plain; charset=utf-8";
    res.body = failures.empty() ? "OK" : "Disallowed CORS " + failures;
    return true;
}

void add_cors_headers(const http::request& req, http::response& res,
                      const std::vector<std::string>& origins) {
    const std::string* origin = req.find("origin");
    if (!origin) return;
    res.set("access-control-allow-credentials", "true");
    if (any_origin(origins) && !req.find("cookie")) {
        res.set("access-control-allow-origin", "*");
    } else if (allowed(origins, *origin)) {
        res.set("access-control-allow-origin", *origin);
        res.set("vary", "Origin");
    }
}

}  // namespace casebridge::platform::tracecat
