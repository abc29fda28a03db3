// One request of ours: by the key or under a login that is renewed once, on the mount that the server has.
#include "observe/log.hpp"
#include "observe/redact.hpp"
#include "platform/tracecat/client/open_answer.hpp"
#include "platform/tracecat/client/store.hpp"

namespace casebridge::platform::tracecat::client {
namespace {

constexpr std::chrono::seconds after_bad_login{10};    // before the same login is tried again
constexpr std::chrono::seconds after_bad_key{60};
constexpr std::chrono::seconds after_bad_session{10};  // before a login is renewed for the same workspace
constexpr std::chrono::seconds after_old_release{60};

std::string key_of(std::string_view kind, const login_credential& c, const workspace* where = nullptr) {
    std::string out(kind);
    out.append(1, ' ').append(c.name);
    if (where != nullptr) out.append(1, ' ').append(where->id.to_string());
    return out;
}

failure refused(const login_credential& c, std::string_view what) {
    return fail(errc::upstream_unauthorized,
                "the " + std::string(what) + " of credential " + c.name + " was refused");
}

bool is_read(std::string_view method) noexcept { return method == "GET"; }

}  // namespace

store::store(upstream::client& client, store_options opts, std::shared_ptr<store_memory> memory)
    : client_(client), options_(std::move(opts)), memory_(std::move(memory)) {}

const login_credential* store::find_credential(std::string_view name) const noexcept {
    for (const auto& c : options_.credentials) {
        if (c.name == name) return &c;
    }
    return nullptr;
}

bool store::reads_by_key(const call_context& ctx) const {
    const login_credential* c = find_credential(ctx.credential);
    if (c == nullptr || c->api_key.empty()) return false;
    return !c->can_login() || !memory_->logins.refused(key_of("key", *c), http::clock::now());
}

task<result<upstream::answer>> store::transmit(call_context& ctx, const request& r, const login_credential& c,
                                               std::string_view field, std::string value) {
    upstream::call call;
    call.method = r.method;
    call.target = r.target;
    call.fields.emplace_back("Accept", "application/json");
    if (!value.empty()) call.fields.emplace_back(field, std::move(value));
    if (!r.content_type.empty())
        call.fields.emplace_back("Content-Type", r.content_type);
    else if (!r.body.empty())
        call.fields.emplace_back("Content-Type",
                                 r.form ? "application/x-www-form-urlencoded" : "application/json");
    if (!ctx.traceparent.empty()) call.fields.emplace_back("traceparent", ctx.traceparent);
    if (!ctx.tracestate.empty()) call.fields.emplace_back("tracestate", ctx.tracestate);
    call.body = r.body;
    call.parts = r.parts;
    call.credential = c.name;
    call.account = ctx.account;
    call.shareable = is_read(r.method);
    call.deadline = ctx.deadline;
    const auto start = http::clock::now();
    auto answer = co_await client_.send(call);
    ctx.requests += 1;
    ctx.status = answer.has_value() ? answer->status : 0;
    ctx.time += std::chrono::duration_cast<std::chrono::microseconds>(http::clock::now() - start);
    if (answer.has_value()) {
        if (const std::string* date = answer->find("date"); date != nullptr) memory_->note_date(*date);
        if (refuses_route(*answer)) memory_->server.forget();
    }
    co_return answer;
}

task<result<sessions::session>> store::log_in(call_context& ctx, const login_credential& c,
                                              std::uint64_t stale_serial) {
    const std::string key = key_of("login", c);
    auto pass = co_await memory_->one_at_a_time.enter(key, ctx.deadline);
    if (!pass) co_return fail(errc::upstream_timeout, "deadline passed while waiting for a login");
    auto now = memory_->logins.current(c.name);
    if (!now.cookie.empty() && now.serial != stale_serial) co_return now;
    if (memory_->logins.refused(key, http::clock::now())) co_return refused(c, "login");

    const request r{"POST", options_.base_path + "/auth/login", login_form(c.email, c.password), true};
    CB_CO_TRY(const auto answer, co_await transmit(ctx, r, c, {}, {}));
    if (answer.status >= 500) co_return check_answer(answer).error();
    std::string cookie = cookies_of(answer.fields);
    if (answer.status >= 400 || cookie.empty()) {
        memory_->logins.note_refusal(key, http::clock::now() + after_bad_login);
        co_return refused(c, "login");
    }
    observe::add_secret(cookie.substr(cookie.find('=') + 1));
    memory_->logins.logged_in(c.name, std::move(cookie));
    observe::log(observe::level::info, "logged in upstream", {{"credential", std::string_view(c.name)}});
    co_return memory_->logins.current(c.name);
}

task<result<upstream::answer>> store::transmit_logged_in(call_context& ctx, const request& r,
                                                         const login_credential& c) {
    const std::string workspace = key_of("session", c, ctx.where);
    auto session = memory_->logins.current(c.name);
    std::uint64_t stale = 0;
    for (unsigned tries = 0; tries < 2; ++tries) {
        if (session.cookie.empty() || session.serial == stale) {
            CB_CO_TRY(session, co_await log_in(ctx, c, stale));
        }
        auto answer = co_await transmit(ctx, r, c, "Cookie", session.cookie);
        if (answer.has_error() || !refuses_caller(*answer)) co_return answer;
        const bool renewed = tries > 0;
        if (renewed) memory_->logins.note_refusal(workspace, http::clock::now() + after_bad_session);
        // A login that was renewed just now does not reach this workspace: another would not either.
        if (memory_->logins.refused(workspace, http::clock::now())) break;
        stale = session.serial;
        memory_->logins.expired(c.name, stale);
        session = memory_->logins.current(c.name);
    }
    co_return refused(c, "session");
}

task<result<upstream::answer>> store::send(call_context& ctx, std::string_view method, std::string target,
                                           std::string body) {
    const request r{method, std::move(target), std::move(body)};
    co_return co_await send(ctx, r);
}

task<result<upstream::answer>> store::send(call_context& ctx, const request& r) {
    const login_credential* c = find_credential(ctx.credential);
    if (c == nullptr)
        co_return fail(errc::upstream_unauthorized, "no credential " + std::string(ctx.credential));
    const bool by_key = reads_by_key(ctx) && (is_read(r.method) || !c->can_login());
    if (by_key) {
        auto answer = co_await transmit(ctx, r, *c, "Authorization", "Bearer " + c->api_key);
        if (answer.has_error() || !refuses_caller(*answer)) co_return answer;
        if (!c->can_login()) co_return refused(*c, "API key");
        memory_->logins.note_refusal(key_of("key", *c), http::clock::now() + after_bad_key);
        observe::log(observe::level::warn, "an API key was refused; the login is used instead",
                     {{"credential", std::string_view(c->name)}});
    }
    co_return co_await transmit_logged_in(ctx, r, *c);
}

task<result<reply_ptr>> store::get(call_context& ctx, std::string target) {
    CB_CO_TRY(auto answer, co_await send(ctx, "GET", std::move(target)));
    co_return open_answer(std::move(answer));
}

place_of_routes store::place(const call_context& ctx, mount how) const noexcept {
    return {options_.base_path, how, ctx.where->id};
}

task<result<place_of_routes>> store::locate(call_context& ctx) {
    auto known = memory_->server.get(http::clock::now());
    if (!known) {
        auto pass = co_await memory_->one_at_a_time.enter("release", ctx.deadline);
        if (!pass)
            co_return fail(errc::upstream_timeout,
                           "deadline passed while waiting to learn the server's release");
        known = memory_->server.get(http::clock::now());
        if (!known) {
            CB_CO_CHECK(co_await probe(ctx));
            known = memory_->server.get(http::clock::now());
        }
    }
    if (!known) co_return fail(errc::upstream_malformed, "the server's release could not be found out");
    if (known->found != verdict::good) co_return fail(errc::upstream_error, known->sentence);
    co_return place(ctx, known->how);
}

task<result<void>> store::probe(call_context& ctx) {
    store_memory::release found;
    for (const mount how : {mount::canonical, mount::legacy}) {
        target t(place(ctx, how), "/cases/search");
        t.add_query(probe_query);
        CB_CO_TRY(const auto answer, co_await send(ctx, "GET", std::move(t.text)));
        found.found = judge_probe(answer);
        found.how = how;
        if (found.found == verdict::unclear) {
            CB_CO_CHECK(check_answer(answer));
            co_return fail(errc::upstream_malformed, "no answer of a Tracecat server");
        }
        if (found.found != verdict::no_mount) break;
    }
    auto until = http::time_point::max();
    if (found.found != verdict::good) {
        CB_CO_TRY(const auto info, co_await send(ctx, "GET", options_.base_path + "/info"));
        found.sentence = too_old_sentence(version_of(info));
        until = http::clock::now() + after_old_release;
        observe::log(observe::level::error, found.sentence);
    }
    memory_->server.set(std::move(found), until);
    co_return result<void>{};
}

}  // namespace casebridge::platform::tracecat::client
