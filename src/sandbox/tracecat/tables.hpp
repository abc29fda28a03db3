// Lookup tables of a workspace, as far as rows of them can be linked to cases (Tracecat fact sheet §3.11).
#pragma once

#include "sandbox/tracecat/routes.hpp"

#include <optional>
#include <string>

namespace casebridge::sandbox::tracecat {

table* find_table(workspace& w, const uuid& id) noexcept;
const table_row* find_row(const table& t, const uuid& id) noexcept;
// A row with its own id and times, as it is shown everywhere.
std::string row_document(const table& t, const table_row& r);
// Adds a row of a body's "data"; null with the 400 as the answer if a column does not exist.
const table_row* insert_row_data(context& c, table& t, json::value data);
// The end of a page of rows, whose number is never told.
void end_row_page(json::writer& w, const std::optional<std::string>& next,
                  const std::optional<std::string>& previous);
route_list table_routes();

}  // namespace casebridge::sandbox::tracecat
