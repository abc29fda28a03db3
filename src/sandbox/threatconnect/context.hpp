// Who asks, for which owner, and when: what reading, writing and rendering need to know of a request.
#pragma once

#include "sandbox/threatconnect/schema.hpp"

#include "core/timestamp.hpp"

#include <string>
#include <vector>

namespace casebridge::sandbox::threatconnect {

struct caller {
    id_type user = 0;
    std::vector<id_type> owners;   // the first is the caller's own organisation
    bool read_only = false;
};

struct context {
    const caller* who = nullptr;
    id_type owner = 0;             // selected by owner=, else the caller's own
    std::string base_url;          // "https://host:port", for links
    instant now;
    bool fractions = false;        // write times with up to three fraction digits, unpadded (§8)
};

// A time as it is stored and answered.
std::string time_text(instant t, bool fractions);

// Whether the caller may see the object within the selected owner: it belongs to the owner (or to the
// system), and the case it hangs on is not restricted to other users (userAccess, §6.4).
bool may_see(const store& s, const context& c, const record& r);

// Whether the user or group can be given work in the owner.
bool belongs(const record& user_or_group, id_type owner);

}  // namespace casebridge::sandbox::threatconnect
