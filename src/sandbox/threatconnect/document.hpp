// A request body read by the tables: every key known and allowed, every value of its type and within
// its limits, nothing stored yet. What needs the store (does the user exist, is there room for one more
// attribute) is checked afterwards, in editor.cpp, and only then is anything changed.
#pragma once

#include "sandbox/threatconnect/errors.hpp"
#include "sandbox/threatconnect/schema.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace casebridge::sandbox::threatconnect {

enum class purpose : std::uint8_t { create, update, nested, removal };
enum class collection_mode : std::uint8_t { append, remove, replace };

struct document;

struct nested_documents {
    const field_def* field = nullptr;
    collection_mode mode = collection_mode::append;
    std::vector<document> entries;
};

struct document {
    object_type type = object_type::none;
    id_type id = 0;                      // of a nested entry that names an existing object
    boost::json::object values;          // dates are still as the client wrote them
    std::vector<nested_documents> nested;

    bool has(std::string_view key) const { return values.contains(key); }
    std::string_view text(std::string_view key) const;
};

outcome<document> read_document(const object_def& o, const boost::json::value& body, purpose why);

// An id as clients write it: an integer, or its digits in a string (§6.1). 0 if it is none.
id_type read_id(const boost::json::value& v);

}  // namespace casebridge::sandbox::threatconnect
