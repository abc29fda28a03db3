// A case read together with what hangs on it, in one request.
#include "bridge/session.hpp"

namespace casebridge::bridge {

task<result<exchange::family>> exchange::fetch_family(session& s, platform::child_kinds with) {
    CB_CO_TRY(const std::int64_t number, co_await resolve_case(s));
    family out;
    CB_CO_TRY(out.found, co_await backend_.read_case(s.ctx, number, with));
    if (!out.found->data.is_object() || !visible(s, out.found->data))
        co_return fail(errc::not_found, "no such case here");
    out.number = number;
    out.states.read(*tables_.object("case").compiled, out.found->data);
    co_return out;
}

}  // namespace casebridge::bridge
