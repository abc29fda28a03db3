// Who may use a bridge, and which workspace stands for which part of the backend.
// Filled from configuration, immutable afterwards.
#pragma once

#include "core/uuid.hpp"

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
    std::string organization;    // ThreatConnect owner that holds the cases
};

struct account {
    uuid id;                     // the user id that clients see; derived from the e-mail unless configured
    std::string email;           // login name, compared without regard to letter case
    std::string first_name, last_name;   // empty: null on the wire
    std::string settings =
        "{}"; // JSON object that clients get with the user; interfaces keep their theme there
    std::string password_hash;   // "scrypt$…", see core/password.hpp; empty: cannot log in
    bool superuser = false;      // reaches every workspace of the bridge as admin
    std::map<uuid, role> workspaces;
    std::string upstream_user;   // the same person's name on the backend; empty: the e-mail
    std::string acts_as;         // credential to use upstream instead of the workspace's; may be empty
};

struct api_key {
    std::string id;              // the 12 characters after "tc_ws_sk_" or "tc_org_sk_"
    bool organization = false;   // tc_org_sk_: every workspace of the bridge
    std::string secret_hash;     // "sha256$<hex>" of the secret part
    uuid workspace;              // for workspace keys
    role access = role::viewer;
};

struct directory {               // all of one bridge
    std::vector<workspace> workspaces;
    std::vector<account> accounts;
    std::vector<api_key> keys;

    const workspace* find_workspace(const uuid& id) const noexcept;
    const account* find_account(std::string_view email) const noexcept;
    const account* find_account(const uuid& id) const noexcept;
};

}  // namespace casebridge::platform
