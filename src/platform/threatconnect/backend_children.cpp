// What hangs on a case: notes, tasks, artifacts, events (ThreatConnect fact sheet §4.2 to §4.6).
#include "platform/threatconnect/backend.hpp"

namespace casebridge::platform::threatconnect {

task<result<platform::backend::child_written>> backend::write_child(call_context&, const child_write&) {
    co_return fail(errc::not_supported, "children of cases");
}

task<result<void>> backend::remove_child(call_context&, child, std::int64_t, std::int64_t,
                                         const std::vector<std::int64_t>&, const std::vector<std::string>&) {
    co_return fail(errc::not_supported, "children of cases");
}

json::value backend::children_of(json::value stored_case, child what) const {
    constexpr std::string_view members[] = {"notes", "tasks", "artifacts", "workflowEvents"};
    return stored_case.member(members[static_cast<std::size_t>(what)]).member("data");
}

}  // namespace casebridge::platform::threatconnect
