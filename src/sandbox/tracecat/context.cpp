#include "sandbox/tracecat/context.hpp"

#include "sandbox/tracecat/credentials.hpp"
#include "sandbox/tracecat/routes.hpp"

#include <algorithm>
#include <iterator>

namespace casebridge::sandbox::tracecat {
namespace {

// A 422 that would have to echo something deeper fails (fact sheet §0.2).
constexpr std::size_t deepest_echo = 300;

constexpr wire::blemish::kind blemishes[] = {wire::blemish::kind::nul, wire::blemish::kind::surrogate,
                                             wire::blemish::kind::not_finite};

}  // namespace

uuid context::id(std::string_view name) const {
    const std::string* text = found.find(name);
    return text ? wire::uuid_value(*text) : uuid{};
}

std::string context::text(std::string_view name) const {
    const std::string* text = found.find(name);
    return text ? *text : std::string();
}

bool context::holds(std::string_view scope) const { return may(who, where, scope); }

void answer_null(context& c) { wire::answer_json(c.res, 201, "null"); }

void answer_generic_error(context& c) {
    c.res.fields.clear();
    wire::answer_json(c.res, 500, R"({"message":"An unexpected error occurred. Please try again later."})");
    c.bare = true;
}

void answer_domain_error(context& c, std::string_view type, std::string_view message) {
    std::string body;
    json::writer w(body);
    w.begin_object().member("type", type).member("message", message).key("detail").null().end_object();
    wire::answer_json(c.res, 500, std::move(body));
}

void answer_database_failed(context& c) { wire::answer_detail(c.res, 500, "Database operation failed"); }

void answer_faults(context& c) {
    if (c.body.depth > deepest_echo || c.body.has(wire::blemish::kind::surrogate))
        answer_generic_error(c);
    else
        wire::answer_json(c.res, 422, c.faults.body());
}

void answer_case_missing(context& c) {
    wire::answer_detail(c.res, 404, "Case with ID " + c.id("case_id").to_string() + " not found");
}

bool require_addons(context& c) {
    if (!c.how.addons) wire::answer_missing_entitlement(c.res, "case_addons");
    return c.how.addons;
}

bool unstorable(const context& c, std::string_view member) {
    for (const auto kind : blemishes)
        if (c.body.has(kind, member)) return true;
    return false;
}

bool unstorable(const context& c) {
    if (!c.row->body || c.row->body->empty())
        return std::any_of(std::begin(blemishes), std::end(blemishes),
                           [&](auto kind) { return c.body.has(kind); });
    return std::any_of(c.row->body->begin(), c.row->body->end(),
                       [&](const wire::member& m) { return unstorable(c, m.name); });
}

void write_time(json::writer& w, std::string_view key, instant t) {
    std::string text;
    append_micros(text, t);
    w.member(key, text);
}

void write_time(json::writer& w, std::string_view key, const std::optional<instant>& t) {
    if (t)
        write_time(w, key, *t);
    else
        w.key(key).null();
}

void write_text(json::writer& w, std::string_view key, const std::optional<std::string>& text) {
    if (text)
        w.member(key, *text);
    else
        w.key(key).null();
}

void write_id(json::writer& w, std::string_view key, const std::optional<uuid>& id) {
    if (id)
        w.member(key, id->to_string());
    else
        w.key(key).null();
}

void write_user(json::writer& w, std::string_view key, store& data, const std::optional<uuid>& id) {
    const user* u = id ? data.find_user(*id) : nullptr;
    if (u)
        w.key(key).raw(user_document(*u));
    else
        w.key(key).null();
}

std::string user_document(const user& u) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("id", u.id.to_string()).member("email", u.email);
    w.member("is_active", u.active).member("is_superuser", u.superuser).member("is_verified", false);
    w.member("role", "basic");
    write_text(w, "first_name", u.first_name);
    write_text(w, "last_name", u.last_name);
    w.key("settings").raw(u.settings).end_object();
    return out;
}

bool given(json::value v) noexcept { return v.exists() && !v.is_null(); }

std::optional<std::string> text_of(json::value v) {
    return given(v) ? std::optional(std::string(v.text())) : std::nullopt;
}

}  // namespace casebridge::sandbox::tracecat
