// Checking requests against the models (Tracecat fact sheet §0.1, §0.3); what is wrong goes into problems.
#pragma once

#include "http/target.hpp"
#include "json/tape.hpp"
#include "platform/tracecat/wire/models.hpp"
#include "platform/tracecat/wire/problems.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform::tracecat {

using parameters = std::vector<http::parameter>;

// The last one of that name, which counts (fact sheet §0.1); null if there is none.
const std::string* last(const parameters& all, std::string_view name) noexcept;

// Python's reading of an integer (blanks around, sign, leading zeros, single underscores); values beyond
// 64 bits are cut to the nearest. Nothing if it is not one.
std::optional<std::int64_t> python_integer(std::string_view text) noexcept;
std::optional<bool> python_bool(std::string_view text) noexcept;
// Nothing if it looks like an address, else the sentence that says why not.
std::optional<std::string> email_complaint(std::string_view text);

bool among(words values, std::string_view text) noexcept;
void check_email(std::string_view text, const location& loc, problems& out);
// A UUID in a path or query; wanted_version 0: any.
void check_identifier(std::string_view text, const location& loc, int wanted_version, problems& out);
void check_query(query_model rules, const parameters& all, problems& out);
// An object against a model; the parts of a body that have rules of their own ask this.
void check_model(model m, json::value v, const location& at, problems& out);
// One value against its row.
void check_member(const member& m, json::value v, const location& loc, problems& out);
// A list of texts.
void check_texts(json::value v, const location& loc, problems& out);
// A validator's own sentence: type value_error.
void refuse_value(std::string_view text, json::value v, const location& loc, problems& out);
// root: the body's document, absent if there was none.
void check_body(model m, json::value root, problems& out);
// A body that was not sent as JSON.
void refuse_raw_body(std::string_view body, problems& out);

}  // namespace casebridge::platform::tracecat
