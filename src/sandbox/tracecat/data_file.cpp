#include "json/tape.hpp"
#include "json/writer.hpp"
#include "platform/tracecat/wire/uuid_text.hpp"
#include "sandbox/tracecat/credentials.hpp"
#include "sandbox/tracecat/data.hpp"
#include "sandbox/tracecat/service.hpp"

#include <algorithm>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

failure wrong(const std::string& what) { return fail(errc::invalid_configuration, what); }

uuid id_or_new(store& data, json::value v) {
    return v.is_string() ? wire::uuid_value(v.text()) : data.new_id();
}

// By id or name; the first one if nothing is said.
workspace* find_workspace(store& data, json::value v) {
    if (!v.exists()) return data.workspaces.empty() ? nullptr : &data.workspaces.front();
    for (workspace& w : data.workspaces)
        if (w.name == v.text() || w.id.to_string() == v.text()) return &w;
    return nullptr;
}

result<void> add_user(store& data, json::value v) {
    user u;
    u.id = id_or_new(data, v.member("id"));
    u.email = v.member("email").text();
    u.password = v.member("password").text();
    u.first_name = text_of(v.member("first_name"));
    u.last_name = text_of(v.member("last_name"));
    u.superuser = v.member("superuser").is_true();
    u.member = !v.member("member").exists() || v.member("member").is_true();
    u.active = !v.member("active").exists() || v.member("active").is_true();
    if (v.member("settings").is_object()) u.settings = wire::echo(v.member("settings"));
    if (u.email.empty()) return wrong("a user without email");
    for (const auto item : v.member("workspaces").members()) {
        const auto access = read_role(item.val.text());
        workspace* w = nullptr;
        for (workspace& x : data.workspaces)
            if (x.name == item.name() || x.id.to_string() == item.name()) w = &x;
        if (!w || !access)
            return wrong(u.email + ": no workspace '" + std::string(item.name()) + "', or no role '" +
                         std::string(item.val.text()) + "' (viewer, editor, admin)");
        u.workspaces[w->id] = *access;
    }
    data.users.push_back(std::move(u));
    return {};
}

result<void> add_key(store& data, json::value v) {
    api_key k;
    k.id = v.member("id").text();
    k.secret = v.member("secret").text();
    k.organization = v.member("organization").is_true();
    if (k.id.empty() || k.secret.empty()) return wrong("a key needs id and secret");
    const workspace* w = find_workspace(data, v.member("workspace"));
    if (!k.organization && !w) return wrong("key " + k.id + ": no such workspace");
    if (w) k.workspace = w->id;
    for (const auto item : v.member("scopes").elements()) k.scopes.emplace_back(item.val.text());
    if (k.scopes.empty()) k.scopes = {"case:*", "workspace:read", "workspace:member:read"};
    data.keys.push_back(std::move(k));
    return {};
}

// Requests of a loader who may do everything: an organisation's key, or a user whom the entry names.
class loader {
public:
    explicit loader(store& data) : data_(&data), core_(data, behaviour{}) {
        data.keys.push_back({"loader", "loader", true, {}, {"*"}, true});
    }
    ~loader() {
        data_->keys.pop_back();
        if (acting_) acting_->superuser = was_superuser_;
        data_->sessions.erase("loader");
    }
    loader(const loader&) = delete;
    loader& operator=(const loader&) = delete;

    result<void> act_as(json::value by) {
        if (acting_) acting_->superuser = was_superuser_;
        acting_ = nullptr;
        if (!by.exists()) return {};
        acting_ = data_->find_user(by.text());
        if (!acting_) return wrong("no user " + std::string(by.text()));
        was_superuser_ = std::exchange(acting_->superuser, true);
        data_->sessions["loader"] = acting_->id;
        return {};
    }

    result<void> post(const workspace& w, const std::string& path, std::string body) {
        http::request req;
        req.method = "POST";
        req.target = "/workspaces/" + w.id.to_string() + path;
        req.fields = {{"content-type", "application/json"}};
        if (acting_)
            req.fields.push_back({"cookie", std::string(wire::session_cookie_name) + "=loader"});
        else
            req.fields.push_back({"authorization", "Bearer tc_org_sk_loader_loader"});
        req.body = std::move(body);
        http::response res;
        core_.handle(req, res);
        if (res.status >= 300) return wrong(path + ": " + res.body + " for " + req.body);
        return {};
    }

private:
    store* data_;
    service core_;
    user* acting_ = nullptr;
    bool was_superuser_ = false;
};

result<void> add_case(store& data, loader& by, json::value v) {
    workspace* w = find_workspace(data, v.member("workspace"));
    if (!w) return wrong("a case of no workspace");
    CB_CHECK(by.act_as(v.member("by")));
    CB_CHECK(by.post(*w, "/cases", wire::echo(v)));
    incident& added = *w->by_number.rbegin()->second;
    if (const json::value at = v.member("created_at"); at.is_string()) {
        const auto t = parse_iso8601(at.text());
        if (!t) return wrong("created_at: " + std::string(at.text()));
        data.change(*w, added, [&](incident& c) { c.created_at = c.updated_at = *t; }, false);
        for (event& e : added.events) e.at = *t;
    }
    const std::string path = "/cases/" + added.id.to_string();
    for (const auto item : v.member("tags").elements())
        CB_CHECK(by.post(*w, path + "/tags", R"({"tag_id":)" + wire::echo(item.val) + "}"));
    for (const auto item : v.member("comments").elements())
        CB_CHECK(by.post(*w, path + "/comments", R"({"content":)" + wire::echo(item.val) + "}"));
    for (const auto item : v.member("tasks").elements())
        CB_CHECK(by.post(*w, path + "/tasks", wire::echo(item.val)));
    return {};
}

result<void> add_by_route(store& data, loader& by, json::value list, const std::string& path) {
    for (const auto item : list.elements()) {
        workspace* w = find_workspace(data, item.val.member("workspace"));
        if (!w) return wrong(path + ": no such workspace");
        CB_CHECK(by.post(*w, path, wire::echo(item.val)));
    }
    return {};
}

}  // namespace

result<void> load_data(store& data, std::string_view text) {
    json::tape t;
    json::policy p;
    p.comments = true;
    CB_CHECK(t.parse(text, p));
    const json::value root = t.root();
    if (!root.is_object()) return wrong("not an object");
    if (root.member("replace").is_true()) {
        data.users.clear();
        data.workspaces.clear();
        data.keys.clear();
        data.sessions.clear();
    }
    if (const json::value o = root.member("organization"); o.is_object()) {
        data.organization = id_or_new(data, o.member("id"));
        if (o.member("name").is_string()) data.organization_name = o.member("name").text();
    }
    for (const auto item : root.member("workspaces").elements())
        data.add_workspace(id_or_new(data, item.val.member("id")),
                           std::string(item.val.member("name").text()));
    for (const auto item : root.member("users").elements()) CB_CHECK(add_user(data, item.val));
    for (const auto item : root.member("keys").elements()) CB_CHECK(add_key(data, item.val));
    loader by(data);
    CB_CHECK(add_by_route(data, by, root.member("tags"), "/case-tags"));
    CB_CHECK(add_by_route(data, by, root.member("fields"), "/case-fields"));
    CB_CHECK(add_by_route(data, by, root.member("dropdowns"), "/case-dropdowns"));
    for (const auto item : root.member("cases").elements()) CB_CHECK(add_case(data, by, item.val));
    return {};
}

}  // namespace casebridge::sandbox::tracecat
