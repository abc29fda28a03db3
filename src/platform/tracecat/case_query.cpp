#include "platform/tracecat/case_query.hpp"

#include "platform/tracecat/text.hpp"
#include "platform/tracecat/unicode.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace casebridge::platform::tracecat {
namespace {

using sv = std::string_view;

constexpr std::size_t longest_term = 1000;
constexpr std::size_t most_digits = 10;
constexpr std::array<sv, 4> reserved_fields{"id", "case_id", "created_at", "updated_at"};
constexpr sv internal_prefix = "__tc_";
constexpr std::array<std::pair<sv, sort_key>, 6> orders{{
    {"created_at", sort_key::created},
    {"updated_at", sort_key::updated},
    {"priority", sort_key::priority},
    {"severity", sort_key::severity},
    {"status", sort_key::status},
    {"tasks", sort_key::tasks},
}};

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// As Python's uuid.UUID reads it: prefixes, braces and hyphens anywhere.
bool is_python_uuid(sv text) {
    std::string digits;
    for (const sv prefix : {"urn:", "uuid:"})
        if (const auto at = text.find(prefix); at == 0) text.remove_prefix(prefix.size());
    while (!text.empty() && (text.front() == '{' || text.front() == '}')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == '{' || text.back() == '}')) text.remove_suffix(1);
    for (const char c : text) {
        if (c == '-') continue;
        if (!is_digit(c) && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F')) return false;
        digits += c;
    }
    return digits.size() == 32;
}

complaint check_people_and_choices(const parameters& query) {
    for (const http::parameter& p : query) {
        if (p.name == "assignee_id" && p.value != "unassigned" && p.value != "__UNASSIGNED__" &&
            !is_python_uuid(p.value))
            return {400, "Invalid assignee_id: " + p.value};
    }
    for (const http::parameter& p : query) {
        if (p.name == "dropdown" && p.value.find(':') == std::string::npos)
            return {400, "Invalid dropdown filter format: '" + p.value +
                             "'. Expected 'definition_ref:option_ref'."};
    }
    return {};
}

complaint check_term(sv name, sv text) {
    if (count_characters(text) > longest_term)
        return {400, std::string(name) + " cannot exceed 1000 characters"};
    if (text.find('\0') != sv::npos) return {400, std::string(name) + " cannot contain null bytes"};
    return {};
}

complaint read_number(sv text, case_filter& out) {
    const std::string upper_less = lower(trim(text));
    sv digits = upper_less;
    if (digits.empty()) return {};
    if (digits.starts_with("case-")) digits.remove_prefix(5);
    if (digits.empty() || digits.size() > most_digits || !std::all_of(digits.begin(), digits.end(), is_digit))
        return {400, "Short ID must match CASE-<number> or <number>"};
    std::int64_t n = 0;
    for (const char c : digits) n = n * 10 + (c - '0');
    // The column is 32 bit, and Tracecat lets the database find out.
    if (n > std::numeric_limits<std::int32_t>::max()) return {500, "Failed to retrieve cases"};
    out.number = n;
    return {};
}

}  // namespace

page_request read_page(const parameters& query) {
    page_request page;
    if (const std::string* text = last(query, "limit"))
        page.limit = static_cast<unsigned>(python_integer(*text).value_or(page.limit));
    if (const std::string* text = last(query, "order_by")) {
        const auto at =
            std::find_if(orders.begin(), orders.end(), [&](const auto& o) { return o.first == *text; });
        if (at != orders.end()) page.order = at->second;
    }
    if (const std::string* text = last(query, "sort")) page.descending = *text != "asc";
    return page;
}

complaint read_field_ids(const parameters& query, std::vector<std::string>& out) {
    for (const http::parameter& p : query) {
        if (p.name != "field_ids") continue;
        if (std::find(reserved_fields.begin(), reserved_fields.end(), p.value) != reserved_fields.end())
            return {400, "Field " + p.value + " is a reserved field"};
        if (p.value.starts_with(internal_prefix))
            return {400, "Field " + p.value + " is reserved for internal use"};
        const bool plain = std::all_of(p.value.begin(), p.value.end(),
                                       [](char c) { return c == '_' || is_digit(c) || is_letter(c); });
        if (!plain) return {400, "Identifier must contain only letters, numbers, and underscores"};
        if (std::find(out.begin(), out.end(), p.value) == out.end() && !p.value.empty())
            out.push_back(p.value);
    }
    return {};
}

complaint read_filter(const parameters& query, bool with_number, case_filter& out) {
    if (complaint c = check_people_and_choices(query)) return c;
    if (const std::string* term = last(query, "search_term")) {
        if (complaint c = check_term("Search term", *term)) return c;
        out.search_term = *term;
    }
    const std::string* number = with_number ? last(query, "short_id") : nullptr;
    if (!number) return {};
    if (complaint c = check_term("Short ID", *number)) return c;
    return read_number(*number, out);
}

std::string unsupported_filters(const parameters& query) {
    std::string out;
    for (const sv name : {"status", "priority", "severity", "assignee_id", "tags", "dropdown", "start_time",
                          "end_time", "updated_after", "updated_before"}) {
        const bool given = std::any_of(query.begin(), query.end(), [&](const http::parameter& p) {
            return p.name == name && !(name == "tags" && p.value.empty());
        });
        if (!given) continue;
        if (!out.empty()) out += ", ";
        out += name;
    }
    return out;
}

}  // namespace casebridge::platform::tracecat
