// A custom field that a client of the left platform defines: what its requests make of it, and the text in which the
// other platform keeps it for us (bridge/definitions/field_definitions.cpp). What the left platform does with names, types and
// options is the Tracecat fact sheet's, §3.8.
//
//   {"v":1,"f":"verdict","t":"SELECT","n":"Verdict","o":["benign","bad"],"d":"benign","b":"benign","k":null,"c":true}
//
// f: id. t: type. n: display name. o: options. d: default now; b: default when it was made, which is what objects
// show that know nothing of the field. k: kind. c: required on closure. i: idempotency key of its making. Absent
// members are null or false. Hostile input for whoever reads it.
#pragma once

#include "core/error.hpp"
#include "json/tape.hpp"
#include "mapping/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::mapping {

struct client_field {
    std::int64_t number =
        0;  // of what holds the definition; values are kept under it, so renaming loses none
    std::string id, type, kind, made_under;
    std::optional<std::string> display_name, standard, first_standard;
    std::vector<std::string> options;
    bool required_on_closure = false;
};

// Nothing if it is no definition.
std::optional<client_field> read_client_field(std::string_view text, std::int64_t number,
                                              const catalog& left);
std::string write_client_field(const client_field& f);

// What a request that passed the left platform's model makes. Failures: invalid_value with the pointer
// "/default/<TYPE>" (detail: the value, in quotes), "/name" (detail: the sentence).
result<client_field> make_client_field(json::value document, const catalog& left);
// The same of a change. "/type", "/options": detail is the sentence.
result<void> change_client_field(client_field& f, json::value document, const catalog& left);

// The id that a name becomes.
std::string client_field_id(std::string_view name);
// The left JSON of a default; null if there is none, or if it does not fit the type any more.
std::string standard_value(const client_field& f, const std::optional<std::string>& standard,
                           const catalog& left);
// An object keeps the values of all such fields in one entry of its state, {"12":"benign"}, by the numbers of their
// definitions: many small values then go into one file where the state is full.
inline constexpr std::string_view client_values_entry = "fields";
std::string client_field_key(std::int64_t number);

}  // namespace casebridge::mapping
