// What a reverse program needs to know about the world outside its document. Implemented by the bridge.
#pragma once

#include "json/tape.hpp"
#include "mapping/field_codec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace casebridge::mapping {

class reverse_references {
public:
    virtual ~reverse_references() = default;

    // The number that clients know a stored object by. kind: "case" (of a stored case number), "tag", "user".
    virtual std::int64_t case_number(std::int64_t stored) const = 0;
    virtual std::int64_t number_of(std::string_view kind, std::string_view stored_id) const = 0;
    // The number of a child that lies in the state: its own number within the case.
    virtual std::int64_t child_number(std::int64_t case_number, std::int64_t own) const = 0;

    // Appends the whole user (group) object. False, and nothing appended, if it names nobody.
    virtual bool append_user(std::string& out, json::value stored) const = 0;
    virtual bool append_user_named(std::string& out, std::string_view user_name) const = 0;
    // The login name alone, without quotes or escapes. False, and nothing appended, if it names nobody.
    virtual bool append_login(std::string& /*out*/, json::value /*stored*/) const { return false; }
    virtual bool append_group_named(std::string& out, std::string_view name) const = 0;
    // What every object of the workspace shows: "owner", "owner_number". Empty: no such thing.
    virtual std::string constant(std::string_view name) const = 0;

    // An assignee as a client wrote it.
    struct assignee {
        enum class standing { unknown, nobody, stored, carried };
        standing how = standing::unknown;
        std::string stored_id;  // stored
        std::string kind, name;  // carried: "user" or "group", and its name
    };
    virtual assignee find_assignee(json::value written) const = 0;

    // The name of a tag that clients know by this number.
    virtual std::optional<std::string> tag_named(std::int64_t number) const = 0;

    // A type of attributes; none: there is no such type.
    struct attribute_type {
        std::string name;
        std::size_t max = 0;  // characters of a value; 0: no limit
        std::size_t most = 0;  // values on one case; 0: any number
    };
    virtual std::optional<attribute_type> find_attribute_type(std::string_view name) const = 0;

    // A custom field of the store: entries of its type lie there, and not in the state.
    struct field_link {
        std::string id, type;  // of the field; the type's name
        codec coding = codec::text;
        std::int64_t own = 0;  // the entry's number within a case
    };
    virtual const field_link* field_of_type(std::string_view type) const = 0;
    virtual const field_link* field_of_id(std::string_view id) const = 0;

    // An element of a collection that is kept as it is, or the one object, in the one form in which it is kept where
    // clients can name the same thing in several; JSON. member: of the right document. Nothing: there is no such
    // thing.
    virtual std::optional<std::string> kept_form(std::string_view member, json::value element) const;

    // Who writes.
    virtual std::string_view caller() const = 0;
};

}  // namespace casebridge::mapping
