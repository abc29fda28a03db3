// What a workspace defines: its custom fields, its members, its tags (fact sheet §3.4, §3.8, §5.5).
#include "json/writer.hpp"
#include "platform/tracecat/client/open_answer.hpp"
#include "platform/tracecat/client/store.hpp"

namespace casebridge::platform::tracecat::client {
namespace {

// The threads of the process each ask for what they remember; whoever comes soon after another gets its answer.
constexpr std::chrono::seconds shared_for{10};

result<reply_ptr> read_again(std::string text) {
    auto out = std::make_unique<reply>();
    out->body = std::move(text);
    CB_CHECK(out->tape.parse(out->body, answer_policy));
    out->data = out->tape.root();
    return out;
}

// Without the field that holds the bridge's own texts.
result<reply_ptr> without_texts(reply_ptr all) {
    if (all->body.find(texts_field) == std::string::npos) return all;
    std::string others;
    json::writer w(others);
    w.begin_array();
    for (const auto& [none, field] : all->data.elements()) {
        if (field.member("id").text() != texts_field) w.copy(field);
    }
    w.end_array();
    return read_again(std::move(others));
}

}  // namespace

task<result<reply_ptr>> store::all_fields(call_context& ctx) {
    auto& shared = workspace_of(ctx).fields_text;
    if (auto had = shared.get(http::clock::now()); had) co_return read_again(std::move(*had));
    co_return co_await read_fields(ctx);
}

task<result<reply_ptr>> store::read_fields(call_context& ctx) {
    auto& shared = workspace_of(ctx).fields_text;
    const std::uint64_t turn = shared.turn();
    CB_CO_TRY(const auto where, co_await locate(ctx));
    target t(where, fields_path);
    CB_CO_TRY(auto answer, co_await get(ctx, std::move(t.text)));
    if (!answer->data.is_array()) co_return fail(errc::upstream_malformed, "a list was expected");
    shared.set_in_turn(turn, answer->body, http::clock::now() + shared_for);
    co_return answer;
}

task<result<reply_ptr>> store::list_catalogue(call_context& ctx, catalogue what) {
    if (what == catalogue::fields) {
        CB_CO_TRY(auto all, co_await all_fields(ctx));
        co_return without_texts(std::move(all));
    }
    auto& in = workspace_of(ctx);
    const bool members = what == catalogue::members;
    if (members) {
        if (auto had = in.members_text.get(http::clock::now()); had) co_return read_again(std::move(*had));
    }
    CB_CO_TRY(const auto where, co_await locate(ctx));
    const place_of_routes always{where.base, mount::canonical, where.workspace};
    target t = members ? target(always, "/members") : target(where, "/case-tags");
    CB_CO_TRY(auto answer, co_await get(ctx, std::move(t.text)));
    if (!answer->data.is_array()) co_return fail(errc::upstream_malformed, "a list was expected");
    if (members) in.members_text.set(answer->body, http::clock::now() + shared_for);
    co_return answer;
}

// Ids of the fields that lists can include: reserved columns cannot be asked for (§1.2).
task<result<std::vector<std::string>>> store::field_ids(call_context& ctx) {
    auto& known = workspace_of(ctx).fields;
    if (auto had = known.get(http::clock::now()); had) co_return std::move(*had);
    const std::uint64_t turn = known.turn();
    CB_CO_TRY(const auto answer, co_await list_catalogue(ctx, catalogue::fields));
    std::vector<std::string> ids;
    for (const auto& [none, field] : answer->data.elements()) {
        if (!field.member("reserved").is_true()) ids.emplace_back(field.member("id").text());
    }
    known.set_in_turn(turn, ids, http::clock::now() + options_.fields_ttl);
    co_return ids;
}

}  // namespace casebridge::platform::tracecat::client
