// Files of a case (Tracecat fact sheet §3.7).
#include "platform/tracecat/client/store.hpp"

namespace casebridge::platform::tracecat::client {

task<result<reply_ptr>> store::upload(call_context&, const uuid&, std::string_view, std::string_view,
                                      std::string_view) {
    co_return fail(errc::not_supported, "files");
}

task<result<std::string>> store::download(call_context&, const uuid&, const uuid&) {
    co_return fail(errc::not_supported, "files");
}

}  // namespace casebridge::platform::tracecat::client
