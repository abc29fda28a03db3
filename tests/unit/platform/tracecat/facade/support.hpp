// A façade with accounts, keys, and a backend that is a few lines of memory.
#pragma once

#include "platform/tracecat/facade/facade.hpp"

#include "core/password.hpp"
#include "core/slug.hpp"
#include "json/tape.hpp"
#include "json/writer.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace casebridge::platform::tracecat::test {

inline constexpr const char* password = "Correct-Horse-Battery-9";
inline constexpr const char* unknown_id = "5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90";
inline constexpr const char* version_1_id = "c232ab00-9414-11ec-b3c8-9f68deced846";
inline constexpr const char* nil_id = "00000000-0000-0000-0000-000000000000";
inline constexpr const char* workspace_1 = "a3b92b3a-81a3-4481-83a5-de4bf26872a3";
inline constexpr const char* workspace_2 = "cf729068-ad0c-4122-8bb6-5459fe3945bc";

inline uuid id_of(std::string_view text) { return *uuid::parse(text); }

inline std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// Any id names a case of the workspace that asks for it first, but the few that the recordings use as
// unknown.
class memory_exchange : public exchange {
public:
    task<result<outcome>> run(const operation& op) override {
        calls.push_back(op.action);
        last_page = op.page;
        last_filter = op.filter;
        last_child = op.child;
        last_ids = op.ids;
        last_group_by = op.group_by;
        last_payload = op.include_payload;
        last_what = op.what;
        last_key = op.idempotency_key;
        last_document.clear();
        if (op.document) json::append_value(last_document, op.document);
        if (forced) co_return *forced;
        co_return answer(op);
    }

    std::vector<verb> calls;
    page_request last_page;
    query::filter last_filter;
    std::string last_child, last_group_by, last_document, last_key;
    object last_what = object::case_;
    std::vector<uuid> last_ids;
    bool last_payload = false;
    std::optional<failure> forced;
    outcome list_answer;
    uuid created = id_of("11111111-2222-4333-8444-555555555555");

private:
    bool exists(const operation& op) {
        if (op.id == id_of(unknown_id) || op.id == id_of(version_1_id) || op.id == id_of(nil_id))
            return false;
        if (deleted_.contains(op.id)) return false;
        return home_.emplace(op.id, op.where->id).first->second == op.where->id;
    }

    static result<outcome> one(std::string document) {
        outcome out;
        out.items.push_back({{}, std::move(document)});
        return out;
    }

    result<outcome> answer(const operation& op) {
        switch (op.what) {
            case object::case_: return on_case(op);
            case object::case_tag: return on_case_tag(op);
            case object::tag: return on_tag(op);
            case object::user:
                return one(
                    R"({"user_id":"3529c57e-f9cb-4063-b60d-c93b62a60f84","first_name":null,)"
                    R"("last_name":null,"email":"viewer@example.com","role_name":"Workspace Viewer"})");
            case object::field: return list_answer;
            case object::event:
                if (!exists(op)) return fail(errc::not_found, "no such case");
                return one(R"({"events":[],"users":[]})");
            case object::comment:
            case object::task: return on_child(op);
            default: break;
        }
        return fail(errc::internal);
    }

    result<outcome> on_child(const operation& op) {
        if (!exists(op)) return fail(errc::not_found, "no such case");
        if (op.action == verb::list) return list_answer;
        outcome out;
        out.id = created;
        out.items.push_back({{}, R"({"id":"x"})"});
        return out;
    }

    static std::string tag(std::string_view ref) {
        std::string out;
        json::writer(out).begin_object().member("ref", ref).end_object();
        return out;
    }

    // A tag "VIP" is there; the others by what is written.
    result<outcome> on_tag(const operation& op) {
        if (op.action == verb::list) return list_answer;
        const bool known = op.child != unknown_id && !gone_tags_.contains(op.child);
        if (op.action != verb::create && !known) return fail(errc::not_found, "", "/tag");
        if (op.action == verb::remove) gone_tags_.insert(op.child);
        if (op.action == verb::remove || op.action == verb::read) return one(tag("vip"));
        const std::string ref = casebridge::slug(op.document.member("name").text());
        if (op.document.member("name").exists() && !refs_.insert(ref).second)
            return fail(errc::conflict, ref, "/ref");
        return one(tag(ref));
    }

    result<outcome> on_batch(const operation& op) {
        outcome out;
        operation single = op;
        single.ids.clear();
        for (const uuid& id : op.ids) {
            single.id = id;
            const auto done = on_case(single);
            out.each.push_back(done.has_error() ? result<void>(done.error()) : result<void>());
        }
        return out;
    }

    result<outcome> on_case(const operation& op) {
        if (!op.ids.empty()) return on_batch(op);
        if (op.action == verb::list || op.action == verb::count) return list_answer;
        if (op.action != verb::create && !exists(op)) return fail(errc::not_found, "no such case");
        if (op.action == verb::remove) deleted_.insert(op.id);
        if (op.action == verb::create || op.action == verb::update) {
            if (op.document.member("assignee_id").text() == unknown_id)
                return fail(errc::unresolved_reference, "no such user", "/assignee_id");
            if (op.document.member("fields").member("nope").exists())
                return fail(errc::unknown_field, "nope");
        }
        outcome out;
        out.id = created;
        if (op.action == verb::read) out.items.push_back({{}, R"({"id":"x","fields":[]})"});
        return out;
    }

    result<outcome> on_case_tag(const operation& op) {
        if (!exists(op)) return fail(errc::not_found, "no such case");
        if (op.action == verb::list) return list_answer;
        if (op.child == "nope" || op.child == unknown_id) return fail(errc::not_found, "", "/tag");
        if (op.action == verb::create) {
            tags_.insert({op.id, op.child});
            return one(tag(op.child));
        }
        if (tags_.erase({op.id, op.child}) == 0) return fail(errc::not_found, "", "/tag/case");
        return outcome{};
    }

