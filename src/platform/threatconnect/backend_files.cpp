// Bytes of file artifacts (ThreatConnect fact sheet §7).
#include "platform/threatconnect/backend.hpp"

namespace casebridge::platform::threatconnect {

task<result<std::string>> backend::read_content(call_context&, std::int64_t) {
    co_return fail(errc::not_supported, "files");
}

}  // namespace casebridge::platform::threatconnect
