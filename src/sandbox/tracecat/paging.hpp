// One page of a list of cases, in both generations of Tracecat's paginators (Tracecat fact sheet §2).
#pragma once

#include "sandbox/tracecat/cursor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace casebridge::sandbox::tracecat {

struct page {
    std::vector<incident*> items;
    std::optional<std::string> next, previous;
    bool has_more = false, has_previous = false;
    std::int64_t total = 0;
};

// cursor_text: as sent, null if none. Returns the text of a 400, or nothing.
std::string read_page(const workspace& w, const case_filter& f, const list_query& q,
                      const std::string* cursor_text, page& out);
std::string read_old_page(const workspace& w, const case_filter& f, const list_query& q,
                          const std::string* cursor_text, bool reverse, page& out);

}  // namespace casebridge::sandbox::tracecat
