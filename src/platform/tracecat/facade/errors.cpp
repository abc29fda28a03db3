#include "platform/tracecat/facade/errors.hpp"

namespace casebridge::platform::tracecat {
namespace {

// A 422 that would have to echo something deeper fails on Tracecat's side as well (fact sheet §0.2).
constexpr std::size_t deepest_echo = 300;

}  // namespace

std::string unknown_column(std::string_view field) {
    return "Column '" + std::string(field) + "' does not exist in table case_fields";
}

void forbidden(context& c) { answer_detail(c.res, 403, "Forbidden"); }

void unauthorized(context& c, bool from_key) {
    answer_detail(c.res, 401, "Unauthorized");
    if (from_key) c.res.set("www-authenticate", "Cookie");
}

void missing_scope(context& c, std::string_view scope) { answer_missing_scope(c.res, scope); }

void missing_entitlement(context& c, std::string_view entitlement) {
    answer_missing_entitlement(c.res, entitlement);
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
