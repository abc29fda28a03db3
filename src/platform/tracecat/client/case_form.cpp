#include "platform/tracecat/client/case_form.hpp"

#include "json/writer.hpp"
#include "platform/tracecat/client/open_answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace casebridge::platform::tracecat::client {
namespace {

constexpr std::array<std::string_view, 4> unneeded{"rows", "durations", "fields", "description"};
constexpr std::array<std::string_view, 3> told_by_history{"created_by", "closed_at", "closed_by"};
constexpr std::array<std::string_view, 2> ended{"closed", "resolved"};
// Events that say which status a case has from then on (§4.4).
constexpr std::array<std::string_view, 3> status_events{"case_closed", "case_reopened", "status_changed"};

template <std::size_t n>
bool among(const std::array<std::string_view, n>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<std::int64_t> number_in(std::string_view short_id) {
    const auto dash = short_id.rfind('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const std::string_view digits = short_id.substr(dash + 1);
    std::int64_t out = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    const bool whole = error == std::errc{} && end == digits.data() + digits.size();
    return whole && out > 0 && out <= highest_number ? std::optional(out) : std::nullopt;
}

void write_payload(json::writer& w, json::value payload, const case_parts& parts) {
    w.key("payload");
    if (parts.lost_state.empty()) {
        w.copy(payload);
        return;
    }
    w.begin_object();
    for (const auto& item : payload.members()) w.key(item.name()).copy(item.val);
    w.key(parts.state_key).raw(parts.lost_state).end_object();
}

// fields[] of a single read, as field_values of a list (§3.8): values that are there, of fields that are not reserved.
void write_field_values(json::writer& w, json::value fields) {
    w.key("field_values").begin_object();
    for (const auto& [none, f] : fields.elements()) {
        const json::value v = f.member("value");
        if (f.member("reserved").is_true() || !v.exists() || v.is_null()) continue;
        w.key(f.member("id").text()).copy(v);
    }
    w.end_object();
}

void write_body(std::string& out, const case_parts& parts) {
    json::writer w(out);
    w.begin_object();
    for (const auto& item : parts.base.members()) {
        const std::string_view name = item.name();
        if (among(unneeded, name) || (!parts.history.empty() && among(told_by_history, name))) continue;
        if (name == "payload")
            write_payload(w, item.val, parts);
        else if (name == "tags" && !parts.tags.empty())
            w.key(name).raw(parts.tags);
        else
            w.key(name).copy(item.val);
    }
    const json::value own = parts.base.member("description");
    if (own.is_string())
        w.key("description").copy(own);
    else if (parts.description)
        w.member("description", *parts.description);
    if (parts.base.member("fields").is_array()) write_field_values(w, parts.base.member("fields"));
    w.end_object();
    if (parts.history.empty()) return;
    out.pop_back();
    out.append(",").append(parts.history).append("}");
}

json::value user_of(json::value events, std::string_view id) {
    for (const auto& [none, u] : events.member("users").elements()) {
        if (!id.empty() && u.member("id").text() == id) return u;
    }
    return {};
}

void write_user(json::writer& w, std::string_view name, json::value user) {
    w.key(name);
    if (user.exists())
        w.copy(user);
    else
        w.null();
}

// The event by which the case last left the open statuses; absent if it was made closed.
json::value closing_event(json::value list) {
    json::value closing;
    for (const auto& [none, e] : list.elements()) {
        if (!among(status_events, e.member("type").text())) continue;
        if (!among(ended, e.member("new").text())) break;
        closing = e;
        if (!among(ended, e.member("old").text())) break;
    }
    return closing;
}

}  // namespace

std::optional<case_names> names_of(json::value item) {
    const auto id = uuid::parse(item.member("id").text());
    const auto number = number_in(item.member("short_id").text());
    if (!id || !number) return std::nullopt;
    return case_names{*id, *number, item.member("updated_at").text()};
}

result<stored_case_ptr> make_case(const case_parts& parts) {
    const auto names = names_of(parts.base);
    if (!names) return fail(errc::upstream_malformed, "a case without id or number");
    auto out = std::make_shared<stored_case>();
    out->number = names->number;
    out->id = names->id;
    out->updated = names->updated;
    out->readable = parts.readable;
    out->restored = parts.restored || !parts.lost_state.empty();
    write_body(out->body, parts);
    if (auto parsed = out->tape.parse(out->body, answer_policy); parsed.has_error())
        return fail(errc::upstream_malformed, parsed.error().detail);
    return stored_case_ptr(std::move(out));
}

json::value state_of(json::value stored, std::string_view state_key) {
    const json::value state = stored.member("payload").member(state_key);
    return state.is_object() ? state : json::value{};
}

std::string_view text_at(json::value state, std::string_view path) {
    while (state.exists() && !path.empty()) {
        const auto dot = path.find('.');
        state = state.member(path.substr(0, dot));
        path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    }
    return state.is_string() ? state.text() : std::string_view{};
}

std::string read_history(json::value events, std::string_view status, std::string_view created_at) {
    const json::value list = events.member("events");
    json::value made;
    for (const auto& [none, e] : list.elements()) {
        if (e.member("type").text() == "case_created") made = e;
    }
    const json::value closing = closing_event(list);
    const bool closed = among(ended, status);
    std::string out;
    json::writer w(out);
    w.begin_object();
    write_user(w, "created_by", user_of(events, made.member("user_id").text()));
    w.key("closed_at");
    if (closed)
        w.string(closing.exists() ? closing.member("created_at").text() : created_at);
    else
        w.null();
    const json::value closer = closing.exists() ? closing : made;
    write_user(w, "closed_by", closed ? user_of(events, closer.member("user_id").text()) : json::value{});
    w.end_object();
    return out.substr(1, out.size() - 2);
}

}  // namespace casebridge::platform::tracecat::client
