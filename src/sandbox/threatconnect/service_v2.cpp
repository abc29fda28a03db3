// What clients still ask of v2 and beside the versions: owners, whoami, token renewal
// (ThreatConnect fact sheet §2.1, §11).
#include "sandbox/threatconnect/service.hpp"

#include "json/writer.hpp"

#include "core/error.hpp"

#include <charconv>

namespace casebridge::sandbox::threatconnect {

namespace {

void owner(json::writer& w, const record& o) {
    w.begin_object()
        .member("id", o.id)
        .member("name", o.text("name"))
        .member("type", o.text("type"))
        .end_object();
}

std::string owners(const store& s, const context& c) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("status", "Success").key("data").begin_object();
    w.member("resultCount", static_cast<std::int64_t>(c.who->owners.size())).key("owner").begin_array();
    for (const auto id : c.who->owners) owner(w, *s.find(object_type::owner, id));
    w.end_array().end_object().end_object();
    return out;
}

std::string one_owner(const record& o) {
    std::string out;
    json::writer w(out);
    w.begin_object()
        .member("status", "Success")
        .key("data")
        .begin_object()
        .member("resultCount", std::int64_t{1});
    w.key("owner");
    owner(w, o);
    w.end_object().end_object();
    return out;
}

void user(json::writer& w, const record& u, bool full) {
    w.begin_object();
    for (const auto* key : {"userName", "firstName", "lastName"}) w.member(key, u.text(key));
    if (full) w.member("pseudonym", u.text("pseudonym")).member("role", u.text("systemRole"));
    w.end_object();
}

std::string members(const store& s, const context& c) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("status", "Success").key("data").begin_object().key("user").begin_array();
    for (const auto& [id, u] : s.all(object_type::user))
        if (belongs(u, c.owner)) user(w, u, false);
    w.end_array().end_object().end_object();
    return out;
}

std::string who_am_i(const store& s, const context& c) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("status", "Success").key("data").begin_object().key("user");
    user(w, *s.find(object_type::user, c.who->user), true);
    w.end_object().end_object();
    return out;
}

}  // namespace

outcome<std::string> service::answer_v2(const context& c, std::string_view path, const http::request& req) {
    if (req.method != "GET") return fail(err::method_not_allowed);
    if (path == "owners") return owners(store_, c);
    if (path == "owners/mine") return one_owner(*store_.find(object_type::owner, c.owner));
    if (path == "owners/mine/members") return members(store_, c);
    if (path == "whoami") return who_am_i(store_, c);
    if (path == "types/indicatorTypes")
        return std::string(R"({"status":"Success","data":{"resultCount":0,"indicatorType":[]}})");
    if (!path.starts_with("owners/")) return fail(err::not_found);
    const auto text = path.substr(7);
    id_type id = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
    const auto* o = read.ptr == text.data() + text.size() ? store_.find(object_type::owner, id) : nullptr;
    if (!o || !may_see(store_, c, *o)) return fail(err::not_found, "The requested owner was not found");
    return one_owner(*o);
}

outcome<std::string> service::renew_token(const http::request& req) {
    if (req.method != "GET") return fail(err::method_not_allowed);
    CB_TRY(const auto q, query::of(req));
    const auto* old = q.find("expiredToken");
    const auto fresh =
        old ? logins_.renew(*old, options_.clock()) : outcome<issued_token>(fail(err::unauthorized));
    std::string out;
    json::writer w(out);
    w.begin_object().member("success", fresh.has_value());
    if (fresh.has_value())
        w.member("apiToken", fresh.value().text)
            .member("apiTokenExpires", std::to_string(fresh.value().expires));
    else
        w.member("message", fresh.error().message);
    w.end_object();
    return out;
}

}  // namespace casebridge::sandbox::threatconnect
