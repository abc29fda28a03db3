// Cursors of lists: signed and bound to the query as today's servers make them (Tracecat fact sheet §2.2), and
// the unsigned ones up to beta.51 with their defects (§2.3).
#pragma once

#include "sandbox/tracecat/search.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace casebridge::sandbox::tracecat {

struct cursor {
    bool backward = false;
    bool inclusive = false;
    position at;
};

struct list_query {
    order by = order::created_at;
    bool descending = true;
    std::size_t limit = 20;
    std::string fingerprint;  // of workspace, order and filter
};

// Orders as the API names them.
std::string_view order_name(order o) noexcept;
std::optional<order> read_order(std::string_view name) noexcept;
std::string fingerprint(const uuid& workspace, order by, bool descending, std::string_view canonical_filter);

// Signed -----------------------------------------------------------------------------------------------------
std::string write_cursor(const cursor& c, const list_query& q);
// Empty if it was read, else the text of the 400.
std::string read_cursor(std::string_view text, const list_query& q, cursor& out);

// Unsigned ---------------------------------------------------------------------------------------------------
std::string write_old_cursor(const position& at, const list_query& q);
enum class old_reading { good, of_another_order, malformed };
// why: of a malformed one.
old_reading read_old_cursor(std::string_view text, const list_query& q, position& out, std::string& why);

}  // namespace casebridge::sandbox::tracecat
