// Times in query parameters, read as Tracecat's validation library reads them (Tracecat fact sheet §0.2):
// ISO 8601 with 'T', 't', '_' or a blank, date only, or a Unix time in seconds or milliseconds.
// Without an offset they are UTC.
#pragma once

#include "core/timestamp.hpp"

#include <string_view>

namespace casebridge::platform::tracecat {

struct datetime_reading {
    instant value;
    const char* error = nullptr;     // why not, in the library's words; null: read
    bool as_date = true;             // error: which of the two error types it is
};

datetime_reading read_datetime(std::string_view text) noexcept;

}  // namespace casebridge::platform::tracecat
