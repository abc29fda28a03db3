// A condition as text: what reading it makes again.
#include "core/timestamp.hpp"
#include "query/condition.hpp"
#include "query/tql.hpp"

#include <array>
#include <charconv>

namespace casebridge::query {
namespace {

// In the order of relation.
constexpr std::array<std::string_view, 18> names{
    "=",        "!=",           ">",        "<",          ">=",           "<=",         "IN",
    "NOT IN",   "LIKE",         "NOT LIKE", "CONTAINS",   "NOT CONTAINS", "STARTSWITH", "NOT STARTSWITH",
    "ENDSWITH", "NOT ENDSWITH", "IS NULL",  "IS NOT NULL"};

void append_value(std::string& out, const keyword& by, const literal& v) {
    switch (by.type) {
        case value_type::integer: out += std::to_string(v.integer); return;
        case value_type::boolean: out += v.integer != 0 ? "true" : "false"; return;
        case value_type::decimal: {
            std::array<char, 400> text{};  // the longest without an exponent
            const auto end =
                std::to_chars(text.data(), text.data() + text.size(), v.decimal, std::chars_format::fixed);
            out.append(text.data(), end.ptr);
            return;
        }
        case value_type::time:
            out += '"';
            append_micros(out, {v.integer});
            out += '"';
            return;
        default: out += tql_string(v.text);
    }
}

void append_test(std::string& out, const condition& c) {
    out.append(c.by->name).append(" ").append(names[static_cast<std::size_t>(c.how)]);
    if (c.how == relation::is_null || c.how == relation::is_not_null) return;
    const bool list = c.how == relation::in || c.how == relation::not_in || c.values.size() != 1;
    out += list ? " (" : " ";
    for (std::size_t i = 0; i < c.values.size(); ++i) {
        if (i > 0) out += ", ";
        append_value(out, *c.by, c.values[i]);
    }
    if (list) out += ')';
}

bool is_chain(const condition& c) noexcept {
    return c.what == condition::kind::all || c.what == condition::kind::any;
}

void append(std::string& out, const condition& c) {
    switch (c.what) {
        case condition::kind::test: return append_test(out, c);
        case condition::kind::has:
            out.append(c.by->name).append("(");
            if (!c.parts.empty()) append(out, c.parts.front());
            out += ')';
            return;
        case condition::kind::negation:
            out += "NOT (";
            append(out, c.parts.front());
            out += ')';
            return;
        default: break;
    }
    for (std::size_t i = 0; i < c.parts.size(); ++i) {
        if (i > 0) out += c.what == condition::kind::all ? " AND " : " OR ";
        const bool nested = is_chain(c.parts[i]);
        if (nested) out += '(';
        append(out, c.parts[i]);
        if (nested) out += ')';
    }
}

}  // namespace

std::string to_text(const condition& c) {
    std::string out;
    append(out, c);
    return out;
}

}  // namespace casebridge::query
