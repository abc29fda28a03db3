#include "platform/tracecat/wire/answers.hpp"

#include "http/target.hpp"
#include "json/writer.hpp"
#include "platform/tracecat/wire/text.hpp"

#include <algorithm>

namespace casebridge::platform::tracecat {
namespace {

constexpr std::string_view json_type = "application/json";  // exactly: clients and Tracecat know no charset

}  // namespace

void answer_json(http::response& res, unsigned status, std::string body) {
    res.status = status;
    res.content_type = json_type;
    res.body = std::move(body);
    res.no_length = false;
}

void answer_detail(http::response& res, unsigned status, std::string_view text) {
    std::string body;
    json::writer(body).begin_object().member("detail", text).end_object();
    answer_json(res, status, std::move(body));
}

void answer_nothing(http::response& res) {
    answer_json(res, 204, {});
    res.no_length = true;
}

void answer_missing_scope(http::response& res, std::string_view scope) {
    std::string body;
    json::writer w(body);
    w.begin_object().key("error").begin_object();
    w.member("code", "insufficient_scope");
    w.member("message", "You don't have permission to perform this action.");
    w.key("required_scopes").begin_array().string(scope).end_array();
    w.key("missing_scopes").begin_array().string(scope).end_array();
    w.end_object().end_object();
    answer_json(res, 403, std::move(body));
}

void answer_missing_entitlement(http::response& res, std::string_view entitlement) {
    std::string body;
    json::writer w(body);
    w.begin_object();
    w.member("type", "EntitlementRequired");
    w.member("message", "Feature '" + std::string(entitlement) + "' requires an upgraded plan.");
    w.key("detail").begin_object().member("entitlement", entitlement).end_object();
    w.end_object();
    answer_json(res, 403, std::move(body));
}

std::string redirect_url(const http::request& req, const std::string& path) {
    const std::string* host = req.find("host");
    std::string url = req.tls ? "https://" : "http://";
    url += host ? *host : std::string("localhost");
    std::string_view rest = path;
    while (!rest.empty()) {  // encode all but the separators
        const std::size_t n = std::min(rest.find('/'), rest.size());
        http::append_encoded(url, rest.substr(0, n));
        if (n < rest.size()) url += '/';
        rest.remove_prefix(std::min(n + 1, rest.size()));
    }
    if (req.has_query()) url += "?" + std::string(req.query());
    return url;
}

bool is_json_type(const http::request& req) {
    const std::string* type = req.find("content-type");
    if (!type) return false;
    const std::string media = lower(trim(std::string_view(*type).substr(0, type->find(';'))));
    return media == "application/json" || (media.starts_with("application/") && media.ends_with("+json"));
}

std::optional<std::string> find_cookie(const http::request& req, std::string_view name) {
    std::optional<std::string> found;
    for (const http::field& f : req.fields) {
        if (!http::iequals(f.name, "cookie")) continue;
        std::string_view rest = f.value;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(';'), rest.size());
            const std::string_view pair = rest.substr(0, end);
            rest.remove_prefix(std::min(end + 1, rest.size()));
            const std::size_t equals = pair.find('=');
            if (equals != std::string_view::npos && trim(pair.substr(0, equals)) == name)
                found = std::string(trim(pair.substr(equals + 1)));
        }
    }
    return found;
}

std::optional<std::string_view> find_bearer(const http::request& req) {
    const std::string* field = req.find("authorization");
    if (!field) return std::nullopt;
    const std::size_t blank = field->find(' ');
    if (blank == std::string::npos || !http::iequals(std::string_view(*field).substr(0, blank), "bearer"))
        return std::nullopt;
    return trim(std::string_view(*field).substr(blank + 1));
}

std::string session_cookie(std::string_view value, std::int64_t max_age, bool secure) {
    std::string out(session_cookie_name);
    out += "=";
    out += value;
    out += "; HttpOnly; Max-Age=" + std::to_string(max_age) + "; Path=/; SameSite=lax";
    if (secure) out += "; Secure";
    return out;
}

}  // namespace casebridge::platform::tracecat
