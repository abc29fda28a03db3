#include "platform/threatconnect/client/wire.hpp"

#include <array>

namespace casebridge::platform::threatconnect {
namespace {

// Cases hold other documents as text, so their own nesting is shallow.
constexpr json::policy answer_policy{.max_depth = 64};
constexpr std::size_t longest_message = 300;

// What each status means for the bridge, whose credential and request it is about.
struct status_row {
    unsigned status;
    errc code;
};
constexpr std::array statuses{
    status_row{400, errc::upstream_rejected},     status_row{401, errc::upstream_unauthorized},
    status_row{403, errc::upstream_forbidden},    status_row{404, errc::not_found},
    status_row{405, errc::upstream_rejected},     status_row{409, errc::conflict},
    status_row{429, errc::upstream_rate_limited}, status_row{503, errc::upstream_unavailable},
};

errc code_of(unsigned status) {
    for (const auto& row : statuses) {
        if (row.status == status) return row.code;
    }
    return status >= 500   ? errc::upstream_error
           : status >= 400 ? errc::upstream_rejected
                           : errc::upstream_malformed;
}

std::string printable(std::string_view message) {
    std::string out;
    for (const char c : message.substr(0, longest_message))
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0) == 0x80)
        out.pop_back();  // a cut character
    if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0xC0) out.pop_back();
    return out;
}

bool is_json(const upstream::answer& a) { return a.content_type.starts_with("application/json"); }

failure failure_of(const upstream::answer& a) {
    json::tape t;
    std::string message;
    if (is_json(a) && t.parse(a.body, answer_policy).has_value())
        message = printable(t.root().member("message").text());
    failure f = fail(code_of(a.status), std::move(message));
    f.retry_after = a.retry_after();
    return f;
}

result<reply_ptr> open(upstream::answer&& a) {
    if (a.status < 200 || a.status > 299) return failure_of(a);
    auto r = std::make_unique<reply>();
    r->body = std::move(a.body);
    if (!is_json(a))
        return fail(errc::upstream_malformed,
                    "content type " + printable(a.content_type) + " instead of JSON");
    if (auto parsed = r->tape.parse(r->body, answer_policy); parsed.has_error()) {
        return fail(errc::upstream_malformed, parsed.error().detail);
    }
    const json::value root = r->tape.root();
    if (!root.member("status").is_string())
        return fail(errc::upstream_malformed, "JSON that is no envelope of ThreatConnect's");
    if (root.member("status").text() != "Success") {
        return fail(errc::upstream_rejected,
                    printable(root.member("message").text()));  // an error with a 2xx
    }
    return r;
}

}  // namespace

result<reply_ptr> open_envelope(upstream::answer&& a) {
    CB_TRY(auto r, open(std::move(a)));
    const json::value root = r->tape.root();
    r->data = root.member("data");
    if (!r->data.is_object() && !r->data.is_array())
        return fail(errc::upstream_malformed, "answer without data");
    std::int64_t count = 0;
    if (root.member("count").to_int64(count) && count >= 0) r->count = static_cast<std::uint64_t>(count);
    r->more = root.member("next").is_string() && !root.member("next").text().empty();
    return r;
}

result<void> check_envelope(upstream::answer&& a) {
    CB_CHECK(open(std::move(a)));
    return {};
}

}  // namespace casebridge::platform::threatconnect
