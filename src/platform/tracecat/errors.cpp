#include "platform/tracecat/errors.hpp"

#include "json/writer.hpp"

namespace casebridge::platform::tracecat {
namespace {

constexpr std::string_view json_type = "application/json";  // exactly: clients and Tracecat know no charset
// A 422 that would have to echo something deeper fails on Tracecat's side as well (fact sheet §0.2).
constexpr std::size_t deepest_echo = 300;

}  // namespace

std::string unknown_column(std::string_view field) {
    return "Column '" + std::string(field) + "' does not exist in table case_fields";
}

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

void forbidden(context& c) { answer_detail(c.res, 403, "Forbidden"); }

void unauthorized(context& c, bool from_key) {
    answer_detail(c.res, 401, "Unauthorized");
    if (from_key) c.res.set("www-authenticate", "Cookie");
}

void missing_scope(context& c, std::string_view scope) {
    std::string body;
    json::writer w(body);
    w.begin_object().key("error").begin_object();
    w.member("code", "insufficient_scope");
    w.member("message", "You don't have permission to perform this action.");
    w.key("required_scopes").begin_array().string(scope).end_array();
    w.key("missing_scopes").begin_array().string(scope).end_array();
    w.end_object().end_object();
    answer_json(c.res, 403, std::move(body));
}

void missing_entitlement(context& c, std::string_view entitlement) {
    std::string body;
    json::writer w(body);
    w.begin_object();
    w.member("type", "EntitlementRequired");
    w.member("message", "Feature '" + std::string(entitlement) + "' requires an upgraded plan.");
    w.key("detail").begin_object().member("entitlement", entitlement).end_object();
    w.end_object();
    answer_json(c.res, 403, std::move(body));
}

void method_not_allowed(context& c) {
    answer_detail(c.res, 405, "Method Not Allowed");
    c.res.set("allow", c.found.row->method);
}

void generic_error(context& c) {
    c.res.fields.clear();
    answer_json(c.res, 500, R"({"message":"An unexpected error occurred. Please try again later."})");
    c.bare = true;
}

bool is_unstorable(const context& c, model of) {
    for (const member& m : of) {
        for (const auto kind : {blemish::kind::nul, blemish::kind::surrogate, blemish::kind::not_finite})
            if (c.body.has(kind, m.name)) return true;
    }
    return false;
}

void unprocessable(context& c) {
    if (c.body.depth > deepest_echo || c.body.has(blemish::kind::surrogate))
        generic_error(c);
    else
        answer_json(c.res, 422, c.faults.body());
}

}  // namespace casebridge::platform::tracecat
