// What a write was and what became of it, for the audit stream. No values.
#pragma once

#include "core/error.hpp"
#include "platform/operation.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace casebridge::bridge {

struct write_record {
    const platform::operation& op;
    std::string id;  // of the case or tag, as clients know it; empty: it was never made
    std::string child;  // of what hangs on the case, where the write is about that
    std::optional<std::int64_t> number;  // of the case, on the backend
    std::string fields;  // names of what was to change, "status,fields.severity_score"
    std::string_view result;  // "done", or the failure's name
    unsigned upstream_status = 0;  // of the last answer; 0: none
    std::string losses;  // as in Casebridge-Loss
};
using write_sink = std::function<void(const write_record&)>;

// The members of a document that a client writes, custom fields one by one; separated by commas.
std::string names_of_fields(json::value document);

}  // namespace casebridge::bridge
