#include "platform/threatconnect/client/backend.hpp"

#include "core/crypto.hpp"
#include "http/message.hpp"
#include "platform/threatconnect/client/requests.hpp"
#include "platform/threatconnect/client/wire.hpp"

#include <algorithm>
#include <ctime>
#include <span>

namespace casebridge::platform::threatconnect {
namespace {

constexpr std::uint64_t catalogue_page_size = 1000;
constexpr std::size_t most_catalogue_pages = 50;
constexpr std::size_t files_per_request = 25;

// Fact sheet §6.4: an empty list restricts nothing.
bool is_hidden(json::value access, std::string_view user) {
    for (const auto& [none, u] : access.elements()) {
        if (!user.empty() && http::iequals(u.member("userName").text(), user)) return false;
    }
    return access.size() > 0;
}

}  // namespace

backend::backend(upstream::client& client, backend_options opts)
    : client_(client), options_(std::move(opts)) {
    for (const auto& c : options_.credentials) {
        signers_.emplace(c.name,
                         make_signer(c, [] { return static_cast<std::int64_t>(std::time(nullptr)); }));
    }
}

result<upstream::call> backend::call_of(const call_context& ctx, std::string_view method, std::string target,
                                        std::string_view body) const {
    const auto signer = signers_.find(ctx.credential);
    if (signer == signers_.end())
        return fail(errc::upstream_unauthorized, "no credential " + std::string(ctx.credential));
    upstream::call c;
    c.method = method;
    c.target = std::move(target);
    c.fields.emplace_back("Accept", "application/json");
    if (!body.empty()) c.fields.emplace_back("Content-Type", "application/json");
    if (!ctx.traceparent.empty()) c.fields.emplace_back("traceparent", ctx.traceparent);
    if (!ctx.tracestate.empty()) c.fields.emplace_back("tracestate", ctx.tracestate);
    c.body = body;
    c.sign = &signer->second;
    c.credential = signer->first;
    c.account = ctx.account;
    c.shareable = method == "GET" && body.empty();
    c.deadline = ctx.deadline;
    return c;
}

task<result<upstream::answer>> backend::send(call_context& ctx, std::string_view method, std::string target,
                                             std::string_view body) {
    CB_CO_TRY(const auto c, call_of(ctx, method, std::move(target), body));
    co_return co_await transmit(ctx, c);
}

task<result<upstream::answer>> backend::transmit(call_context& ctx, const upstream::call& c) {
    const auto start = http::clock::now();
    auto answer = co_await client_.send(c);
    const auto took = http::clock::now() - start;
    ctx.requests += 1;
    ctx.status = answer.has_value() ? answer->status : 0;
    ctx.time += std::chrono::duration_cast<std::chrono::microseconds>(took);
    co_return answer;
}

task<result<reply_ptr>> backend::read_case(call_context& ctx, std::int64_t number, child_kinds with) {
    std::string target = case_target(options_.base_path, ctx.where->organization, number, with);
    CB_CO_TRY(auto answer, co_await send(ctx, "GET", std::move(target), {}));
    co_return open_envelope(std::move(answer));
}

task<result<reply_ptr>> backend::list_cases(call_context& ctx, const case_listing& what) {
    CB_CO_TRY(
        auto answer,
        co_await send(ctx, "GET", listing_target(options_.base_path, ctx.where->organization, what), {}));
    auto page = open_envelope(std::move(answer));
    if (page.has_value() && !(*page)->data.is_array())
        co_return fail(errc::upstream_malformed, "a list was expected");
    co_return page;
}

task<result<std::vector<reply_ptr>>> backend::list_catalogue(call_context& ctx, catalogue what) {
    const catalogue_page page = page_of(what);
    std::vector<reply_ptr> pages;
    for (std::uint64_t start = 0; pages.size() < most_catalogue_pages; start += catalogue_page_size) {
        target_builder t(options_.base_path, page.path, ctx.where->organization);
        if (!page.tql.empty()) t.add("tql", page.tql);
        t.add("resultStart", start).add("resultLimit", catalogue_page_size);
        CB_CO_TRY(auto answer, co_await send(ctx, "GET", std::move(t.text), {}));
        CB_CO_TRY(auto one, open_envelope(std::move(answer)));
        if (!one->data.is_array()) co_return fail(errc::upstream_malformed, "a list was expected");
        const bool more = one->more && one->data.size() > 0;
        pages.push_back(std::move(one));
        if (!more) co_return pages;
    }
    co_return fail(errc::upstream_too_large,
                   "more than " + std::to_string(most_catalogue_pages * catalogue_page_size) + " entries");
}

task<result<std::map<std::string, std::string>>> backend::read_files(
    call_context& ctx, const std::vector<file_reference>& files) {
    std::map<std::string, std::string> texts;
    for (std::size_t at = 0; at < files.size(); at += files_per_request) {
        const std::size_t count = std::min(files_per_request, files.size() - at);
        std::string target =
            files_target(options_.base_path, ctx.where->organization, std::span(files).subspan(at, count));
        CB_CO_TRY(auto answer, co_await send(ctx, "GET", std::move(target), {}));
        CB_CO_TRY(const auto found, open_envelope(std::move(answer)));
        for (const auto& [none, a] : found->data.elements()) {
            auto bytes = base64_decode(a.member("fileData").text());
            if (bytes) texts.insert_or_assign(std::string(a.member("summary").text()), std::move(*bytes));
        }
    }
    co_return texts;
}

std::int64_t backend::number_of(json::value stored_case) const {
    std::int64_t number = 0;
    stored_case.member("id").to_int64(number);
    return number;
}

backend::case_facts backend::facts_of(json::value stored_case, case_listing::order by, const workspace& where,
                                      std::string_view user) const {
    const std::string_view time = time_member(by);
    case_facts out;
    for (const auto& member : stored_case.members()) {
        const std::string_view name = member.name();
        const json::value v = member.val;
        if (json::same_name(name, "id"))
            v.to_int64(out.number);
        else if (json::same_name(name, time))
            out.when = parse_iso8601(v.text()).value_or(instant{}).micros;
        else if (json::same_name(name, "owner"))
            out.belongs = v.text() == where.organization;
        else if (json::same_name(name, "userAccess"))
            out.hidden = is_hidden(v.member("data"), user);
    }
    return out;
}

}  // namespace casebridge::platform::threatconnect
