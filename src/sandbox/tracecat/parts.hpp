// What the cases' own documents need from the routes of their children, and what several groups of routes
// share. Each function lies in the file that it belongs to.
#pragma once

#include "sandbox/tracecat/context.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::sandbox::tracecat {

// Why a write is refused; each route words it in its own way (fact sheet §1.6, §1.7, §1.9).
struct refusal_of_write {
    enum class kind {
        value,           // ValueError: 400 {"detail":text}
        validation,      // TracecatValidationError: 422 {"detail":text} of a PATCH, a domain 500 of a POST
        not_found,       // TracecatNotFoundError: domain 500
        database,        // 500 "Database operation failed" of a PATCH, the generic one of a POST
        bug,             // an exception that nobody catches: the generic 500
    };
    kind what = kind::value;
    std::string text;
};
using refusable = std::optional<refusal_of_write>;

// dropdowns.cpp ---------------------------------------------------------------------------------------------
struct dropdown_setting {
    uuid definition;
    std::optional<uuid> option;  // nothing: clears
};
// Resolves "dropdown_values" of a case's body; unknown ids and refs, and a definition named twice, are refused.
refusable read_dropdowns(workspace& w, json::value choices, std::vector<dropdown_setting>& out);
// Sets one value and records dropdown_value_changed, which happens even if nothing changes.
void set_dropdown(context& c, incident& of, const dropdown_setting& setting);
// "dropdown_values" of a document: an array, [] on a server without add-ons.
void write_dropdowns(json::writer& w, std::string_view key, const context& c, const incident& of);

// rows.cpp --------------------------------------------------------------------------------------------------
void write_linked_rows(json::writer& w, std::string_view key, const context& c, const incident& of);

// durations.cpp ---------------------------------------------------------------------------------------------
// Array, or null if the case has none or the server has no add-ons.
void write_durations(json::writer& w, std::string_view key, context& c, const incident& of);

// field_values.cpp ------------------------------------------------------------------------------------------
struct field_setting {
    std::string column;
    std::optional<std::string> stored;  // JSON as emitted; nothing: cleared
    std::string sent;  // JSON as the event shows it
};
refusable read_fields(const workspace& w, json::value fields, std::vector<field_setting>& out);
// Sets the values that differ, and returns the changes of a fields_changed event.
boost::json::array set_fields(incident& of, const workspace& w, const std::vector<field_setting>& settings);
// The defaults of all columns, into a fresh case.
void set_default_fields(incident& of, const workspace& w);
// Empty as a closure requirement sees it: absent, null, a blank text, an empty list or object.
bool is_blank_field(const std::string* stored);
// "fields" of a CaseRead: every definition with its value.
void write_fields(json::writer& w, const context& c, const incident& of);
// Its members, without braces; display names came after beta.51 (fact sheet §6.3).
void write_field_definition(json::writer& w, const field_definition& f, release version);

// tags.cpp --------------------------------------------------------------------------------------------------
// By id, exact ref, or the slug of a name; null if there is none.
tag* resolve_tag(workspace& w, std::string_view identifier);
void write_tags(json::writer& w, std::string_view key, const workspace& workspace, const incident& of);

}  // namespace casebridge::sandbox::tracecat
