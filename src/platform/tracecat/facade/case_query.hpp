// The query of a case list or search: what the handler checks once the models are satisfied, and the page
// and filter that it asks for (Tracecat fact sheet §1.2, §1.3).
#pragma once

#include "core/error.hpp"
#include "platform/operation.hpp"
#include "platform/tracecat/wire/validate.hpp"

#include <string>
#include <vector>

namespace casebridge::platform::tracecat {

// A 4xx or 5xx in Tracecat's words.
struct complaint {
    unsigned status = 0;             // 0: none
    std::string detail;
    explicit operator bool() const noexcept { return status != 0; }
};

page_request read_page(const parameters& query);
// Hydration: which custom fields a list shall show.
complaint read_field_ids(const parameters& query, std::vector<std::string>& out);
// with_number: search honours short_id, the aggregate ignores it.
complaint read_filter(const parameters& query, bool with_number, query::filter& out);
}  // namespace casebridge::platform::tracecat
