// Who is who on the two platforms, as a table for people to read and correct: what is certain, what is likely, and
// who has nobody. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace casebridge::app {

struct side_user {
    std::string id;
    std::string login;  // Tracecat: e-mail; ThreatConnect: user name
    std::string name;  // as people write it; may be empty
};

enum class user_match {
    configured,  // the configuration names the user
    same_name,  // the e-mail is the user name: no configuration needed
    likely_local_part,  // the user name is what stands before the e-mail's @
    likely_name,  // first and last name are the same
    configured_unknown,  // the configuration names somebody who does not exist
    none,
};
const char* to_string(user_match m) noexcept;

struct identity_row {
    std::string bridge, workspace;
    side_user tracecat, threatconnect;  // the one that is not there is empty
    user_match match = user_match::none;
};

// configured: e-mail, lower case → user name. What is only likely is said of nobody who could be two.
std::vector<identity_row> match_users(const std::vector<side_user>& tracecat,
                                      const std::vector<side_user>& threatconnect,
                                      const std::map<std::string, std::string>& configured);

// RFC 4180, with a header line.
std::string to_csv(const std::vector<identity_row>& rows);

}  // namespace casebridge::app
