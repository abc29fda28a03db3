// What hangs on a case (Tracecat fact sheet §3.1, §3.2, §3.6, §3.7).
#include "platform/tracecat/client/store.hpp"

namespace casebridge::platform::tracecat::client {

task<result<bool>> store::offers(call_context&, child) { co_return false; }

task<result<reply_ptr>> store::list_children(call_context&, const uuid&, child) {
    co_return fail(errc::not_supported, "children of cases");
}

task<result<reply_ptr>> store::create_child(call_context&, const uuid&, child, std::string_view) {
    co_return fail(errc::not_supported, "children of cases");
}

task<result<reply_ptr>> store::update_child(call_context&, const uuid&, child, const uuid&,
                                            std::string_view) {
    co_return fail(errc::not_supported, "children of cases");
}

task<result<void>> store::remove_child(call_context&, const uuid&, child, const uuid&) {
    co_return fail(errc::not_supported, "children of cases");
}

}  // namespace casebridge::platform::tracecat::client
