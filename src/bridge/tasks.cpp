// Tasks of a case.
#include "bridge/session.hpp"

namespace casebridge::bridge {

task<result<platform::outcome>> exchange::run_task(session&) {
    co_return fail(errc::not_supported, "tasks");
}

}  // namespace casebridge::bridge
