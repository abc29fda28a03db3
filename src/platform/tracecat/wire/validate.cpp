// Path and query parameters, and the readings of texts that they share with bodies.
#include "platform/tracecat/wire/validate.hpp"

#include "http/message.hpp"
#include "platform/tracecat/wire/datetime_text.hpp"
#include "platform/tracecat/wire/uuid_text.hpp"

#include <algorithm>
#include <limits>

namespace casebridge::platform::tracecat {
namespace {

constexpr std::size_t integer_digits_most = 4300;   // Python's bound on the text of an integer

void check_integer(const parameter_rule& r, std::string_view text, problems& out) {
    const location loc{std::string_view("query"), r.name};
    const auto n = python_integer(text);
    if (!n && text.size() > integer_digits_most) {
        out.add("int_parsing_size", loc, "Unable to parse input string as an integer, exceeded maximum size",
                quoted(text));
    } else if (!n) {
        out.add("int_parsing", loc, "Input should be a valid integer, unable to parse string as an integer",
                quoted(text));
    } else if (*n > r.most) {
        const std::string bound = std::to_string(r.most);
        out.add("less_than_equal", loc, "Input should be less than or equal to " + bound, quoted(text),
                "\"le\":" + bound);
    } else if (*n < r.least) {
        const std::string bound = std::to_string(r.least);
        out.add("greater_than_equal", loc, "Input should be greater than or equal to " + bound, quoted(text),
                "\"ge\":" + bound);
    }
}

void check_datetime(const parameter_rule& r, std::string_view text, problems& out) {
    const datetime_reading read = read_datetime(text);
    if (!read.error) return;
    out.add(read.as_date ? "datetime_from_date_parsing" : "datetime_parsing",
            {std::string_view("query"), r.name},
            std::string(read.as_date ? "Input should be a valid datetime or date, "
                                     : "Input should be a valid datetime, ") +
                read.error,
            quoted(text), context_text("error", read.error));
}

void check_enumerations(const parameter_rule& r, const parameters& all, problems& out) {
    std::size_t i = 0;
    for (const http::parameter& p : all) {
        if (p.name != r.name) continue;
        if (!among(r.values, p.value))
            out.add_choice("enum", r.values, {std::string_view("query"), r.name, i}, quoted(p.value));
        ++i;
    }
}

// Versions are those of RFC 4122; other variants have none.
bool is_of_version(const uuid& id, int version) noexcept {
    return id.version() == version && (id.bytes[8] & 0xC0) == 0x80;
}

}  // namespace

bool among(words values, std::string_view text) noexcept {
    return std::find(values.begin(), values.end(), text) != values.end();
}

const std::string* last(const parameters& all, std::string_view name) noexcept {
    const auto at =
        std::find_if(all.rbegin(), all.rend(), [&](const http::parameter& p) { return p.name == name; });
    return at == all.rend() ? nullptr : &at->value;
}

std::optional<std::int64_t> python_integer(std::string_view s) noexcept {
    const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!s.empty() && blank(s.front())) s.remove_prefix(1);
    while (!s.empty() && blank(s.back())) s.remove_suffix(1);
    bool negative = false;
    if (!s.empty() && (s.front() == '+' || s.front() == '-')) {
        negative = s.front() == '-';
        s.remove_prefix(1);
    }
    if (const auto dot = s.find('.'); dot != std::string_view::npos) {  // "1.0" is an integer, "1." is not
        if (dot + 1 == s.size() || s.find_first_not_of('0', dot + 1) != std::string_view::npos)
            return std::nullopt;
        s = s.substr(0, dot);
    }
    if (s.empty() || s.size() > integer_digits_most || s.front() == '_' || s.back() == '_')
        return std::nullopt;
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    std::int64_t n = 0;
    char before = '0';
    for (const char c : s) {
        if (c == '_' ? before == '_' : (c < '0' || c > '9')) return std::nullopt;
        before = c;
        if (c == '_') continue;
        n = n > (most - (c - '0')) / 10 ? most : n * 10 + (c - '0');
    }
    return negative ? -n : n;
}

std::optional<bool> python_bool(std::string_view text) noexcept {
    for (const std::string_view yes : {"1", "on", "t", "true", "y", "yes"})
        if (http::iequals(text, yes)) return true;
    for (const std::string_view no : {"0", "off", "f", "false", "n", "no"})
        if (http::iequals(text, no)) return false;
    return std::nullopt;
}

std::optional<std::string> email_complaint(std::string_view text) {
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos) return "An email address must have an @-sign.";
    if (at == 0) return "There must be something before the @-sign.";
    if (at + 1 == text.size()) return "There must be something after the @-sign.";
    if (text.find('.', at) == std::string_view::npos)
        return "The part after the @-sign is not valid. It should have a period.";
    return std::nullopt;
}

void check_email(std::string_view text, const location& loc, problems& out) {
    if (const auto complaint = email_complaint(text)) {
        out.add("value_error", loc, "value is not a valid email address: " + *complaint, quoted(text),
                context_text("reason", *complaint));
    }
}

void check_identifier(std::string_view text, const location& loc, int wanted_version, problems& out) {
    if (const auto complaint = uuid_complaint(text)) {
        out.add("uuid_parsing", loc, "Input should be a valid UUID, " + *complaint, quoted(text),
                context_text("error", *complaint));
    } else if (wanted_version != 0 && !is_of_version(uuid_value(text), wanted_version)) {
        const std::string v = std::to_string(wanted_version);
        out.add("uuid_version", loc, "UUID version " + v + " expected", quoted(text),
                "\"expected_version\":" + v);
    }
}

void check_query(query_model rules, const parameters& all, problems& out) {
    for (const parameter_rule& r : rules) {
        if (r.kind == query_shape::enumerations) {
            check_enumerations(r, all, out);
            continue;
        }
        const std::string* text = last(all, r.name);
        if (!text) continue;
        const location loc{std::string_view("query"), r.name};
        switch (r.kind) {
            case query_shape::integer: check_integer(r, *text, out); break;
            case query_shape::boolean:
                if (!python_bool(*text))
                    out.add("bool_parsing", loc, "Input should be a valid boolean, unable to interpret input",
                            quoted(*text));
                break;
            case query_shape::literal:
                if (!among(r.values, *text)) out.add_choice("literal_error", r.values, loc, quoted(*text));
                break;
            case query_shape::datetime: check_datetime(r, *text, out); break;
            case query_shape::identifier: check_identifier(*text, loc, 0, out); break;
            case query_shape::email: check_email(*text, loc, out); break;
            case query_shape::text:
            case query_shape::texts:
            case query_shape::enumerations: break;
        }
    }
}

}  // namespace casebridge::platform::tracecat
