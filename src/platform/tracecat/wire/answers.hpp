// Plain answers and the error bodies that every Tracecat route shares (Tracecat fact sheet §0.2, §0.3), and
// what a request says about itself.
#pragma once

#include "http/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace casebridge::platform::tracecat {

void answer_json(http::response& res, unsigned status, std::string body);
void answer_detail(http::response& res, unsigned status, std::string_view text);   // {"detail":text}
void answer_nothing(http::response& res);                                          // 204 of a handler
void answer_missing_scope(http::response& res, std::string_view scope);
void answer_missing_entitlement(http::response& res, std::string_view entitlement);

// "application/json" or "application/…+json", parameters aside (fact sheet §0.2).
bool is_json_type(const http::request& req);
// The absolute URL of a redirect to that path, with the request's query.
std::string redirect_url(const http::request& req, const std::string& path);

// The last cookie of that name, if there is one.
std::optional<std::string> find_cookie(const http::request& req, std::string_view name);
// What follows "Bearer" in any letter case; nothing without such a field.
std::optional<std::string_view> find_bearer(const http::request& req);

inline constexpr std::string_view session_cookie_name = "fastapiusersauth";
// A Set-Cookie value with its attributes in the order in which Python's cookie library writes them.
std::string session_cookie(std::string_view value, std::int64_t max_age, bool secure);

}  // namespace casebridge::platform::tracecat
