#include "sandbox/control.hpp"

#include "json/writer.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace casebridge::sandbox {

namespace {

constexpr std::size_t kept = 200;
constexpr std::string_view prefix = "/__sandbox/";

void reply(exchange& e, unsigned status, std::string body) {
    e.response.status = status;
    e.response.content_type = "application/json";
    e.response.body = std::move(body);
}

// The "spec" of {"spec":"…"}; false if the body is something else.
bool read_spec(const std::string& body, std::string& spec) {
    boost::system::error_code ec;
    const auto v = boost::json::parse(body, ec);
    const auto* o = ec ? nullptr : v.if_object();
    const auto* s = o ? o->if_contains("spec") : nullptr;
    if (!s || !s->is_string()) return false;
    spec = s->get_string();
    return true;
}

}  // namespace

bool control::add_fault(std::string_view spec) {
    auto f = parse_fault(spec);
    if (!f) return false;
    if (f->kind == fault_kind::refuse) {
        if (refuse) refuse(std::chrono::milliseconds(f->number));
        return true;
    }
    faults_.add(std::move(*f));
    return true;
}

void control::answer(exchange& e) {
    if (e.request.target.starts_with(prefix)) return control_request(e);
    e.delay = pause();
    if (const auto f = faults_.take(e.request.method, e.request.target))
        spoil(*f, e);
    else
        core_.handle(e.request, e.response);
    ++count_;
    const bool silent = e.spoiled == mishap::hang || e.spoiled == mishap::reset;
    last_.push_back({e.request.method, e.request.target, silent ? 0 : e.response.status});
    if (last_.size() > kept) last_.pop_front();
}

std::chrono::milliseconds control::pause() {
    if (!one_at_a_time_) return latency_;
    const auto now = std::chrono::steady_clock::now();
    free_ = std::max(now, free_) + latency_;
    return std::chrono::ceil<std::chrono::milliseconds>(free_ - now);
}

void control::spoil(const fault& f, exchange& e) {
    const auto done = [&](mishap m) {
        core_.handle(e.request, e.response);
        e.spoiled = m;
    };
    switch (f.kind) {
        case fault_kind::hang: e.spoiled = mishap::hang; break;
        case fault_kind::reset: e.spoiled = mishap::reset; break;
        case fault_kind::reset_head: done(mishap::reset_in_head); break;
        case fault_kind::reset_body: done(mishap::reset_in_body); break;
        case fault_kind::truncate: done(mishap::cut_body); break;
        case fault_kind::slow:
            done(mishap::none);
            e.delay += std::chrono::milliseconds(f.number);
            break;
        case fault_kind::html:
            reply(e, 200, "<!DOCTYPE html><html><body><h1>Please sign in</h1></body></html>");
            e.response.content_type = "text/html";
            break;
        case fault_kind::wrong_shape: reply(e, 200, R"({"data":"surprise","status":"Success"})"); break;
        case fault_kind::status:
            reply(e, f.number, R"({"message":"injected by the sandbox","status":"Error"})");
            if (f.retry_after != 0) e.response.set("Retry-After", std::to_string(f.retry_after));
            break;
        case fault_kind::refuse: break;
    }
}

void control::control_request(exchange& e) {
    const auto what = e.request.path().substr(prefix.size());
    const auto& method = e.request.method;
    if (what == "requests" && method == "GET") return reply(e, 200, requests());
    if (what == "reset" && method == "POST") {
        faults_.clear();
        last_.clear();
        count_ = 0;
        core_.reset();
        return reply(e, 200, R"({"status":"Success"})");
    }
    if (what == "forget-sessions" && method == "POST" && core_.forget_sessions) {
        core_.forget_sessions();
        return reply(e, 200, R"({"status":"Success"})");
    }
    if (what != "fault" || method != "POST") return reply(e, 404, R"({"status":"Error"})");
    std::string spec;
    if (!read_spec(e.request.body, spec)) return reply(e, 400, R"({"message":"no spec","status":"Error"})");
    if (spec.empty())
        faults_.clear();
    else if (!add_fault(spec))
        return reply(e, 400, R"({"message":"cannot read the spec","status":"Error"})");
    reply(e, 200, R"({"status":"Success"})");
}

std::string control::requests() const {
    std::string out;
    json::writer w(out);
    w.begin_object().member("count", static_cast<std::int64_t>(count_)).key("requests").begin_array();
    for (const auto& s : last_) {
        w.begin_object().member("method", s.method).member("target", s.target);
        w.member("status", static_cast<std::int64_t>(s.status)).end_object();
    }
    w.end_array().end_object();
    return out;
}

}  // namespace casebridge::sandbox
