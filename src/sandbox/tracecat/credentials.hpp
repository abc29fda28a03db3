// Who asks, and what that one may do (Tracecat fact sheet §5).
#pragma once

#include "sandbox/tracecat/context.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace casebridge::sandbox::tracecat {

// A valid cookie wins; otherwise a key decides; otherwise nobody.
actor identify(const http::request& req, store& data, const behaviour& how);

enum class entrance { open, unknown_workspace, forbidden };
entrance enter(const actor& who, const workspace* where, const uuid& id);

// where may be null: then only what belongs to the organisation is granted.
bool may(const actor& who, const workspace* where, std::string_view scope);
std::vector<std::string> granted_scopes(const actor& who, const workspace* where);
std::string_view role_name(role r) noexcept;
std::optional<role> read_role(std::string_view text) noexcept;

}  // namespace casebridge::sandbox::tracecat
