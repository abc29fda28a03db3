// What happens to a case, for its history: Tracecat's clients read it as events (fact sheet §3.6), ThreatConnect keeps
// none of it, so each write of the bridge appends what it did as a bag entry of the carry's type, in the same
// request:
//
//   {"v":1,"of":["history",0],"r":1767225600123456,"t":"9f2c01ab","s":{"e":[{"type":"status_changed","old":"new",…}]}}
//
// Entries are facts: never rewritten, so that writers who know nothing of each other lose nothing.
#pragma once

#include "core/timestamp.hpp"
#include "core/uuid.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::bridge {

struct case_event {
    std::string type;     // "comment_created"
    std::string members;  // "comment_id":"…": what the type has besides, no braces
};

}  // namespace casebridge::bridge
