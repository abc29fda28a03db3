// Who may use a bridge, and which workspace stands for which part of the backend.
// Filled from configuration, immutable afterwards.
#pragma once

#include "core/uuid.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace casebridge::platform {

enum class role { viewer, editor, admin };   // Tracecat fact sheet §5.4

struct workspace {
    uuid id;
    std::string name;
    std::string upstream;        // name of the configured upstream
    std::string credential;      // name of that upstream's credential that the bridge uses
    std::string organization;  // ThreatConnect owner that holds the cases, or that clients see as their owner
    // Of façades that know objects by numbers: the owner's number (0: a hash of its name), and what is added
    // to each case's number (design §5).
    std::int64_t owner_number = 0;
    std::int64_t case_number_offset = 0;
};

struct account {
    uuid id;  // the user id that clients see; derived from the e-mail unless configured
    std::string email;  // login name, compared without regard to letter case
    std::string first_name, last_name;  // empty: null on the wire
    std::string settings =
        "{}";  // JSON object that clients get with the user; interfaces keep their theme there
    std::string password_hash;  // "scrypt$…", see core/password.hpp; empty: cannot log in
    bool superuser = false;  // reaches every workspace of the bridge as admin
    std::map<uuid, role> workspaces;
    std::string upstream_user;  // the same person's name on the backend; empty: the e-mail
    std::string acts_as;  // credential to use upstream instead of the workspace's; may be empty
};

struct api_key {
    std::string id;  // the 12 characters after "tc_ws_sk_" or "tc_org_sk_"
    bool organization = false;  // tc_org_sk_: every workspace of the bridge
    std::string secret_hash;  // "sha256$<hex>" of the secret part
    uuid workspace;  // for workspace keys
    role access = role::viewer;
};

// Who may use a façade whose callers sign requests or hold tokens. Belongs to one workspace.
struct api_user {
    std::string access_id;  // the user name that clients see as well
    std::string secret;  // signs requests; empty: only tokens
    std::vector<std::string> tokens;  // configured ones, each begins with "APIV2:"
    std::string first_name, last_name, pseudonym;
    std::int64_t number = 0;  // the user id that clients see; 0: a hash of the access id
    uuid workspace;
    bool read_write = false;
    std::string acts_as;  // credential to use upstream instead of the workspace's; may be empty
};

// An id that many sites' scripts hold, pinned to a name (design §5). kind: "user", "group", "tag".
struct pinned_number {
    std::string kind, name;
    std::int64_t number = 0;
};

// A group that cases can be assigned to, of façades that have groups where the backend has none.
struct user_group {
    std::string name, description;
    std::vector<std::string> members;  // user names
};

struct directory {  // all of one bridge
    std::vector<workspace> workspaces;
    std::vector<account> accounts;
    std::vector<api_key> keys;
    std::vector<api_user> api_users;
    std::vector<pinned_number> numbers;
    std::vector<user_group> groups;

    const workspace* find_workspace(const uuid& id) const noexcept;
    const account* find_account(std::string_view email) const noexcept;
    const account* find_account(const uuid& id) const noexcept;
    const api_user* find_api_user(std::string_view access_id) const noexcept;
};

}  // namespace casebridge::platform
