// The types of custom fields, their names and defaults (Tracecat fact sheet §3.8).
#pragma once

#include "platform/tracecat/wire/models.hpp"
#include "sandbox/tracecat/store.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace casebridge::sandbox::tracecat {

std::string_view type_name(field_type t) noexcept;
std::optional<field_type> read_type(std::string_view name) noexcept;

// The type of the column itself: what reads show where the metadata is lost.
field_type column_type(field_type t) noexcept;

// Any text of a decimal number in PostgreSQL's form: "1e3" is "1000", ".5" is "0.5"; empty if it is none.
std::string decimal_text(std::string_view text);

// What a default means as a value, JSON; nothing if it cannot be one. why: then, the sentence.
std::optional<std::string> default_json(const field_definition& f, std::string* why = nullptr);

}  // namespace casebridge::sandbox::tracecat
