// A stand-in with a clock that the test moves, asked without a network.
#pragma once

#include "sandbox/threatconnect/service.hpp"

#include <boost/json.hpp>

#include <string>

namespace casebridge::sandbox::threatconnect {

struct answer {
    unsigned status = 0;
    std::string text;
    boost::json::value json;

    const boost::json::value& data() const { return json.as_object().at("data"); }
    std::string code() const {
        const auto* c = json.as_object().if_contains("errCode");
        return c ? std::string(c->as_string()) : std::string();
    }
    std::string message() const { return std::string(json.as_object().at("message").as_string()); }
};

struct bench {
    instant now = *parse_iso8601("2026-03-01T10:00:00Z");
    service under_test;

    explicit bench(service_options o = {}) : under_test(with_clock(std::move(o))) {}

    service_options with_clock(service_options o) {
        o.clock = [this] { return now; };
        return o;
    }

    void pass(std::int64_t seconds) { now.micros += seconds * 1'000'000; }

    answer ask(std::string method, std::string target, std::string body = {},
               std::string authorization = "TC-Token APIV2:demo-token", std::string timestamp = {}) {
        http::request req;
        req.method = std::move(method);
        req.target = std::move(target);
        req.body = std::move(body);
        req.fields.push_back({"Host", "tc.example.org"});
        if (!authorization.empty()) req.fields.push_back({"Authorization", std::move(authorization)});
        if (!timestamp.empty()) req.fields.push_back({"Timestamp", std::move(timestamp)});
        req.tls = true;
        http::response res;
        under_test.handle(req, res);
        answer a{res.status, res.body, {}};
        if (res.content_type == "application/json") a.json = boost::json::parse(res.body);
        return a;
    }

    answer get(std::string target) { return ask("GET", "/api/v3/" + std::move(target)); }
    answer post(std::string target, std::string body) {
        return ask("POST", "/api/v3/" + std::move(target), std::move(body));
    }
    answer put(std::string target, std::string body) {
        return ask("PUT", "/api/v3/" + std::move(target), std::move(body));
    }
    answer remove(std::string target, std::string body = "{}") {
        return ask("DELETE", "/api/v3/" + std::move(target), std::move(body));
    }

    // Ids that a list with this filter holds, as "1,3".
    std::string ids(std::string_view path, std::string_view tql, std::string_view more = {}) {
        const auto a = get(std::string(path) + "?tql=" + http::encode(tql) + std::string(more));
        if (a.status != 200) return a.text;
        std::string out;
        for (const auto& one : a.data().as_array()) {
            if (!out.empty()) out += ',';
            out += std::to_string(one.as_object().at("id").as_int64());
        }
        return out;
    }

    // A new case with more members ("\"tags\":…"); its id as text.
    std::string new_case(std::string_view more = {}) {
        std::string body = R"({"name":"n","severity":"Low","status":"Open")";
        if (!more.empty()) body += "," + std::string(more);
        const auto a = post("cases", body + "}");
        if (a.status != 201) return a.text;
        return std::to_string(a.data().as_object().at("id").as_int64());
    }
};

}  // namespace casebridge::sandbox::threatconnect