    std::map<uuid, uuid> home_;
    std::set<uuid> deleted_;
    std::set<std::pair<uuid, std::string>> tags_;
    std::set<std::string> gone_tags_, refs_{"vip"};
};

// The accounts of the recordings, all with one password.
inline directory make_directory() {
    static const std::string hash = *hash_password(password);
    directory d;
    d.workspaces = {{id_of(workspace_1), "SOC Operations", "", "", ""},
                    {id_of(workspace_2), "Threat Hunting", "", "", ""},
                    {id_of("2c77192b-2886-4d01-ac6f-7211e23585ed"), "Scratch", "", "", ""},
                    {id_of("71e43eca-c45b-47f8-8484-e5641b194186"), "Paging", "", "", ""}};
    const auto add = [&](const char* id, const char* email, const char* first, bool super,
                         std::optional<role> r) {
        account a;
        a.id = id_of(id);
        a.email = email;
        a.first_name = first;
        a.last_name = "Placeholder";
        a.password_hash = hash;
        a.superuser = super;
        if (r) a.workspaces[id_of(workspace_1)] = *r;
        d.accounts.push_back(std::move(a));
    };
    add("dcfabeac-c630-48b9-a961-b4d97951aa28", "admin@example.com", "Adair", true, std::nullopt);
    add("268e1802-2ebf-40c2-9158-73e22ad48bce", "lead@example.com", "Lennox", false, role::admin);
    add("6087fd56-e134-4062-813a-25040ec6c695", "editor@example.com", "Ember", false, role::editor);
    add("3529c57e-f9cb-4063-b60d-c93b62a60f84", "viewer@example.com", "Vale", false, role::viewer);
    add("dab5fd14-b41d-498a-b1eb-b4411fa1f359", "member@example.com", "Merrit", false, std::nullopt);
    add("2944d362-7894-4d20-97c2-eb5539289833", "outsider@example.org", "Oakley", false, std::nullopt);
    const auto hashed = [](std::string_view secret) {
        return "sha256$" + hex_encode(as_text(sha256(secret)));
    };
    d.keys.push_back({"abcdefghijk1", false, hashed("ws-secret"), id_of(workspace_1), role::editor});
    d.keys.push_back({"abcdefghijk2", true, hashed("org_secret"), {}, role::viewer});
    return d;
}

inline wording plain_errors(const failure& why) {
    switch (why.code) {
        case errc::malformed_request: return {400, "malformed"};
        case errc::body_too_large: return {413, "Request body too large"};
        case errc::not_supported: return {501, why.detail};
        case errc::read_only:
        case errc::deletes_disabled: return {403, why.detail};
        case errc::overloaded: return {503, why.detail};
        case errc::upstream_timeout: return {504, "upstream timeout"};
        default: return {500, why.detail};
    }
}

// A Tracecat as its open-source servers are.
inline options without_addons() {
    options o;
    o.case_addons = false;
    return o;
}

struct world {
    explicit world(options o = {}) : opts(with_keys(std::move(o))) {}

    static options with_keys(options o) {
        o.session_key.fill(1);
        o.cursor_key.fill(2);
        if (o.allowed_origins.empty()) o.allowed_origins = {"http://127.0.0.1:3000"};
        return o;
    }

    http::response ask(const http::request& req) {
        http::response res;
        boost::asio::io_context context;
        std::exception_ptr failed;
        boost::asio::co_spawn(context.get_executor(), face.handle(req, res),
                              [&](std::exception_ptr e) { failed = e; });
        context.run();
        if (failed) std::rethrow_exception(failed);
        return res;
    }

    http::response ask(std::string method, std::string target, std::string_view actor = {},
                       std::string body = {}, std::string content_type = "application/json") {
        http::request req;
        req.method = std::move(method);
        req.target = std::move(target);
        req.fields.push_back({"Host", "127.0.0.1:8000"});
        if (!actor.empty()) req.fields.push_back({"Cookie", "fastapiusersauth=" + session(actor)});
        if (!body.empty() && !content_type.empty()) req.fields.push_back({"Content-Type", content_type});
        req.body = std::move(body);
        return ask(req);
    }

    // One session for each name; "tmp" is a second one of the lead.
    const std::string& session(std::string_view actor) const {
        std::string& token = tokens[std::string(actor)];
        if (token.empty()) token = fresh_session(actor == "tmp" ? std::string_view("lead") : actor);
        return token;
    }

    std::string fresh_session(std::string_view actor) const {
        const std::string email =
            std::string(actor) + (actor == "outsider" ? "@example.org" : "@example.com");
        return sessions(opts.session_key, people, gone_sink(), opts.now).issue(*people.find_account(email));
    }

    static revocations& gone_sink() {
        static revocations none;
        return none;
    }

    static password_checks& checks() {
        static password_checks shared;
        return shared;
    }

    directory people = make_directory();
    memory_exchange backend;
    revocations revoked;
    mutable std::map<std::string, std::string> tokens;
    options opts;
    facade face{opts, people, backend, checks(), revoked, plain_errors};
};

inline std::string header(const http::response& res, std::string_view name) {
    for (const auto& [key, value] : res.fields)
        if (http::iequals(key, name)) return value;
    // "name: value" lines that are the same in every answer
    for (std::string_view rest = res.constant_fields; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find("\r\n"));
        const std::size_t colon = line.find(": ");
        if (http::iequals(line.substr(0, colon), name)) return std::string(line.substr(colon + 2));
        rest.remove_prefix(std::min(line.size() + 2, rest.size()));
    }
    return {};
}

}  // namespace casebridge::platform::tracecat::test
