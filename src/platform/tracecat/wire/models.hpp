// What Tracecat demands of bodies and query parameters, as tables: members in declaration order, which is
// the order in which its errors are listed (Tracecat fact sheet §0.3, §1.1–1.3, §3.3).
#pragma once

#include "json/tape.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace casebridge::platform::tracecat {

using words = std::span<const std::string_view>;

// Where in a request something is: member names and places in lists.
using step = std::variant<std::string_view, std::size_t>;
using location = std::vector<step>;
class problems;

enum class shape {
    text,               // string, of least to most characters
    enumeration,        // one of the words
    identifier,         // UUID text
    object,             // any JSON object
    dropdown_choices,   // list of dropdown values, §3.9
    tag_identifier,     // UUID or 1..100 characters, §3.3
    email,
    identifiers,        // list of UUIDs, of least to most
    nested,             // an object of another model
    list,               // a list of objects of another model
    flag,               // boolean, or what Python takes for one
    number,             // integer, or what Python takes for one
    custom,             // what `check` says
};

struct member;
using model = std::span<const member>;
struct member {
    std::string_view name;
    shape kind;
    bool required;
    bool nullable;
    words values = {};
    std::size_t least = 0, most = 0;     // most 0: no limit
    const model* of = nullptr;           // nested, list
    // custom: the whole check; otherwise one more, of a value that passed the others.
    void (*check)(json::value v, const location& loc, problems& out) = nullptr;
};

enum class query_shape { integer, boolean, literal, text, texts, enumerations, datetime, identifier, email };

struct parameter_rule {
    std::string_view name;
    query_shape kind;
    words values = {};
    std::int64_t least = 0, most = 0;
};
using query_model = std::span<const parameter_rule>;

// The enums, in their order of declaration, which is the order in which they sort (fact sheet §4).
extern const words statuses, priorities, severities;

extern const model case_create, case_update, cases_update, cases_delete, tag_add, tag_create, tag_update,
    discover_body;
extern const model any_object;       // only that it is an object: bodies that are not read here yet
extern const query_model case_list_query, case_search_query, case_aggregate_query, case_get_query,
    row_list_query, scopes_query, user_search_query;

}  // namespace casebridge::platform::tracecat
