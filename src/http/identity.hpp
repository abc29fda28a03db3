// What a client may say about a request's identity: its own request id and a W3C trace context.
// Both end up in logs and in upstream requests, so both are taken only when they are harmless.
#pragma once

#include <string_view>

namespace casebridge::http {

// ^[A-Za-z0-9._-]{1,64}$
bool is_harmless_request_id(std::string_view text) noexcept;

// W3C Trace Context §3.2: version-traceid-parentid-flags in lower-case hex, neither id all zeros,
// version not "ff"; versions above 00 may carry more after another '-'.
bool is_traceparent(std::string_view text) noexcept;

}  // namespace casebridge::http
