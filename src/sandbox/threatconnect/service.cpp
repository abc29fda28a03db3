#include "sandbox/threatconnect/service.hpp"

#include "sandbox/threatconnect/data_file.hpp"
#include "sandbox/threatconnect/editor.hpp"
#include "sandbox/threatconnect/options.hpp"
#include "sandbox/threatconnect/render.hpp"

#include "core/error.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>

namespace casebridge::sandbox::threatconnect {

namespace {

namespace bj = boost::json;

constexpr std::size_t most_lists = 32;
constexpr std::string_view deleted = R"({"message":"Deleted","status":"Success"})";

// Bodies of POST and PUT must be JSON; GET and DELETE may come with "{}", or with none (§2.3).
outcome<bj::value> read_body(const http::request& req, bool needed) {
    if (req.body.empty() && !needed) return bj::value(nullptr);
    boost::system::error_code ec;
    auto v = bj::parse(req.body, ec);
    if (ec) return fail(err::improper_format, "The request was not properly formed");
    return v;
}

std::string_view without_slash(std::string_view path) {
    while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
    return path;
}

std::string base_url(const http::request& req) {
    const auto* host = req.find("Host");
    return std::string(req.tls ? "https://" : "http://") + (host ? *host : "localhost");
}

// v2 says "Failure" where v3 says "Error", and has no codes.
std::string v2_failure(const api_error& e) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("status", "Failure").member("message", e.message).end_object();
    return out;
}

bool is_write(const http::request& req) {
    return req.method == "POST" || req.method == "PUT" || req.method == "DELETE";
}

}  // namespace

service::service(service_options options) : options_(std::move(options)) { reset(); }

void service::reset() {
    store_.clear();
    logins_.clear();
    lists_.clear();
    const load_target into{store_, logins_, options_.clock(), options_.max_attribute};
    load_catalogues(into);
    load_demo(into);
    for (const auto& text : files_) (void)load_data(into, text);
    if (options_.cases > 0) load_generated(into, options_.seed, options_.cases);
}

outcome<void> service::load(std::string text) {
    lists_.clear();
    files_.push_back(std::move(text));
    return load_data({store_, logins_, options_.clock(), options_.max_attribute}, files_.back());
}

void service::handle(const http::request& req, http::response& res) {
    res.content_type = "application/json";
    auto body = answer(req, res);
    if (body.has_error()) {
        res.status = body.error().status();
        res.body = req.path().starts_with("/api/v2/") ? v2_failure(body.error()) : body.error().body();
        return;
    }
    res.body = std::move(body).value();
}

outcome<std::string> service::answer(const http::request& req, http::response& res) {
    const auto path = without_slash(req.path());
    if (path == "/api/appAuth") return renew_token(req);
    if (path.starts_with("/api/v3/")) return answer_v3(req, path.substr(8), res);
    if (!path.starts_with("/api/v2/")) return fail(err::not_found);
    CB_TRY(const auto who, logins_.identify(req, options_.clock()));
    const context c{&who, who.owners.front(), base_url(req), options_.clock(), options_.fractions};
    return answer_v2(c, path.substr(8), req);
}

outcome<id_type> service::select_owner(const caller& who, const query& q, const object_def* o) const {
    const auto* name = q.find("owner");
    const record* owner =
        name ? store_.owner_named(*name) : store_.find(object_type::owner, who.owners.front());
    if (!owner || std::find(who.owners.begin(), who.owners.end(), owner->id) == who.owners.end())
        return fail(err::forbidden, "Access Denied");
    // Communities and sources have no case rights at all (§3.6, §4.13).
    if (o && o->case_data && owner->text("type") != "Organization")
        return fail(err::forbidden, "Cases are available in organizations only");
    return owner->id;
}

outcome<std::string> service::answer_v3(const http::request& req, std::string_view path,
                                        http::response& res) {
    const auto now = options_.clock();
    CB_TRY(const auto who, logins_.identify(req, now));
    if (path == "token/api" || path == "token/svc") {
        if (req.method != "POST") return fail(err::method_not_allowed);
        return R"({"data":")" + logins_.issue(who, now).text + R"(","status":"Success"})";
    }
    CB_TRY(const auto q, query::of(req));
    // "cases", "cases/7", "cases/fields"; "security/users" has a slash of its own.
    auto head = path;
    std::string_view rest;
    const auto* o = object_at(head);
    if (!o) {
        const auto slash = path.rfind('/');
        if (slash == std::string_view::npos) return fail(err::not_found);
        head = path.substr(0, slash);
        rest = path.substr(slash + 1);
        if (!(o = object_at(head))) return fail(err::not_found);
    }
    if (req.method == "OPTIONS") return options(*o, rest, q);
    CB_TRY(const auto owner, select_owner(who, q, o));
    const context c{&who, owner, base_url(req), now, options_.fractions};
    if (is_write(req) && who.read_only) return fail(err::forbidden);
    if (is_write(req)) lists_.clear();
    return rest.empty() ? collection(*o, req, q, c, res) : single(*o, rest, req, q, c);
}

