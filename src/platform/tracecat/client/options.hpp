// What the wiring tells the Tracecat client.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform::tracecat::client {

// A login, an API key, or both: then reads go by the key, which leaves no case_viewed events, and writes by the
// login (fact sheet §1.5, §3.1). Keys need an entitlement that a self-hosted server lacks (§5.1).
struct login_credential {
    std::string name;  // for limits and logs; not secret
    std::string email, password;
    std::string api_key;

    bool can_login() const noexcept { return !email.empty(); }
};

struct index_limits {
    std::size_t cases = 50'000;  // of one workspace
    std::size_t bytes = 64U << 20U;  // of the texts held for them
    std::size_t external_ids = 1'000'000;
    std::size_t walked_cases = 200'000;  // what filling it the first time may read
};

// Where texts of the workspace lie: as options of a custom field of this id that no case has a value of.
inline constexpr std::string_view texts_field = "casebridge_texts";
inline constexpr std::string_view fields_path = "/case-fields";

struct store_options {
    std::string realm;  // base URL, without credentials
    std::string base_path;  // "/api"
    std::vector<login_credential> credentials;
    std::string state_key = "_bridge";  // member of a case's payload that is the bridge's
    std::string correlation_key = "c";  // member of that: finds a case that was just made
    std::string external_id_path = "s.xid";  // in the state: dotted; a JSON string
    std::size_t reads_at_a_time = 4;  // completions of one list
    index_limits index;
    std::chrono::seconds fields_ttl{60};  // custom-field and tag definitions are remembered so long
};

}  // namespace casebridge::platform::tracecat::client
