// Definitions of custom fields that clients make.
#include "bridge/session.hpp"

namespace casebridge::bridge {

task<result<platform::outcome>> exchange::write_field(session&) {
    co_return fail(errc::not_supported, "field_definitions");
}

}  // namespace casebridge::bridge
