#include "sandbox/tracecat/child_models.hpp"

#include "platform/tracecat/wire/datetime_text.hpp"
#include "platform/tracecat/wire/validate.hpp"
#include "sandbox/tracecat/event.hpp"
#include "sandbox/tracecat/interval.hpp"

#include <algorithm>

namespace casebridge::sandbox::tracecat {
namespace {

using namespace platform::tracecat;
using sv = std::string_view;

constexpr sv selection_words[] = {"first", "last"};
constexpr sv column_words[] = {"TEXT",        "INTEGER", "NUMERIC", "DATE",   "BOOLEAN",
                               "TIMESTAMPTZ", "JSONB",   "UUID",    "SELECT", "MULTI_SELECT"};

void check_ids(json::value v, const location& loc, problems& out) {
    check_member({"", shape::identifiers, false, false}, v, loc, out);
}

void check_time(json::value v, const location& loc, problems& out) {
    if (!v.is_string() && !v.is_number()) {
        out.add("datetime_type", loc, "Input should be a valid datetime", echo(v));
        return;
    }
    const datetime_reading read = read_datetime(v.text());
    if (!read.error) return;
    out.add(read.as_date ? "datetime_from_date_parsing" : "datetime_parsing", loc,
            std::string(read.as_date ? "Input should be a valid datetime or date, "
                                     : "Input should be a valid datetime, ") +
                read.error,
            echo(v), context_text("error", read.error));
}

void check_interval(json::value v, const location& loc, problems& out) {
    if (v.is_number() || (v.is_string() && read_interval(v.text()))) return;
    out.add("time_delta_parsing", loc, "Input should be a valid timedelta, invalid digit in duration",
            echo(v), context_text("error", "invalid digit in duration"));
}

void refuse_extra(std::span<const sv> known, json::value v, const location& loc, problems& out) {
    for (const auto item : v.members())
        if (!among(known, item.name()))
            out.add("extra_forbidden", deeper(loc, item.name()), "Extra inputs are not permitted",
                    echo(item.val));
}

constexpr sv filter_names[] = {"new_values", "tag_refs", "field_ids", "dropdown_definition_id",
                               "dropdown_option_ids"};
constexpr sv anchor_names[] = {"event_type", "filters", "selection"};

void check_filter_names(json::value v, const location& loc, problems& out) {
    refuse_extra(filter_names, v, loc, out);
}

constexpr member filter_members[] = {
    {"new_values", shape::custom, false, false, {}, 0, 0, nullptr, check_texts},
    {"tag_refs", shape::custom, false, false, {}, 0, 0, nullptr, check_texts},
    {"field_ids", shape::custom, false, false, {}, 0, 0, nullptr, check_texts},
    {"dropdown_definition_id", shape::identifier, false, true},
    {"dropdown_option_ids", shape::custom, false, false, {}, 0, 0, nullptr, check_ids},
};
constexpr model filter_model = filter_members;

constexpr anchor_rule anchor_rules[] = {
    {"priority_changed", {"new_values"}},
    {"severity_changed", {"new_values"}},
    {"status_changed", {"new_values"}},
    {"tag_added", {"tag_refs"}},
    {"tag_removed", {"tag_refs"}},
    {"fields_changed", {"field_ids"}},
    {"dropdown_value_changed", {"dropdown_definition_id", "dropdown_option_ids"}},
};

bool is_filled(json::value v) noexcept {
    return v.exists() && !v.is_null() && !(v.is_array() && v.size() == 0);
}

// What an event's filters must and must not be.
void check_filters(json::value anchor, const location& loc, problems& out) {
    refuse_extra(anchor_names, anchor, loc, out);
    if (!out.empty()) return;
    const sv event = anchor.member("event_type").text();
    const json::value filters = anchor.member("filters");
    const anchor_rule* rule = find_anchor_rule(event);
    const auto wanted = [&](sv name) {
        return rule && (rule->filters[0] == name || rule->filters[1] == name);
    };
    std::string surplus;
    for (const sv name : filter_names) {
        if (!is_filled(filters.member(name)) || wanted(name)) continue;
        surplus.append(surplus.empty() ? "" : ", ").append(name);
    }
    if (!surplus.empty()) {
        refuse_value("Unsupported filters for " + std::string(event) + ": " + surplus, anchor, loc, out);
        return;
    }
    for (const sv name : filter_names) {
        if (!wanted(name) || is_filled(filters.member(name))) continue;
        std::string names(rule->filters[0]);
        if (!rule->filters[1].empty()) names.append(" and ").append(rule->filters[1]);
        refuse_value(std::string(event) + " requires " + names + " filters", anchor, loc, out);
        return;
    }
}

void check_anchor(json::value v, const location& loc, problems& out) {
    const member anchor_members[] = {
        {"event_type", shape::enumeration, true, false, event_types()},
        {"filters", shape::nested, false, false, {}, 0, 0, &filter_model, check_filter_names},
        {"selection", shape::enumeration, false, false, selection_words},
    };
    problems own;
    check_model(anchor_members, v, loc, own);
    if (own.empty()) check_filters(v, loc, own);
    out.append(own);
}

// name, shape, required, nullable, words, least, most, of, check
constexpr member duration_create_members[] = {
    {"name", shape::text, true, false, {}, 0, 255},
    {"description", shape::text, false, true, {}, 0, 1024},
    {"start_anchor", shape::custom, true, false, {}, 0, 0, nullptr, check_anchor},
    {"end_anchor", shape::custom, true, false, {}, 0, 0, nullptr, check_anchor},
};
constexpr member duration_update_members[] = {
    {"name", shape::text, false, true, {}, 0, 255},
    {"description", shape::text, false, true, {}, 0, 1024},
    {"start_anchor", shape::custom, false, true, {}, 0, 0, nullptr, check_anchor},
    {"end_anchor", shape::custom, false, true, {}, 0, 0, nullptr, check_anchor},
};
constexpr member case_duration_create_members[] = {
    {"definition_id", shape::identifier, true, false},
    {"start_event_id", shape::identifier, false, true},
    {"end_event_id", shape::identifier, false, true},
    {"started_at", shape::custom, false, true, {}, 0, 0, nullptr, check_time},
    {"ended_at", shape::custom, false, true, {}, 0, 0, nullptr, check_time},
    {"duration", shape::custom, false, true, {}, 0, 0, nullptr, check_interval},
};
constexpr model case_duration_update_members =
    model(case_duration_create_members).subspan(1);   // all but the definition
constexpr member link_row_members[] = {
    {"table_id", shape::identifier, true, false},
    {"row_id", shape::identifier, true, false},
};
constexpr member row_data_members[] = {
    {"data", shape::object, true, false},
    {"upsert", shape::flag, false, false},
};
constexpr member row_insert_members[] = {
    {"table_id", shape::identifier, true, false},
    {"row", shape::nested, true, false, {}, 0, 0, &table_row_create},
};
constexpr member column_members[] = {
    {"name", shape::text, true, false, {}, 1, 100},
    {"type", shape::enumeration, true, false, column_words},
};
constexpr model column_model = column_members;
constexpr member table_members[] = {
    {"name", shape::text, true, false, {}, 1, 100},
    {"columns", shape::list, false, false, {}, 0, 0, &column_model},
};

}  // namespace

const model duration_create = duration_create_members;
const model duration_update = duration_update_members;
const model case_duration_create = case_duration_create_members;
const model case_duration_update = case_duration_update_members;
const model link_row = link_row_members;
const model insert_row = row_insert_members;
const model table_create = table_members;
const model table_row_create = row_data_members;

const anchor_rule* find_anchor_rule(sv event) noexcept {
    const auto* found = std::find_if(std::begin(anchor_rules), std::end(anchor_rules),
                                     [&](const anchor_rule& r) { return r.event == event; });
    return found == std::end(anchor_rules) ? nullptr : found;
}

}  // namespace casebridge::sandbox::tracecat
