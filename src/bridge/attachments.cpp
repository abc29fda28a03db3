// Attachments of a case: file artifacts of the backend.
#include "bridge/session.hpp"

namespace casebridge::bridge {

task<result<platform::outcome>> exchange::run_attachment(session&) {
    co_return fail(errc::not_supported, "attachments");
}

}  // namespace casebridge::bridge
