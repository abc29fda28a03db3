// Who is who: the accounts of the bridge and the users and groups of the backend, as one list of members.
// People are matched by the account's upstream user name, else by e-mail; ThreatConnect's users carry no
// e-mail (ThreatConnect fact sheet §4.11).
#pragma once

#include "bridge/id_codec.hpp"
#include "mapping/bundle.hpp"
#include "platform/backend.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::bridge {

struct person {
    std::string id;            // façade id
    std::string stored;        // the backend's assignee JSON; empty: the backend does not know this person
    const char* kind = "";     // "user" or "group", with the number below; empty like stored
    std::int64_t number = 0;
    std::string document;      // façade's user object
    std::string member;        // façade's member entry
};

class people {
public:
    const person* find(std::string_view id) const noexcept;
    // By the backend's identity; kind "user" or "group".
    const person* find_stored(std::string_view kind, std::int64_t number) const noexcept;
    // By the backend's login name, letter case ignored.
    const person* find_login(std::string_view name) const;
    const std::vector<person>& all() const noexcept { return list_; }

private:
    friend class people_builder;
    std::vector<person> list_;
    std::map<std::string, std::size_t, std::less<>> by_id_;
    std::map<std::pair<std::string, std::int64_t>, std::size_t> by_stored_;
    std::map<std::string, std::size_t, std::less<>> by_login_;  // in lower case
};

struct people_sources {
    const mapping::bundle* tables;
    const platform::directory* accounts;
    const platform::workspace* where;
    const id_codec* ids;
    const platform::backend* backend;
};

people build_people(const people_sources& from, const std::vector<platform::reply_ptr>& users,
                    const std::vector<platform::reply_ptr>& groups);

// A user object for a stored user or group that no list holds (any more).
std::string describe_stranger(const people_sources& from, json::value data, bool group);
// A user object for an id that something was carried under and that is no account's (any more): somebody, not nobody.
std::string describe_unknown(const people_sources& from, const uuid& id);

}  // namespace casebridge::bridge
