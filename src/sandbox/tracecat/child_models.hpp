// What Tracecat demands of the bodies of a case's sub-resources (Tracecat fact sheet §3), as tables like
// those of platform/tracecat/wire/models.hpp.
#pragma once

#include "platform/tracecat/wire/child_models.hpp"
#include "platform/tracecat/wire/dropdown_models.hpp"

#include <optional>
#include <string_view>

namespace casebridge::sandbox::tracecat {

using platform::tracecat::model;

using platform::tracecat::check_id_list;
using platform::tracecat::comment_create;
using platform::tracecat::comment_update;
using platform::tracecat::dropdown_choice;
using platform::tracecat::dropdown_create;
using platform::tracecat::dropdown_update;
using platform::tracecat::option_create;
using platform::tracecat::option_update;
using platform::tracecat::task_create;
using platform::tracecat::task_statuses;
using platform::tracecat::task_update;
extern const model duration_create, duration_update, case_duration_create, case_duration_update, link_row,
    insert_row, table_create, table_row_create;

// What an anchor of a duration must say about its event, and nothing else; empty: nothing.
struct anchor_rule {
    std::string_view event;
    std::string_view filters[2];
};
const anchor_rule* find_anchor_rule(std::string_view event) noexcept;

}  // namespace casebridge::sandbox::tracecat
