// Definitions that this platform has no place of its own for, kept as inactive workflow templates
// (ThreatConnect fact sheet §4.7).
#include "platform/threatconnect/backend.hpp"

namespace casebridge::platform::threatconnect {

task<result<reply_ptr>> backend::write_field_definition(call_context&, std::optional<std::int64_t>,
                                                        std::string_view, std::string_view) {
    co_return fail(errc::not_supported, "field definitions");
}

task<result<void>> backend::remove_field_definition(call_context&, std::int64_t) {
    co_return fail(errc::not_supported, "field definitions");
}

}  // namespace casebridge::platform::threatconnect
