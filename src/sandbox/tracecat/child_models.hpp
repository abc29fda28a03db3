// What Tracecat demands of the bodies of a case's sub-resources (Tracecat fact sheet §3), as tables like
// those of platform/tracecat/wire/models.hpp.
#pragma once

#include "platform/tracecat/wire/child_models.hpp"

#include <optional>
#include <string_view>

namespace casebridge::sandbox::tracecat {

using platform::tracecat::model;

using platform::tracecat::comment_create;
using platform::tracecat::comment_update;
using platform::tracecat::task_create;
using platform::tracecat::task_statuses;
using platform::tracecat::task_update;
extern const model dropdown_create, dropdown_update, option_create, option_update, dropdown_choice,
    duration_create, duration_update, case_duration_create, case_duration_update, link_row, insert_row,
    table_create, table_row_create;
// A bare list of ids, the only body that is no object.
void check_id_list(json::value v, platform::tracecat::problems& out);

// What an anchor of a duration must say about its event, and nothing else; empty: nothing.
struct anchor_rule {
    std::string_view event;
    std::string_view filters[2];
};
const anchor_rule* find_anchor_rule(std::string_view event) noexcept;

}  // namespace casebridge::sandbox::tracecat
