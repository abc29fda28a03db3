// Definitions that this platform has no place of its own for, kept as workflow templates: a new one is inactive, no
// API makes it active, and what is inactive is offered to nobody (ThreatConnect fact sheet §4.7).
#include "json/writer.hpp"
#include "mapping/text_limit.hpp"
#include "platform/threatconnect/client/backend.hpp"
#include "platform/threatconnect/client/requests.hpp"
#include "platform/threatconnect/client/wire.hpp"

namespace casebridge::platform::threatconnect {
namespace {

constexpr std::string_view templates_path = "/v3/workflowTemplates";
constexpr std::string_view name_prefix = "casebridge field ";  // as page_of() asks for
constexpr std::size_t longest_description = 1500;

std::string path_of(std::optional<std::int64_t> number) {
    return std::string(templates_path) + (number ? "/" + std::to_string(*number) : std::string());
}

}  // namespace

task<result<reply_ptr>> backend::write_field_definition(call_context& ctx, std::optional<std::int64_t> number,
                                                        std::string_view name, std::string_view definition) {
    if (const std::size_t length = mapping::utf16_length(definition); length > longest_description) {
        co_return fail(errc::invalid_value,
                       "The definition of field " + std::string(name) + " takes " + std::to_string(length) +
                           " characters, and the backend holds " + std::to_string(longest_description) +
                           "; shorten its options, display name or default");
    }
    std::string body;
    json::writer(body)
        .begin_object()
        .member("name", std::string(name_prefix).append(name))
        .member("description", definition)
        .end_object();
    target_builder t(options_.base_path, path_of(number), ctx.where->organization);
    CB_CO_TRY(auto answer, co_await send(ctx, number ? "PUT" : "POST", std::move(t.text), body));
    co_return open_envelope(std::move(answer));
}

task<result<void>> backend::remove_field_definition(call_context& ctx, std::int64_t number) {
    target_builder t(options_.base_path, path_of(number), ctx.where->organization);
    CB_CO_TRY(auto answer, co_await send(ctx, "DELETE", std::move(t.text), {}));
    co_return check_envelope(std::move(answer));
}

}  // namespace casebridge::platform::threatconnect
