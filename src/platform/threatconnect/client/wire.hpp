// ThreatConnect's answers: the envelope and its errors (fact sheet §1.3, §1.4).
#pragma once

#include "platform/backend.hpp"
#include "upstream/client.hpp"

namespace casebridge::platform::threatconnect {

// Takes the answer apart. Failures by status and errCode; anything that is not the expected envelope is
// errc::upstream_malformed. Messages of the server become the failure's detail, shortened and printable.
result<reply_ptr> open_envelope(upstream::answer&& a);

// Only the success or failure of an answer whose data nobody needs.
result<void> check_envelope(upstream::answer&& a);

}  // namespace casebridge::platform::threatconnect