outcome<std::string> service::options(const object_def& o, std::string_view rest, const query& q) {
    if (rest == "fields") return list_field_names(o);
    if (rest == "tql") return list_keywords(o);
    if (!rest.empty()) return fail(err::not_found);
    const auto* show = q.find("show");
    return describe_fields(o, store_, show && equal_folded(*show, "readOnly"));
}

outcome<std::string> service::listed(const object_def& o, const http::request& req, const query& q,
                                     const context& c) {
    const list_settings how{options_.insensitive_tql, options_.tql_zone_seconds};
    const auto* tql = q.find("tql");
    // NOW() and TODAY() move on.
    if (tql && tql->find("()") != std::string::npos) return list(store_, c, o, q, how);
    const auto key = std::to_string(c.who->user) + ' ' + c.base_url + ' ' + req.target + ' ' + req.body;
    if (const auto known = lists_.find(key); known != lists_.end()) return known->second;
    CB_TRY(auto answer, list(store_, c, o, q, how));
    if (lists_.size() >= most_lists) lists_.clear();
    lists_.emplace(key, answer);
    return answer;
}

outcome<std::string> service::collection(const object_def& o, const http::request& req, const query& q,
                                         const context& c, http::response& res) {
    if (req.method == "GET") return listed(o, req, q, c);
    if (req.method == "DELETE" && o.allowed.bulk_remove && q.find("tql")) return bulk_delete(o, q, c);
    if (req.method != "POST" || !o.allowed.create) return fail(err::method_not_allowed);
    CB_TRY(const auto body, read_body(req, true));
    CB_TRY(const auto id, editor(store_, c).create(o.type, body));
    res.status = 201;
    return one(c, q, o.type, id, "Created");
}

outcome<std::string> service::single(const object_def& o, std::string_view key, const http::request& req,
                                     const query& q, const context& c) {
    const bool known = req.method == "GET" || (req.method == "PUT" && o.allowed.update) ||
                       (req.method == "DELETE" && o.allowed.remove);
    if (!known) return fail(err::method_not_allowed);
    auto* r = find(c, o, key);
    if (!r) return fail(err::not_found, "The requested " + std::string(o.entity) + " was not found");
    if (req.method == "GET") return one(c, q, o.type, r->id, {});
    CB_TRY(const auto body, read_body(req, req.method == "PUT"));
    if (req.method == "DELETE") {
        CB_CHECK(editor(store_, c).remove(*r, body));
        return std::string(deleted);
    }
    const auto id = r->id;
    CB_CHECK(editor(store_, c).update(*r, body));
    return one(c, q, o.type, id, "Updated");
}

// By id; cases and tasks also by xid, which tcex uses when it has no id (§10.1 C5).
record* service::find(const context& c, const object_def& o, std::string_view key) {
    id_type id = 0;
    const auto read = std::from_chars(key.data(), key.data() + key.size(), id);
    record* r = nullptr;
    if (read.ec == std::errc{} && read.ptr == key.data() + key.size()) r = store_.find(o.type, id);
    const auto xid = http::decode_segment(key);
    if (!r && o.type == object_type::case_) r = store_.case_by_xid(c.owner, xid);
    if (!r && o.type == object_type::task) r = store_.task_by_xid(c.owner, xid);
    return r && may_see(store_, c, *r) ? r : nullptr;
}

outcome<std::string> service::bulk_delete(const object_def& o, const query& q, const context& c) {
    if (!options_.allow_bulk_delete) return fail(err::forbidden, "Bulk delete is not enabled on this system");
    CB_TRY(const auto rows, select(store_, c, o, q, {options_.insensitive_tql, options_.tql_zone_seconds}));
    std::vector<id_type> ids;
    for (const auto* r : rows) ids.push_back(r->id);
    for (const auto id : ids)
        if (auto* r = store_.find(o.type, id)) CB_CHECK(editor(store_, c).remove(*r, nullptr));
    return std::string(deleted);
}

outcome<std::string> service::one(const context& c, const query& q, object_type t, id_type id,
                                  std::string_view message) {
    field_tree fields;
    for (const auto& f : q.all("fields")) fields.add(f);
    std::string out;
    json::writer w(out);
    w.begin_object().key("data");
    renderer(store_, c).object(w, *store_.find(t, id), fields);
    if (!message.empty()) w.member("message", message);
    w.member("status", "Success").end_object();
    return out;
}

}  // namespace casebridge::sandbox::threatconnect
