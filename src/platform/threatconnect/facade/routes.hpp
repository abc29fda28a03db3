// v3's routes as a table, the few of v2 that clients begin with, and the token routes (ThreatConnect fact sheet
// §1.1, §1.2, §2.1, §11). All are served with and without /api in front, and with a slash at the end (§1.1).
#pragma once

#include "platform/threatconnect/facade/objects.hpp"

#include <span>
#include <string>
#include <string_view>

namespace casebridge::platform::threatconnect {

enum class action {
    list,
    read,
    create,
    update,
    remove,
    remove_many,
    describe,  // OPTIONS: fields
    describe_fields,  // … what fields= takes
    describe_words,  // … what queries know
    open_api,
    issue_token,
    renew_token,  // the only one without credentials
    owners,  // v2 from here on
    owner,
    own_owner,
    members,
    who_am_i,
    indicator_types,
};

struct route {
    std::string_view name;  // for logs and metrics, behind the object's path
    std::string_view method;
    // {type}: the path of an object (objects.cpp), {id}: one segment, any text.
    std::string_view pattern;
    action what;
};

std::span<const route> routes() noexcept;

struct match {
    const route* row = nullptr;  // null: no path fits
    bool method_fits = false;
    const object_model* object = nullptr;  // of {type}
    std::string id;  // of {id}, decoded
    bool api_prefix = false;

    std::string name() const;  // "cases.list"
};

// path: raw, as in the request target.
match find_route(std::string_view method, std::string_view path);

}  // namespace casebridge::platform::threatconnect
