// Headers that every answer carries, and cross-origin requests (Tracecat fact sheet §7.3).
#pragma once

#include "http/message.hpp"

#include <string>
#include <vector>

namespace casebridge::platform::tracecat {

void add_security_headers(http::response& res);

// Answers a CORS preflight; false if the request is none.
bool answer_preflight(const http::request& req, http::response& res, const std::vector<std::string>& origins);
// The headers of a simple cross-origin request, if it is one.
void add_cors_headers(const http::request& req, http::response& res, const std::vector<std::string>& origins);

}  // namespace casebridge::platform::tracecat
