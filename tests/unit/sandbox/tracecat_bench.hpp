// A Tracecat stand-in with four people, a key and two listeners over one store, asked without a network.
#pragma once

#include "sandbox/tracecat/service.hpp"

#include <boost/json.hpp>

#include <string>

namespace casebridge::sandbox::tracecat {

struct reply {
    unsigned status = 0;
    std::string text;
    boost::json::value json;

    const boost::json::array& list() const { return json.as_array(); }
    std::string detail() const { return std::string(json.as_object().at("detail").as_string()); }
    // One member of an object, texts as they are.
    std::string at(std::string_view name) const { return value_text(json.as_object().at(name)); }
    static std::string value_text(const boost::json::value& v) {
        return v.is_string() ? std::string(v.as_string()) : boost::json::serialize(v);
    }
};

struct bench {
    store data{7};
    service with_addons, without_addons;
    workspace* home = nullptr;
    std::string base;

    bench() : with_addons(data, behaviour{}), without_addons(data, plain()) {
        home = &data.add_workspace(data.new_id(), "SOC Operations");
        base = "/workspaces/" + home->id.to_string();
        data.add_workspace(data.new_id(), "Elsewhere");
        add("admin", true, role::admin);
        add("lead", false, role::admin);
        add("editor", false, role::editor);
        add("viewer", false, role::viewer);
        api_key key;
        key.id = "bench0000000";
        key.secret = "secret";
        key.workspace = home->id;
        key.scopes = {"case:read", "case:create", "case:update", "case:delete"};
        data.keys.push_back(key);
    }

    static boost::json::parse_options deep() {
        boost::json::parse_options o;
        o.max_depth = 1024;
        return o;
    }
    static behaviour plain() {
        behaviour b;
        b.addons = false;
        return b;
    }

    void add(const std::string& name, bool superuser, role in_home) {
        user u;
        u.id = data.new_id();
        u.email = name + "@example.com";
        u.first_name = name;
        u.superuser = superuser;
        u.workspaces[home->id] = in_home;
        data.sessions["session-of-" + name] = u.id;
        data.users.push_back(u);
    }

    uuid id_of(std::string_view name) { return data.find_user(std::string(name) + "@example.com")->id; }

    // The path below the workspace of a new case.
    std::string new_case(std::string summary = "A case") {
        incident c;
        c.summary = std::move(summary);
        return "/cases/" + data.add_case(*home, std::move(c)).id.to_string();
    }

    reply ask(std::string method, const std::string& path, std::string body = {},
              const std::string& who = "admin", bool addons = true,
              const std::string& type = "application/json") {
        http::request req;
        req.method = std::move(method);
        req.target = path.starts_with("/tracecat-attachments") ? path : base + path;
        req.body = std::move(body);
        req.fields.push_back({"Host", "127.0.0.1:8000"});
        if (!req.body.empty()) req.fields.push_back({"Content-Type", type});
        if (who == "key")
            req.fields.push_back({"Authorization", "Bearer tc_ws_sk_bench0000000_secret"});
        else if (!who.empty())
            req.fields.push_back({"Cookie", "fastapiusersauth=session-of-" + who});
        http::response res;
        (addons ? with_addons : without_addons).handle(req, res);
        reply r{res.status, res.body, {}};
        if (res.content_type == "application/json" && !res.body.empty())
            r.json = boost::json::parse(res.body, {}, deep());
        return r;
    }

    reply get(const std::string& path, const std::string& who = "admin") { return ask("GET", path, {}, who); }
    reply post(const std::string& path, std::string body, const std::string& who = "admin") {
        return ask("POST", path, std::move(body), who);
    }
    reply patch(const std::string& path, std::string body, const std::string& who = "admin") {
        return ask("PATCH", path, std::move(body), who);
    }
    reply remove(const std::string& path, const std::string& who = "admin") {
        return ask("DELETE", path, {}, who);
    }

    // The types of a case's events, newest first, and the events themselves.
    std::string history(const std::string& path) {
        std::string out;
        const reply answered = get(path + "/events");
        for (const auto& e : answered.json.at("events").as_array())
            out.append(out.empty() ? "" : " ").append(std::string_view(e.at("type").as_string()));
        return out;
    }
    boost::json::object newest_event(const std::string& path) {
        return get(path + "/events").json.at("events").as_array().front().as_object();
    }
};

}  // namespace casebridge::sandbox::tracecat
