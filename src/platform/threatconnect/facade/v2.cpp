// Tokens, and the calls of v2 that clients begin with (ThreatConnect fact sheet §2.1, §11).
#include "json/writer.hpp"
#include "platform/threatconnect/facade/context.hpp"
#include "platform/threatconnect/facade/envelope.hpp"
#include "platform/threatconnect/facade/facade.hpp"

#include <charconv>

namespace casebridge::platform::threatconnect {
namespace {

constexpr std::uint32_t all_of_them = most_results;

void write_owner(json::writer& w, json::value o) {
    w.begin_object().member("id", o.member("id")).member("name", o.member("name"));
    w.member("type", o.member("type")).end_object();
}

void write_user(json::writer& w, json::value u) {
    w.begin_object();
    for (const std::string_view name : {"userName", "firstName", "lastName"})
        if (const json::value v = u.member(name); v.exists() && !v.is_null()) w.member(name, v);
    w.end_object();
}

// The documents that are taken, as a list or, alone, as an object.
struct v2_answer {
    std::string_view name;      // of the member with the documents
    bool counted = true;
    bool alone = false;
    void (*write)(json::writer&, json::value);
};

// Null: nothing was taken although one was wanted.
std::optional<std::string> wrap(const v2_answer& how, const std::vector<std::string>& documents,
                                std::optional<std::int64_t> id, std::string_view name) {
    std::string list;
    json::writer items(list);
    std::int64_t n = 0;
    json::tape tape;
    for (const std::string& d : documents) {
        if (tape.parse(d, {}).has_error()) return std::nullopt;
        const json::value v = tape.root();
        std::int64_t own = 0;
        v.member("id").to_int64(own);
        if ((id && own != *id) || (!name.empty() && v.member("name").text() != name)) continue;
        if (how.alone && n == 1) break;
        how.write(items, v);
        ++n;
    }
    if (how.alone && n == 0) return std::nullopt;
    std::string out;
    json::writer w(out);
    w.begin_object().member("status", "Success").key("data").begin_object();
    if (how.counted) w.member("resultCount", n);
    w.key(how.name).raw(how.alone ? list : "[" + list + "]").end_object().end_object();
    return out;
}

}  // namespace

void facade::issue_token(context& c) const {
    std::string token;
    json::append_string(token, tokens_.issue(*c.who).text);
    answer_object(c.res, 200, token);
}

void facade::renew_token(context& c) const {
    const std::string* old = c.given.find("expiredToken");
    const api_user* who = old ? tokens_.find_renewable(*old) : nullptr;
    std::string body;
    json::writer w(body);
    w.begin_object().member("success", who != nullptr);
    if (who) {
        const auto fresh = tokens_.issue(*who);
        w.member("apiToken", std::string_view(fresh.text));
        w.member("apiTokenExpires", std::string_view(std::to_string(fresh.expires)));
        c.who = who;
    } else {
        w.member("message", "Unauthorized");
        c.res.reason = "unauthorized";
    }
    w.end_object();
    answer_json(c.res, 200, std::move(body));
}

void facade::who_am_i(context& c) const {
    std::string body;
    json::writer w(body);
    w.begin_object().member("status", "Success").key("data").begin_object().key("user").begin_object();
    w.member("userName", std::string_view(c.who->access_id));
    w.member("firstName", std::string_view(c.who->first_name));
    w.member("lastName", std::string_view(c.who->last_name));
    w.member("pseudonym", std::string_view(c.who->pseudonym)).member("role", "Api User");
    w.end_object().end_object().end_object();
    answer_json(c.res, 200, std::move(body));
}

task<void> facade::act_on_v2(context& c) {
    record_request r = start(c, record_verb::list);
    r.what = c.what() == action::members ? record_kind::user : record_kind::owner;
    r.limit = all_of_them;
    record_answer a;
    const bool done = co_await run(c, r, a);
    if (!done) co_return;
    v2_answer how{"owner", true, c.what() != action::owners, write_owner};
    std::optional<std::int64_t> id;
    std::string_view name;
    if (c.what() == action::members) how = {"user", false, false, write_user};
    if (c.what() == action::own_owner) name = c.where->organization;
    if (c.what() == action::owner) {
        std::int64_t n = 0;
        const char* end = c.found.id.data() + c.found.id.size();
        const auto read = std::from_chars(c.found.id.data(), end, n);
        id = read.ec == std::errc{} && read.ptr == end ? n : -1;
    }
    auto body = wrap(how, a.documents, id, name);
    if (body)
        answer_json(c.res, 200, std::move(*body));
    else
        refuse(c, {err::not_found, "The requested owner was not found"});
}

}  // namespace casebridge::platform::threatconnect
