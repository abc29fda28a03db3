// Tracecat's error bodies (Tracecat fact sheet §0.3).
#pragma once

#include "platform/tracecat/facade/context.hpp"
#include "platform/tracecat/wire/answers.hpp"

#include <string>
#include <string_view>

namespace casebridge::platform::tracecat {

inline constexpr std::string_view database_failed = "Database operation failed";
inline constexpr std::string_view tag_exists = "Case tag already exists";

std::string unknown_column(std::string_view field);

void forbidden(context& c);
void unauthorized(context& c, bool from_key);
void missing_scope(context& c, std::string_view scope);
void missing_entitlement(context& c, std::string_view entitlement);
void method_not_allowed(context& c);
void generic_error(context& c);
void unprocessable(context& c);

// Text that PostgreSQL cannot store, in a member of the model: a create fails with the generic error, an
// update says what failed (fact sheet §0.2).
bool is_unstorable(const context& c, model of);

}  // namespace casebridge::platform::tracecat
