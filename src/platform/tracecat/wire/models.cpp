#include "platform/tracecat/wire/models.hpp"

#include <array>

namespace casebridge::platform::tracecat {
namespace {

using sv = std::string_view;

constexpr sv status_words[] = {"unknown", "new", "in_progress", "on_hold", "resolved", "closed", "other"};
constexpr sv priority_words[] = {"unknown", "low", "medium", "high", "critical", "other"};
constexpr sv severity_words[] = {"unknown", "informational", "low",   "medium",
                                 "high",    "critical",      "fatal", "other"};
constexpr sv order_words[] = {"created_at", "updated_at", "priority", "severity", "status", "tasks"};
constexpr sv sort_words[] = {"asc", "desc"};

constexpr std::int64_t max_limit = 200;   // fact sheet §2.1

// name, shape, required, nullable, words
constexpr member create_members[] = {
    {"summary", shape::text, true, false},
    {"description", shape::text, true, false},
    {"status", shape::enumeration, true, false, status_words},
    {"priority", shape::enumeration, true, false, priority_words},
    {"severity", shape::enumeration, true, false, severity_words},
    {"fields", shape::object, false, true},
    {"dropdown_values", shape::dropdown_choices, false, true},
    {"assignee_id", shape::identifier, false, true},
    {"payload", shape::object, false, true},
};
constexpr member update_members[] = {
    {"summary", shape::text, false, true},
    {"description", shape::text, false, true},
    {"status", shape::enumeration, false, true, status_words},
    {"priority", shape::enumeration, false, true, priority_words},
    {"severity", shape::enumeration, false, true, severity_words},
    {"fields", shape::object, false, true},
    {"dropdown_values", shape::dropdown_choices, false, true},
    {"assignee_id", shape::identifier, false, true},
    {"payload", shape::object, false, true},
};
// 1 to 1000 cases at a time: fact sheet §1.9.
constexpr member cases_update_members[] = {
    {"case_ids", shape::identifiers, true, false, {}, 1, 1000},
    {"update", shape::nested, true, false, {}, 0, 0, &case_update},
};
constexpr member cases_delete_members[] = {{"case_ids", shape::identifiers, true, false, {}, 1, 1000}};
// Fact sheet §3.4.
constexpr member tag_create_members[] = {
    {"name", shape::text, true, false, {}, 1, 50},
    {"color", shape::text, false, true},
};
constexpr member tag_update_members[] = {
    {"name", shape::text, false, true, {}, 1, 50},
    {"color", shape::text, false, true},
};
constexpr member tag_members[] = {{"tag_id", shape::tag_identifier, true, false, {}, 1, 100}};
constexpr member discover_members[] = {{"email", shape::email, true, false}};

constexpr parameter_rule list_parameters[] = {
    {"limit", query_shape::integer, {}, 1, max_limit},
    {"cursor", query_shape::text},
    {"reverse", query_shape::boolean},
    {"order_by", query_shape::literal, order_words},
    {"sort", query_shape::literal, sort_words},
    {"include_rows", query_shape::boolean},
    {"include_durations", query_shape::boolean},
    {"include_payload", query_shape::boolean},
    {"field_ids", query_shape::texts},
};
constexpr parameter_rule search_parameters[] = {
    {"limit", query_shape::integer, {}, 1, max_limit},
    {"cursor", query_shape::text},
    {"reverse", query_shape::boolean},
    {"search_term", query_shape::text},
    {"short_id", query_shape::text},
    {"status", query_shape::enumerations, status_words},
    {"priority", query_shape::enumerations, priority_words},
    {"severity", query_shape::enumerations, severity_words},
    {"assignee_id", query_shape::texts},
    {"tags", query_shape::texts},
    {"dropdown", query_shape::texts},
    {"start_time", query_shape::datetime},
    {"end_time", query_shape::datetime},
    {"updated_after", query_shape::datetime},
    {"updated_before", query_shape::datetime},
    {"order_by", query_shape::literal, order_words},
    {"sort", query_shape::literal, sort_words},
    {"include_rows", query_shape::boolean},
    {"include_durations", query_shape::boolean},
    {"include_payload", query_shape::boolean},
    {"field_ids", query_shape::texts},
};
constexpr parameter_rule aggregate_parameters[] = {
    {"search_term", query_shape::text},
    {"status", query_shape::enumerations, status_words},
    {"priority", query_shape::enumerations, priority_words},
    {"severity", query_shape::enumerations, severity_words},
    {"assignee_id", query_shape::texts},
    {"tags", query_shape::texts},
    {"dropdown", query_shape::texts},
    {"start_time", query_shape::datetime},
    {"end_time", query_shape::datetime},
    {"updated_after", query_shape::datetime},
    {"updated_before", query_shape::datetime},
};
constexpr parameter_rule get_parameters[] = {{"include_rows", query_shape::boolean}};
constexpr parameter_rule row_list_parameters[] = {
    {"limit", query_shape::integer, {}, 1, max_limit},
    {"cursor", query_shape::text},
    {"reverse", query_shape::boolean},
};
constexpr parameter_rule scopes_parameters[] = {{"workspace_id", query_shape::identifier}};
constexpr parameter_rule user_search_parameters[] = {{"email", query_shape::email}};

}  // namespace

const words statuses = status_words;
const words priorities = priority_words;
const words severities = severity_words;

const model case_create = create_members;
const model case_update = update_members;
const model cases_update = cases_update_members;
const model cases_delete = cases_delete_members;
const model tag_create = tag_create_members;
const model tag_update = tag_update_members;
const model tag_add = tag_members;
const model discover_body = discover_members;
const model any_object = {};

const query_model case_list_query = list_parameters;
const query_model case_search_query = search_parameters;
const query_model case_aggregate_query = aggregate_parameters;
const query_model case_get_query = get_parameters;
const query_model row_list_query = row_list_parameters;
const query_model scopes_query = scopes_parameters;
const query_model user_search_query = user_search_parameters;

}  // namespace casebridge::platform::tracecat
