// Writing cases. A create answers null (fact sheet §1.6): a token planted in the payload finds the new case. A write
// of the state replaces the whole payload (§1.7), so it takes the client's own members along, and is read back.
#include "core/crypto.hpp"
#include "core/timestamp.hpp"
#include "json/compare.hpp"
#include "json/writer.hpp"
#include "observe/log.hpp"
#include "platform/tracecat/client/doubt.hpp"
#include "platform/tracecat/client/open_answer.hpp"
#include "platform/tracecat/client/storable.hpp"
#include "platform/tracecat/client/store.hpp"

#include <algorithm>
#include <array>

namespace casebridge::platform::tracecat::client {
namespace {

constexpr std::size_t created_page = 20;
constexpr unsigned most_pages = 10;
constexpr unsigned state_writes = 2;

std::string new_token() {
    std::array<std::uint8_t, 16> bytes{};
    random_bytes(bytes);
    return hex_encode(as_text(bytes));
}

// A JSON object with one more member.
std::string with_member(std::string_view object, std::string_view name, std::string_view text) {
    std::string out;
    json::writer(out).begin_object().member(name, text).end_object();
    const auto inside = object.find_first_not_of(" \t\r\n{");
    if (inside == std::string_view::npos || object[inside] == '}') return out;
    out.back() = ',';
    return out.append(object.substr(inside));
}

bool is_empty_object(std::string_view state) {
    return state.find_first_not_of(" \t\r\n{}") == std::string_view::npos;
}

// Nobody has touched the case since it was made (fact sheet §8 no. 11: fresh ones say an earlier time, or the same).
bool is_fresh(json::value item) {
    const auto made = parse_iso8601(item.member("created_at").text());
    const auto changed = parse_iso8601(item.member("updated_at").text());
    return made && changed && *changed <= *made;
}

// A document of our own, read.
struct opened {
    json::tape tape;
    explicit opened(std::string_view text) { static_cast<void>(tape.parse(text, answer_policy)); }
    json::value root() const noexcept { return tape.root(); }
};

// "tags" of a case with more of them: objects are "{…},{…}".
std::string with_tags(json::value tags, std::string_view objects) {
    std::string out = "[";
    for (const auto& [none, tag] : tags.elements()) {
        if (out.size() > 1) out += ',';
        json::append_value(out, tag);
    }
    if (out.size() > 1 && !objects.empty()) out += ',';
    return out.append(objects).append("]");
}

std::string braced(std::string_view members, std::string_view payload) {
    std::string out = "{";
    out += members;
    if (!payload.empty()) {
        if (out.size() > 1) out += ',';
        out.append("\"payload\":").append(payload);
    }
    return out + "}";
}

}  // namespace

bool store::has_token(json::value item, std::string_view token) const {
    return state_of(item, options_.state_key).member(options_.correlation_key).text() == token;
}

// The page whose only case is the one with the token. Newest first, and of those only what was made since the request
// began, by the server's clock; the last look does without that bound.
task<result<store::raw_page>> store::find_created(call_context& ctx, const place_of_routes& where,
                                                  std::string token, std::int64_t since) {
    auto wait = first_pause;
    for (unsigned look = 0; look < looks; ++look) {
        if (look > 0) {
            co_await pause(wait);
            wait *= 2;
        }
        store_listing newest;
        newest.descending = true;
        newest.limit = created_page;
        const bool bounded = look + 1 < looks;
        if (bounded) newest.filter = time_filter("start_time", since);
        for (unsigned pages = 0; pages < most_pages; ++pages) {
            CB_CO_TRY(auto page, co_await read_page(ctx, where, newest));
            std::erase_if(page.cases, [&](const raw_case& c) { return !has_token(c.item, token); });
            if (!page.cases.empty()) co_return page;
            if (page.next.empty() || !bounded) break;
            newest.cursor = page.next;
            newest.limit = most_per_page();
        }
    }
    co_return fail(errc::upstream_malformed, "the new case cannot be found");
}

task<result<platform::case_store::written>> store::create_case(call_context& ctx,
                                                               const store_change& change) {
    const std::string token = new_token();
    const std::string state = with_member(change.state, options_.correlation_key, token);
    const std::string body = braced(change.members, payload_with({}, state));
    CB_CO_CHECK(check_storable(body));
    CB_CO_TRY(const auto where, co_await locate(ctx));
    const std::int64_t since = memory_->server_micros() - clock_slack;
    target t(where, "/cases");
    auto answer = co_await send(ctx, "POST", std::move(t.text), body);
    const bool in_doubt = is_in_doubt(answer);
    result<void> outcome = answer.has_value() ? check_write(*answer) : result<void>(answer.error());
    if (outcome.has_error() && !in_doubt) co_return outcome.error();
    auto found = co_await find_created(ctx, where, token, since);
    if (found.has_error() && outcome.has_error()) co_return outcome.error();
    if (found.has_error()) co_return found.error();

    auto& in = workspace_of(ctx);
    const opened sent(body);
    raw_case& made = found->cases.front();
    const std::string described(sent.root().member("description").text());
    if (is_fresh(made.item)) made.description = described;
    // The case is made: what cannot be read of it is what was sent.
    const auto read = co_await complete_all(ctx, where, completion{true, false}, found->cases);
    if (read.has_error()) made.description = described;
    if (made.gone) co_return fail(errc::not_found, "the new case was deleted at once");
    const tag_outcome tags = co_await change_tags(ctx, where, names_of(made.item)->id, change);
    written out;
    const json::value base = made.single ? made.single->data : made.item;
    out.kept = same_json(state_of(base, options_.state_key),
                         sent.root().member("payload").member(options_.state_key));
    CB_CO_TRY(out.now, absorb(in, made, with_tags(base.member("tags"), tags.objects)));
    out.tags_refused = tags.refused;
    co_return out;
}

// A payload with that state (a JSON object; empty: none) in place of the one that it has.
std::string store::payload_with(json::value payload, std::string_view state) const {
    std::string out;
    json::writer w(out);
    w.begin_object();
    bool any = false;
    for (const auto& item : payload.members()) {
        if (item.name() == options_.state_key) continue;
        w.key(item.name()).copy(item.val);
        any = true;
    }
    if (!is_empty_object(state)) {
        w.key(options_.state_key).raw(state);
        any = true;
    }
    w.end_object();
    // A case that never had a payload has none again.
    return any || payload.is_object() ? out : "null";
}

task<result<void>> store::patch_case(call_context& ctx, const place_of_routes& where, const uuid& id,
                                     std::string body) {
    CB_CO_CHECK(check_storable(body));
    target t(where, case_path(id));
    CB_CO_TRY(const auto answer, co_await send(ctx, "PATCH", std::move(t.text), std::move(body)));
    if (answer.status == 404) workspace_of(ctx).index.erase(id);
    co_return check_write(answer);
}

task<result<platform::case_store::written>> store::update_case(call_context& ctx, const stored_case& before,
                                                               const store_change& change) {
    CB_CO_TRY(const auto where, co_await locate(ctx));
    auto& in = workspace_of(ctx);
    const json::value had = state_of(before.document(), options_.state_key);
    std::string state = change.state;
    const bool writes_state = change.writes_state || before.restored;
    if (writes_state && !before.readable)
        co_return fail(errc::upstream_error,
                       "the server cannot read the payload of this case, so nothing can be kept on it");
    if (!change.writes_state && before.restored) json::append_value(state, had);

    std::string payload;
    if (writes_state) payload = payload_with(before.document().member("payload"), state);
    if (!change.members.empty() || writes_state) {
        in.index.forget(before.id, writes_state);
        CB_CO_CHECK(co_await patch_case(ctx, where, before.id, braced(change.members, payload)));
    }
    const tag_outcome tags = co_await change_tags(ctx, where, before.id, change);
    written out;
    out.tags_refused = tags.refused;
    CB_CO_TRY(out.now, co_await read_single(ctx, where, before.id, completion{true, false}));
    for (const auto& [none, tag] : out.now->document().member("tags").elements()) {
        const auto id = uuid::parse(tag.member("id").text());
        if (id && std::find(tags.not_removed.begin(), tags.not_removed.end(), *id) != tags.not_removed.end())
            co_return fail(errc::upstream_error,
                           "the tag " + std::string(tag.member("name").text()) + " cannot be removed");
    }
    if (writes_state)
        co_return co_await confirm_state(ctx, where, before.restored ? json::value{} : had, state,
                                         std::move(out));
    co_return out;
}

// What was read back against what was written. Where a workflow's own read-modify-write has put the former state
// back, or none, ours is written once more with the payload as it is now; another state is another writer's.
task<result<platform::case_store::written>> store::confirm_state(call_context& ctx,
                                                                 const place_of_routes& where,
                                                                 json::value before, std::string_view state,
                                                                 written out) {
    const std::string text = is_empty_object(state) ? "{}" : std::string(state);
    const opened wanted(text);
    for (unsigned writes = 1;; ++writes) {
        const json::value now = state_of(out.now->document(), options_.state_key);
        const bool none = is_empty_object(state) && (!now.exists() || now.size() == 0);
        out.kept = none || same_json(now, wanted.root());
        if (out.kept) co_return out;
        if (now.exists() && !same_json(now, before))
            co_return fail(errc::conflict,
                           "The case was changed by somebody else at the same time. Read it and try again.");
        if (writes == state_writes) break;
        const std::string payload = payload_with(out.now->document().member("payload"), state);
        const uuid id = out.now->id;
        CB_CO_CHECK(co_await patch_case(ctx, where, id, braced({}, payload)));
        CB_CO_TRY(out.now, co_await read_single(ctx, where, id, completion{true, false}));
    }
    observe::log(observe::level::warn, "the state of a case does not stay", {{"case", out.now->number}});
    co_return out;
}

task<result<void>> store::remove_case(call_context& ctx, const uuid& id) {
    CB_CO_TRY(const auto where, co_await locate(ctx));
    target t(where, case_path(id));
    CB_CO_TRY(const auto answer, co_await send(ctx, "DELETE", std::move(t.text)));
    auto done = check_write(answer);
    if (done.has_value() || done.error().code == errc::not_found) workspace_of(ctx).index.erase(id);
    co_return done;
}

}  // namespace casebridge::platform::tracecat::client
