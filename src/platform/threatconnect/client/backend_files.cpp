// Bytes of file artifacts: Base64 in a JSON document (ThreatConnect fact sheet §7).
#include "core/base64.hpp"
#include "platform/threatconnect/client/backend.hpp"
#include "platform/threatconnect/client/requests.hpp"
#include "platform/threatconnect/client/wire.hpp"

#include <array>
#include <functional>

namespace casebridge::platform::threatconnect {
namespace {

constexpr std::string_view content_member = "fileData";

}  // namespace

task<result<upstream::answer>> backend::send_with_content(call_context& ctx, std::string_view method,
                                                          std::string target, std::string_view members,
                                                          std::string_view content) {
    std::string before = "{" + std::string(members);
    if (!members.empty()) before += ',';
    // A file says nothing of threat intelligence: nothing is to be derived from it.
    if (method == "POST") before += "\"derivedLink\":false,";
    before.append("\"").append(content_member).append("\":\"");
    const std::array<upstream::body_part, 2> parts{upstream::body_part{content, true},
                                                   upstream::body_part{"\"}", false}};
    CB_CO_TRY(auto c, call_of(ctx, method, std::move(target), before));
    c.parts = parts;
    co_return co_await transmit(ctx, c);
}

// The answer's own bytes become the file's: nothing of its size is held twice.
task<result<std::string>> backend::read_content(call_context& ctx, std::int64_t artifact) {
    target_builder t(options_.base_path, "/v3/artifacts/" + std::to_string(artifact),
                     ctx.where->organization);
    t.add("fields", content_member);
    CB_CO_TRY(auto c, call_of(ctx, "GET", std::move(t.text), {}));
    c.shareable = false;  // each who waits would get a copy
    CB_CO_TRY(auto answer, co_await transmit(ctx, c));
    CB_CO_TRY(auto found, open_envelope(std::move(answer)));
    const json::value data = found->data.member(content_member);
    if (!data.is_string()) co_return fail(errc::not_found, "the artifact has no file");
    const std::string_view text = data.text();
    const char* const begin = found->body.data();
    const bool inside =
        std::less_equal<>()(begin, text.data()) && std::less<>()(text.data(), begin + found->body.size());
    std::string out = inside ? std::move(found->body) : std::string(text);
    // Moving a text that is not short keeps its bytes where they are.
    const std::size_t at = inside ? static_cast<std::size_t>(text.data() - begin) : 0;
    if (!decode_base64_in_place(out, at, text.size()))
        co_return fail(errc::upstream_malformed, "a file that is not Base64");
    co_return out;
}

}  // namespace casebridge::platform::threatconnect
