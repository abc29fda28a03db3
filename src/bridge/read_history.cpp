// The history of a case.
#include "bridge/session.hpp"

namespace casebridge::bridge {

task<result<platform::outcome>> exchange::read_history(session&) {
    co_return fail(errc::not_supported, "read_history");
}

}  // namespace casebridge::bridge
