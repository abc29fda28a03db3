// What a program needs to know about the world outside its document: identities. Implemented by the bridge,
// which has the id key and the directory of users.
#pragma once

#include "json/tape.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace casebridge::mapping {

class references {
public:
    virtual ~references() = default;

    // Appends the left side's id of a stored object, without quotes. kind: "case", "tag", "user", "group",
    // "row_id" (the row that holds a case's custom fields).
    virtual void append_id(std::string& out, std::string_view kind, std::int64_t number) const = 0;

    // The text that holds a stored object's state, where the document at hand does not show it; empty if it is
    // not known. kind: "tag".
    virtual std::string_view state_text(std::string_view /*kind*/, std::int64_t /*number*/) const {
        return {};
    }

    // Appends the left side's whole user object for a stored assignee; "null" if it names nobody.
    virtual void append_user(std::string& out, json::value stored) const = 0;
    // The same for a left id that was carried. False: no such user any more.
    virtual bool append_user(std::string& out, std::string_view left_id) const = 0;

    // The same for somebody whom a stored document names by the stored login name. False: nobody is known by it.
    virtual bool append_user_named(std::string& /*out*/, std::string_view /*stored_login*/) const {
        return false;
    }
    // The number of the stored object that a left id names; none: it is no id of that kind.
    virtual std::optional<std::int64_t> find_number(std::string_view /*kind*/,
                                                    std::string_view /*left_id*/) const {
        return std::nullopt;
    }

    enum class standing { unknown, carried, stored };
    // A left user id, on its way into a stored document. stored: out is the stored member's JSON.
    // carried: the person exists, the backend does not know it. unknown: nobody.
    virtual standing find_user(std::string_view left_id, std::string& out) const = 0;
    // The stored member's JSON that means nobody.
    virtual std::string_view nobody() const = 0;
};

}  // namespace casebridge::mapping
