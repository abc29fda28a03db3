#include "platform/tracecat/facade/case_query.hpp"

#include "platform/tracecat/wire/datetime_text.hpp"
#include "platform/tracecat/wire/text.hpp"
#include "platform/tracecat/wire/unicode.hpp"
#include "platform/tracecat/wire/uuid_text.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

namespace casebridge::platform::tracecat {
namespace {

using sv = std::string_view;
using query::comparison;

constexpr std::size_t longest_term = 1000;
constexpr std::size_t most_digits = 10;
constexpr sv short_id_prefix = "CASE-";
constexpr std::size_t short_id_digits = 4;
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

bool is_nobody(sv text) { return text == "unassigned" || text == "__UNASSIGNED__"; }

complaint check_people_and_choices(const parameters& query) {
    for (const http::parameter& p : query) {
        if (p.name == "assignee_id" && !is_nobody(p.value) && !python_uuid(p.value))
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

complaint read_number(sv text, query::filter& out) {
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
    std::string number = std::to_string(n);
    if (number.size() < short_id_digits) number.insert(0, short_id_digits - number.size(), '0');
    out.add({"short_id", comparison::in, {std::string(short_id_prefix) + number}});
    return {};
}

// OR within one parameter.
void add_words(const parameters& query, query::filter& out) {
    for (const sv name : {"status", "priority", "severity"}) {
        query::predicate p{std::string(name), comparison::in, {}};
        for (const http::parameter& given : query)
            if (given.name == name) p.values.push_back(given.value);
        if (!p.values.empty()) out.add(std::move(p));
    }
}

void add_assignees(const parameters& query, query::filter& out) {
    query::predicate people{"assignee", comparison::in, {}};
    bool nobody = false;
    for (const http::parameter& p : query) {
        if (p.name != "assignee_id") continue;
        if (is_nobody(p.value))
            nobody = true;
        else if (const auto id = python_uuid(p.value))
            people.values.push_back(id->to_string());
    }
    query::filter any = query::filter::nothing();
    if (!people.values.empty()) any.add(std::move(people));
    if (nobody) any.add({"assignee", comparison::absent, {}});
    if (!any.parts.empty()) out.add(std::move(any));
}

// Tags that do not exist are skipped; if none of them exists, all cases are found.
void add_tags(const parameters& query, query::filter& out) {
    query::predicate tags{"tags", comparison::in, {}, true};
    for (const http::parameter& p : query)
        if (p.name == "tags" && !p.value.empty()) tags.values.push_back(p.value);
    if (!tags.values.empty()) out.add(std::move(tags));
}

void add_times(const parameters& query, query::filter& out) {
    struct bound {
        sv parameter, rule;
        comparison how;
    };
    static constexpr std::array<bound, 4> bounds{{{"start_time", "created", comparison::at_least},
                                                  {"end_time", "created", comparison::at_most},
                                                  {"updated_after", "updated", comparison::at_least},
                                                  {"updated_before", "updated", comparison::at_most}}};
    for (const bound& b : bounds) {
        const std::string* text = last(query, b.parameter);
        if (!text) continue;
        const std::int64_t at = read_datetime(*text).value.micros;
        out.add({std::string(b.rule), b.how, {std::to_string(at)}});
    }
}

// A substring of the title, the description or the number.
void add_term(const std::string& term, query::filter& out) {
    query::filter any = query::filter::nothing();
    for (const sv rule : {"summary", "description", "short_id"})
        any.add({std::string(rule), comparison::like, {term}});
    out.add(std::move(any));
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

complaint read_filter(const parameters& query, bool with_number, query::filter& out) {
    if (complaint c = check_people_and_choices(query)) return c;
    if (const std::string* term = last(query, "search_term")) {
        if (complaint c = check_term("Search term", *term)) return c;
        if (!term->empty()) add_term(*term, out);
    }
    add_words(query, out);
    add_assignees(query, out);
    add_tags(query, out);
    add_times(query, out);
    // No case has a dropdown value here, and what matches nothing is an empty page.
    if (last(query, "dropdown")) out.add(query::filter::nothing());
    const std::string* number = with_number ? last(query, "short_id") : nullptr;
    if (!number) return {};
    if (complaint c = check_term("Short ID", *number)) return c;
    return read_number(*number, out);
}

}  // namespace casebridge::platform::tracecat
