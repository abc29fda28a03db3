// Comments of a case: notes of the backend, whose authors, parents and deletions are carried.
#include "bridge/session.hpp"

namespace casebridge::bridge {

task<result<platform::outcome>> exchange::run_comment(session&) {
    co_return fail(errc::not_supported, "comments");
}

}  // namespace casebridge::bridge
