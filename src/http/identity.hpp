// What a client may say about a request's identity: its own request id. It ends up in logs and in
// the answer, so it is taken only when it is harmless.
#pragma once

#include <string_view>

namespace casebridge::http {

// ^[0-9A-Fa-f-]{1,64}$: a number, a UUID, a trace id. Nothing that could be a key, a token or a password
// with any other letter in it: what clients send here by mistake must not be logged.
bool is_harmless_request_id(std::string_view text) noexcept;

}  // namespace casebridge::http
