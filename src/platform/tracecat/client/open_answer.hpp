// Tracecat's answers as a client meets them: bodies and errors (fact sheet §0.2, §0.3).
#pragma once

#include "platform/backend.hpp"
#include "upstream/client.hpp"

namespace casebridge::platform::tracecat::client {

// Deeper than any payload that Tracecat can give back (§3.12).
inline constexpr json::policy answer_policy{.max_depth = 512};

// 2xx with a JSON document. Failures by status and body; the server's text, shortened and printable, is the detail.
result<reply_ptr> open_answer(upstream::answer&& a);
// 2xx whatever the body: 201 with null, 204 with nothing.
result<void> check_answer(const upstream::answer& a);
// The same of a write: another success than 201 or 204 is somebody else's (fact sheet §6.3: constant since 0.31).
result<void> check_write(const upstream::answer& a);

// The login, or the key, was not accepted: 403 {"detail":"Forbidden"} or 401, but neither a missing scope nor a
// missing entitlement (§5.3, §8 no. 2).
bool refuses_caller(const upstream::answer& a);
// The server does not know the route: 404 {"detail":"Not Found"}, 405.
bool refuses_route(const upstream::answer& a);
// The server's plan does without the feature: 403 EntitlementRequired (§0.3).
bool lacks_entitlement(const upstream::answer& a);
// The error of which Tracecat says nothing, as when a payload cannot be written (§3.12).
bool is_generic_error(const upstream::answer& a);

}  // namespace casebridge::platform::tracecat::client
