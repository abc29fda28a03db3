// Who asks, and what they may do: cookies, API keys, roles, scopes (Tracecat fact sheet §5).
#pragma once

#include "http/message.hpp"
#include "platform/accounts.hpp"
#include "platform/tracecat/facade/session.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform::tracecat {

struct identity {
    enum class state {
        known,           // user or key is set
        anonymous,       // no credentials that count: 403
        bad_key,         // 401
        malformed_key,   // 401 without WWW-Authenticate
    };
    state status = state::anonymous;
    const account* user = nullptr;
    const api_key* key = nullptr;
    std::string token;                     // of the session, for logging out
};

// A valid cookie wins, a bad one is passed over; then a bearer key decides, if it has a key's prefix.
identity identify(const http::request& req, const sessions& known, const directory& accounts);

enum class entrance { open, unknown_workspace, forbidden };
entrance enter(const identity& who, const workspace* where, const uuid& id);

// Scopes by name, sorted: of the organisation (where is null) or within a workspace.
std::vector<std::string_view> granted_scopes(const identity& who, const workspace* where);
bool may(const identity& who, const workspace* where, std::string_view scope);
std::string_view role_name(role r) noexcept;

}  // namespace casebridge::platform::tracecat
