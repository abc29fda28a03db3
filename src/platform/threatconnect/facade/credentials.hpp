// Who is asking: a token, or a signature over the raw target (ThreatConnect fact sheet §2, texts §1.4).
#pragma once

#include "http/message.hpp"
#include "platform/threatconnect/facade/errors.hpp"
#include "platform/threatconnect/facade/tokens.hpp"

#include <cstdint>

namespace casebridge::platform::threatconnect {

// Nothing of the request has been decoded. now: Unix seconds.
checked<const api_user*> identify(const http::request& req, const directory& who, const tokens& issued,
                                  std::int64_t now);

}  // namespace casebridge::platform::threatconnect
