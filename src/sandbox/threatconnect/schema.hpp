// What each object type of v3 looks like, as tables (ThreatConnect fact sheet §4, §5.1): which fields
// there are, who may write them and when, their limits, what is answered by default, and which TQL
// keywords there are. Reading, writing, filtering, sorting and OPTIONS are all driven by these rows.
#pragma once

#include "sandbox/threatconnect/store.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace casebridge::sandbox::threatconnect {

enum class value_kind : std::uint8_t {
    string,
    integer,
    boolean,
    date,
    file,        // base64 in a string
    json,        // any object or array, kept as it is
    user,        // stored as the user's id
    assignee,    // stored as {"type","id"}
    collection,  // {"data":[…]} of target
    reference,   // one object of target
    owner_name,  // the owner's name or id, from the record's owner
    owner_id,
    parent,      // computed from the record's parents: caseId, caseXid, parentCase, …
};

enum class rule : std::uint8_t { refused, optional, required, ignored };

enum class shown : std::uint8_t {
    always,      // in every answer, when there is a value
    asked,       // only with fields=
    farther,     // the same beside a nearer parent (§12.21), else always
    never,
};

struct field_def {
    std::string_view name;
    value_kind kind = value_kind::string;
    rule post = rule::refused;
    rule put = rule::refused;
    shown answer = shown::always;
    std::string_view description{};
    std::size_t min = 0;                       // characters (code points), or the least number
    std::size_t max = 0;                       // characters, entries or the greatest number; 0: unlimited
    std::span<const std::string_view> values{};
    object_type target = object_type::none;    // collection, reference
    link via = link::none;                     // collection
    bool mode = false;                         // collection: PUT honours append, delete and replace
    std::string_view asked_as{};               // name in fields=, if it is not the field's own
    std::string_view alternative{};            // required unless this key is given
};

// How a keyword's operand is compared.
enum class tql_type : std::uint8_t { integer, string, folded, boolean, date, nested };

struct keyword_def {
    std::string_view keyword;
    tql_type type = tql_type::string;
    // Which value: a key of record::values, or a name that tql_values.cpp knows (begins with '@').
    // Empty: the stand-in keeps no such data, so the value is always null.
    std::string_view source{};
    object_type target = object_type::none;    // nested
};

struct methods {
    bool create = false;
    bool update = false;
    bool remove = false;
    bool bulk_remove = false;
};

struct object_def {
    object_type type;
    std::string_view path;       // below /api/v3/
    std::string_view entity;     // in sentences
    std::string_view type_name;  // in OPTIONS
    std::span<const field_def> fields;
    std::span<const keyword_def> keywords;
    methods allowed{};
    bool case_data = false;      // only organisations have it
    bool count_always = false;   // published answers show a count that nobody asked for
};

std::span<const object_def> all_objects() noexcept;
const object_def& definition(object_type t) noexcept;
const object_def* object_at(std::string_view path) noexcept;
const field_def* field_named(const object_def& o, std::string_view name) noexcept;
const keyword_def* keyword_named(const object_def& o, std::string_view name) noexcept;   // any letter case

bool equal_folded(std::string_view a, std::string_view b) noexcept;    // ASCII
std::string folded(std::string_view text);
std::size_t characters(std::string_view utf8) noexcept;

// The tables themselves, one file for cases and what hangs on them, one for everything else.
namespace tables {
extern const std::span<const field_def> case_fields, task_fields, note_fields, artifact_fields,
    artifact_type_fields, event_fields, case_attribute_fields;
extern const std::span<const field_def> template_fields, attribute_type_fields, tag_fields, label_fields,
    user_fields, group_fields, owner_fields, owner_role_fields, system_role_fields, intel_fields;
extern const std::span<const keyword_def> case_keywords, task_keywords, note_keywords, artifact_keywords,
    artifact_type_keywords, event_keywords, case_attribute_keywords, template_keywords,
    attribute_type_keywords, tag_keywords, user_keywords, group_keywords, owner_keywords, name_keywords,
    intel_keywords;
}  // namespace tables

}  // namespace casebridge::sandbox::threatconnect
