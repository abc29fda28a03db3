// What hangs on a case (Tracecat fact sheet §3.1, §3.2, §3.6, §3.7). Nothing can be read alone: the list of its kind
// answers for it. A write whose answer was lost is looked for there, and never sent again.
#include "platform/tracecat/client/doubt.hpp"
#include "platform/tracecat/client/open_answer.hpp"
#include "platform/tracecat/client/storable.hpp"
#include "platform/tracecat/client/store.hpp"

#include "core/timestamp.hpp"
#include "json/compare.hpp"
#include "platform/tracecat/wire/unicode.hpp"

#include <algorithm>
#include <array>

namespace casebridge::platform::tracecat::client {
namespace {

using kind = platform::case_store::child;

constexpr std::chrono::minutes offers_ttl{5};

struct kind_row {
    kind what;
    std::string_view path;
    bool written = false;  // by JSON documents; else it is a file, or the server's own record
};
constexpr std::array kinds{
    kind_row{kind::comment, "/comments", true},
    kind_row{kind::task, "/tasks", true},
    kind_row{kind::attachment, "/attachments"},
    kind_row{kind::event, "/events"},
};
const kind_row& row_of(kind what) {
    return *std::find_if(kinds.begin(), kinds.end(), [&](const kind_row& r) { return r.what == what; });
}

std::string path_of(const uuid& of, kind what, const uuid* id = nullptr) {
    std::string below(row_of(what).path);
    if (id != nullptr) below.append("/").append(id->to_string());
    return case_path(of, below);
}

failure cannot_be_written(kind what) {
    return fail(errc::not_supported, "no document is written to " + std::string(row_of(what).path));
}

// A document of our own, read.
struct opened {
    json::tape tape;
    explicit opened(std::string_view text) { static_cast<void>(tape.parse(text, answer_policy)); }
    json::value root() const noexcept { return tape.root(); }
};

// A member as it was sent, against the child as it is shown: texts are trimmed where Tracecat trims them (§3.1), an
// assignee is shown as a user (§3.2).
bool shows_member(json::value shown, std::string_view name, json::value sent) {
    if (name == "content") return shown.member(name).text() == python_strip(sent.text());
    if (name == "parent_id" && !sent.is_null()) {
        const auto wanted = uuid::parse(sent.text());
        return wanted && uuid::parse(shown.member(name).text()) == wanted;
    }
    if (name == "assignee_id") {
        if (sent.is_null()) return true;  // ignored (§3.2)
        return uuid::parse(shown.member("assignee").member("id").text()) == uuid::parse(sent.text());
    }
    if (name == "workflow_id") return shown.member(name).is_null() == sent.is_null();  // written differently
    return same_json(shown.member(name), sent);
}

bool shows(json::value shown, json::value sent) {
    for (const auto& m : sent.members()) {
        if (!shows_member(shown, m.name(), m.val)) return false;
    }
    return true;
}

std::int64_t made_at(json::value shown) {
    return parse_iso8601(shown.member("created_at").text()).value_or(instant{}).micros;
}

// Whether it can be what was sent: of the same content, since then, and still there.
bool may_be(json::value shown, json::value sent, kind what, std::int64_t since) {
    if (made_at(shown) < since || shown.member("is_deleted").is_true() || !shows(shown, sent)) return false;
    if (what != kind::comment) return true;
    const bool reply = sent.member("parent_id").is_string();
    return reply || !shown.member("parent_id").is_string();
}

bool is_by(json::value shown, std::string_view user) {
    if (shown.member("workflow").is_object() || shown.member("agent").is_object()) return false;
    return shown.member("user").member("id").text() == user;
}

json::value find_id(json::value list, const uuid& id) {
    for (const auto& [none, shown] : list.elements()) {
        if (uuid::parse(shown.member("id").text()) == id) return shown;
    }
    return {};
}

}  // namespace

void store::note_failure(const call_context& ctx, const uuid& of, child what, const failure& f) {
    auto& in = workspace_of(ctx);
    if (f.code == errc::not_found) in.index.erase(of);
    // A missing plan hides behind errors of which nothing is said (§3.2): it is asked for again.
    if (what == child::task) in.tasks_offered.forget();
}

task<result<bool>> store::offers(call_context& ctx, child what) {
    if (what != child::task) co_return true;
    auto& known = workspace_of(ctx).tasks_offered;
    if (const auto had = known.get(http::clock::now()); had) co_return *had;
    CB_CO_TRY(const auto where, co_await locate(ctx));
    target t(where, path_of(uuid{}, what));  // of no case: an empty list where there are tasks at all (§3.2)
    CB_CO_TRY(const auto answer, co_await send(ctx, "GET", std::move(t.text)));
    const bool offered = !lacks_entitlement(answer);
    if (offered) CB_CO_CHECK(check_answer(answer));
    known.set(offered, http::clock::now() + offers_ttl);
    co_return offered;
}

task<result<reply_ptr>> store::list_children(call_context& ctx, const uuid& of, child what) {
    CB_CO_TRY(const auto where, co_await locate(ctx));
    target t(where, path_of(of, what));
    auto list = co_await get(ctx, std::move(t.text));
    if (list.has_error()) {
        note_failure(ctx, of, what, list.error());
        co_return list.error();
    }
    const json::value items = what == child::event ? (*list)->data.member("events") : (*list)->data;
    if (!items.is_array()) co_return fail(errc::upstream_malformed, "a list was expected");
    if (what == child::task) workspace_of(ctx).tasks_offered.set(true, http::clock::now() + offers_ttl);
    co_return std::move(*list);
}

task<result<reply_ptr>> store::read_child(call_context& ctx, const uuid& of, child what, const uuid& id) {
    CB_CO_TRY(auto list, co_await list_children(ctx, of, what));
    list->data = find_id(list->data, id);
    if (!list->data.exists()) co_return fail(errc::not_found, "it is not on this case any more");
    co_return std::move(list);
}

task<result<std::string>> store::own_user(call_context& ctx) {
    const login_credential* c = find_credential(ctx.credential);
    if (c == nullptr || !c->can_login()) co_return std::string();
    std::string known = memory_->user_of(c->name);
    if (!known.empty()) co_return known;
    const request r{"GET", options_.base_path + "/users/me"};  // keys are not answered there (§5.6)
    CB_CO_TRY(auto answer, co_await transmit_logged_in(ctx, r, *c));
    CB_CO_TRY(const auto me, open_answer(std::move(answer)));
    known = me->data.member("id").text();
    if (known.empty()) co_return fail(errc::upstream_malformed, "a user without an id");
    memory_->note_user(c->name, known);
    co_return known;
}

// Among those that can be it the newest that nobody here has found before. Others may write the same text at the
// same time: who wrote it is asked for where there are several, and where it is not certain that ours was written.
task<result<reply_ptr>> store::find_made(call_context& ctx, const uuid& of, child what, json::value sent,
                                         std::int64_t since, bool in_doubt) {
    auto wait = first_pause;
    for (unsigned look = 0; look < looks; ++look) {
        if (look > 0) {
            co_await pause(wait);
            wait *= 2;
        }
        CB_CO_TRY(auto list, co_await list_children(ctx, of, what));
        std::vector<json::value> found;
        for (const auto& [none, shown] : list->data.elements()) {
            if (may_be(shown, sent, what, since)) found.push_back(shown);
        }
        if (what == child::comment && (found.size() > 1 || (in_doubt && !found.empty()))) {
            CB_CO_TRY(const auto user, co_await own_user(ctx));
            std::erase_if(found, [&](json::value shown) { return !is_by(shown, user); });
        }
        std::stable_sort(found.begin(), found.end(),
                         [](json::value a, json::value b) { return made_at(a) < made_at(b); });
        for (auto at = found.rbegin(); at != found.rend(); ++at) {
            const auto id = uuid::parse(at->member("id").text());
            if (!id || !workspace_of(ctx).made.claim(*id)) continue;
            list->data = *at;
            co_return std::move(list);
        }
    }
    co_return fail(errc::upstream_malformed, "what was written cannot be found");
}

task<result<reply_ptr>> store::create_child(call_context& ctx, const uuid& of, child what,
                                            std::string_view members) {
    if (!row_of(what).written) co_return cannot_be_written(what);
    const std::string body = "{" + std::string(members) + "}";
    CB_CO_CHECK(check_storable(body));
    CB_CO_TRY(const auto where, co_await locate(ctx));
    const std::int64_t since = memory_->server_micros() - clock_slack;
    target t(where, path_of(of, what));
    auto answer = co_await send(ctx, "POST", std::move(t.text), body);
    const bool in_doubt = is_in_doubt(answer);
    result<void> outcome = answer.has_value() ? check_write(*answer) : result<void>(answer.error());
    if (outcome.has_error()) note_failure(ctx, of, what, outcome.error());
    if (outcome.has_error() && !in_doubt) co_return outcome.error();
    if (outcome.has_value() && what == child::task) {
        // Nothing is planted in it that would find it again: what the server made of it is told at once.
        auto made = open_answer(std::move(*answer));
        const auto id = made.has_value() ? uuid::parse((*made)->data.member("id").text()) : std::nullopt;
        if (id) {
            static_cast<void>(workspace_of(ctx).made.claim(*id));
            co_return std::move(*made);
        }
    }
    const opened sent(body);
    auto found = co_await find_made(ctx, of, what, sent.root(), since, outcome.has_error());
    if (found.has_error() && outcome.has_error()) co_return outcome.error();
    co_return found;
}

task<result<reply_ptr>> store::update_child(call_context& ctx, const uuid& of, child what, const uuid& id,
                                            std::string_view members) {
    if (!row_of(what).written) co_return cannot_be_written(what);
    const std::string body = "{" + std::string(members) + "}";
    CB_CO_CHECK(check_storable(body));
    CB_CO_TRY(const auto where, co_await locate(ctx));
    target t(where, path_of(of, what, &id));
    auto answer = co_await send(ctx, "PATCH", std::move(t.text), body);
    const result<void> outcome = answer.has_value() ? check_answer(*answer) : result<void>(answer.error());
    if (outcome.has_error()) note_failure(ctx, of, what, outcome.error());
    if (outcome.has_error() && !is_in_doubt(answer)) co_return outcome.error();
    if (outcome.has_value() && what == child::task) co_return open_answer(std::move(*answer));
    auto now = co_await read_child(ctx, of, what, id);
    if (outcome.has_value()) co_return now;
    const opened sent(body);
    if (now.has_error() || !shows((*now)->data, sent.root())) co_return outcome.error();
    co_return now;
}

task<result<void>> store::remove_child(call_context& ctx, const uuid& of, child what, const uuid& id) {
    if (what == child::event) co_return cannot_be_written(what);
    CB_CO_TRY(const auto where, co_await locate(ctx));
    target t(where, path_of(of, what, &id));
    const auto answer = co_await send(ctx, "DELETE", std::move(t.text));
    result<void> outcome = answer.has_value() ? check_write(*answer) : result<void>(answer.error());
    if (outcome.has_value() || outcome.error().code == errc::not_found) co_return result<void>{};
    note_failure(ctx, of, what, outcome.error());
    if (!is_in_doubt(answer)) co_return outcome;
    const auto left = co_await read_child(ctx, of, what, id);
    const bool gone = left.has_value() ? (*left)->data.member("is_deleted").is_true()
                                       : left.error().code == errc::not_found;
    co_return gone ? result<void>{} : outcome;
}

}  // namespace casebridge::platform::tracecat::client
