// Cases as the API shows them: CaseReadMinimal in lists, CaseRead for one (Tracecat fact sheet §1.1).
#pragma once

#include "sandbox/tracecat/parts.hpp"

namespace casebridge::sandbox::tracecat {

struct list_options {
    bool rows = false, durations = false, payload = false;
    std::vector<std::string> field_ids;
};

void write_list_item(json::writer& w, context& c, const incident& of, const list_options& options);
std::string case_document(context& c, const incident& of, bool rows);
// A stored payload that this many levels of the answer's own make too deep, or that holds a number beyond 64
// bits, makes the answer fail (fact sheet §3.12).
bool is_unreadable(const incident& of, std::size_t levels_above) noexcept;

inline constexpr std::size_t levels_above_payload_in_case = 1, levels_above_payload_in_list = 3;

}  // namespace casebridge::sandbox::tracecat
