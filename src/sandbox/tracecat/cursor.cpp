#include "sandbox/tracecat/cursor.hpp"

#include "core/crypto.hpp"
#include "json/writer.hpp"
#include "platform/tracecat/wire/unicode.hpp"

#include <array>
#include <charconv>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;
namespace wire = platform::tracecat;

constexpr std::array<sv, orders> names{"created_at", "updated_at", "priority", "severity", "status", "tasks"};
constexpr sv signing_secret = "casebridge-sandbox";
constexpr sv invalid = "Invalid pagination cursor";
constexpr std::size_t longest = 8192;
constexpr std::int64_t version = 1;

std::string sign(sv payload) {
    std::string message = "tracecat.pagination.cursor.v1";
    message += '\0';
    message += payload;
    return std::string(as_text(hmac_sha256(signing_secret, message)));
}

bool is_time(order o) noexcept { return o == order::created_at || o == order::updated_at; }

// A sort value as its column's type is written: a time, an enum's word, a number.
void write_rank(json::writer& w, const position& at, order by) {
    const auto word = [&](wire::words all) { w.string(all[static_cast<std::size_t>(at.rank)]); };
    switch (by) {
        case order::created_at:
        case order::updated_at: {
            std::string text;
            append_micros(text, instant{at.rank});
            w.string(text);
            break;
        }
        case order::priority: word(wire::priorities); break;
        case order::severity: word(wire::severities); break;
        case order::status: word(wire::statuses); break;
        case order::tasks: w.integer(at.rank); break;
    }
}

std::optional<std::int64_t> read_rank(json::value v, order by) {
    if (is_time(by)) {
        const auto t = parse_iso8601(v.text());
        return t ? std::optional(t->micros) : std::nullopt;
    }
    if (by == order::tasks) {
        std::int64_t n = 0;
        return v.to_int64(n) ? std::optional(n) : std::nullopt;
    }
    const wire::words all = by == order::priority   ? wire::priorities
                            : by == order::severity ? wire::severities
                                                    : wire::statuses;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i] == v.text()) return static_cast<std::int64_t>(i);
    return std::nullopt;
}

// pydantic shows the value as Python's repr, cut to 25 characters at the front and 24 at the end.
std::string overlong(sv text) {
    return "1 validation error for PageParams\ncursor\n  String should have at most 8192 characters "
           "[type=string_too_long, input_value='" +
           std::string(text.substr(0, 24)) + "..." + std::string(text.substr(text.size() - 23)) +
           "', input_type=str]\n"
           "    For further information visit https://errors.pydantic.dev/2.12/v/string_too_long";
}

}  // namespace

std::string_view order_name(order o) noexcept { return names[static_cast<std::size_t>(o)]; }

std::optional<order> read_order(std::string_view name) noexcept {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return static_cast<order>(i);
    return std::nullopt;
}

std::string fingerprint(const uuid& workspace, order by, bool descending, std::string_view canonical_filter) {
    std::string text = workspace.to_string();
    text.append(" ")
        .append(order_name(by))
        .append(descending ? " desc\n" : " asc\n")
        .append(canonical_filter);
    return hex_encode(as_text(sha256(text)));
}

std::string write_cursor(const cursor& c, const list_query& q) {
    std::string payload;
    json::writer w(payload);
    w.begin_object().member("version", version).member("direction", c.backward ? "backward" : "forward");
    w.member("boundary", c.inclusive ? "inclusive" : "exclusive").member("query_fingerprint", q.fingerprint);
    w.key("values").begin_array();
    write_rank(w, c.at, q.by);
    w.string(c.at.id.to_string()).end_array().end_object();
    return base64url_encode(payload) + "." + base64url_encode(sign(payload));
}

std::string read_cursor(std::string_view text, const list_query& q, cursor& out) {
    if (wire::count_characters(text) > longest) return overlong(text);
    const std::size_t dot = text.find('.');
    const auto payload = base64url_decode(text.substr(0, dot));
    const auto signature = dot == sv::npos ? std::nullopt : base64url_decode(text.substr(dot + 1));
    json::tape t;
    if (!payload || !signature || !equal_constant_time(*signature, sign(*payload)) ||
        t.parse(*payload, json::policy{4}).has_error())
        return std::string(invalid);
    std::int64_t given = 0;
    if (!t.root().member("version").to_int64(given) || given != version)
        return "Unsupported pagination cursor version";
    if (t.root().member("query_fingerprint").text() != q.fingerprint)
        return "Pagination cursor does not match the current query";
    const json::value values = t.root().member("values");
    const auto rank = read_rank(values.element(0), q.by);
    const auto id = uuid::parse(values.element(1).text());
    if (!rank || !id) return std::string(invalid);
    out = {t.root().member("direction").text() == "backward",
           t.root().member("boundary").text() == "inclusive", position{*rank, *id}};
    return {};
}

std::string write_old_cursor(const position& at, const list_query& q) {
    std::string payload;
    json::writer w(payload);
    w.begin_object()
        .member("id", at.id.to_string())
        .member("sort_column", order_name(q.by))
        .key("sort_value");
    write_rank(w, at, q.by);
    w.end_object();
    return base64url_encode(payload);
}

old_reading read_old_cursor(std::string_view text, const list_query& q, position& out, std::string& why) {
    while (text.ends_with('=')) text.remove_suffix(1);
    const auto payload = base64url_decode(text);
    json::tape t;
    if (!payload || t.parse(*payload, json::policy{4}).has_error()) {
        why = "Invalid cursor format: Expecting value: line 1 column 1 (char 0)";
        return old_reading::malformed;
    }
    const auto id = uuid::parse(t.root().member("id").text());
    if (!id) {
        why = "Invalid cursor format: badly formed hexadecimal UUID string";
        return old_reading::malformed;
    }
    if (t.root().member("sort_column").text() != order_name(q.by)) return old_reading::of_another_order;
    const auto rank = read_rank(t.root().member("sort_value"), q.by);
    if (!rank) {
        why = "Invalid cursor format: invalid sort value";
        return old_reading::malformed;
    }
    out = {*rank, *id};
    return old_reading::good;
}

}  // namespace casebridge::sandbox::tracecat
