#include "platform/tracecat/validate.hpp"

#include "http/message.hpp"
#include "json/writer.hpp"
#include "platform/tracecat/datetime_text.hpp"
#include "platform/tracecat/unicode.hpp"
#include "platform/tracecat/uuid_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <unordered_map>

namespace casebridge::platform::tracecat {
namespace {

constexpr std::string_view not_a_model =
    "Input should be a valid dictionary or object to extract fields from";
constexpr std::size_t tag_most = 100;
constexpr std::size_t integer_digits_most = 4300;   // Python's bound on the text of an integer

std::string quoted(std::string_view text) {
    std::string out;
    json::append_string(out, text);
    return out;
}

std::string context(std::string_view key, std::string_view text) { return quoted(key) + ":" + quoted(text); }

// "'a', 'b' or 'c'"
std::string choice(words values) {
    std::string out;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out += i + 1 == values.size() ? " or " : ", ";
        out += '\'';
        out += values[i];
        out += '\'';
    }
    return out;
}

bool among(words values, std::string_view text) noexcept {
    return std::find(values.begin(), values.end(), text) != values.end();
}

void refuse_choice(std::string_view type, words values, const location& loc, std::string_view input,
                   problems& out) {
    const std::string list = choice(values);
    out.add(type, loc, "Input should be " + list, input, context("expected", list));
}

location deeper(const location& loc, step s) {
    location out = loc;
    out.push_back(s);
    return out;
}

// ---- query

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
            quoted(text), context("error", read.error));
}

void check_enumerations(const parameter_rule& r, const parameters& all, problems& out) {
    std::size_t i = 0;
    for (const http::parameter& p : all) {
        if (p.name != r.name) continue;
        if (!among(r.values, p.value))
            refuse_choice("enum", r.values, {std::string_view("query"), r.name, i}, quoted(p.value), out);
        ++i;
    }
}

void check_email(std::string_view text, const location& loc, problems& out) {
    if (const auto complaint = email_complaint(text)) {
        out.add("value_error", loc, "value is not a valid email address: " + *complaint, quoted(text),
                context("reason", *complaint));
    }
}

// ---- body

void check_tag_identifier(json::value v, const location& loc, problems& out) {
    if (!v.is_string()) {
        out.add("uuid_type", deeper(loc, std::string_view("uuid")),
                "UUID input should be a string, bytes or UUID object", echo(v));
        out.add("string_type", deeper(loc, std::string_view("str")), "Input should be a valid string",
                echo(v));
        return;
    }
    const std::size_t n = count_characters(v.text());
    const auto report = [&](const char* type, const char* word, std::size_t bound, const char* items) {
        const std::string b = std::to_string(bound), a = std::to_string(n);
        out.add(type, loc,
                std::string("Value should have at ") + word + " " + b + items + " after validation, not " + a,
                echo(v),
                "\"field_type\":\"Value\",\"" + std::string(bound == 1 ? "min" : "max") + "_length\":" + b +
                    ",\"actual_length\":" + a);
    };
    if (n < 1) report("too_short", "least", 1, " item");
    if (n > tag_most) report("too_long", "most", tag_most, " items");
}

void check_uuid_member(json::value v, const location& loc, problems& out) {
    if (v.is_string())
        check_identifier(v.text(), loc, 0, out);
    else
        out.add("uuid_type", loc, "UUID input should be a string, bytes or UUID object", echo(v));
}

void check_text(json::value v, const location& loc, problems& out) {
    if (!v.is_string()) out.add("string_type", loc, "Input should be a valid string", echo(v));
}

bool given(json::value v) noexcept { return v.exists() && !v.is_null(); }

void check_dropdown(json::value v, const location& loc, problems& out) {
    if (!v.is_object()) {
        out.add("model_attributes_type", loc, not_a_model, echo(v));
        return;
    }
    problems own;
    for (const std::string_view name : {"definition_id", "definition_ref", "option_id", "option_ref"}) {
        const json::value m = v.member(name);
        if (!given(m)) continue;
        if (name.ends_with("_id"))
            check_uuid_member(m, deeper(loc, name), own);
        else
            check_text(m, deeper(loc, name), own);
    }
    if (own.empty()) {
        const char* text = nullptr;
        if (given(v.member("definition_id")) == given(v.member("definition_ref")))
            text = "Provide exactly one of definition_id or definition_ref";
        else if (given(v.member("option_id")) && given(v.member("option_ref")))
            text = "Provide only one of option_id or option_ref";
        if (text)
            own.add("value_error", loc, std::string("Value error, ") + text, echo(v), context("error", text));
    }
    out.append(own);
}

void check_member(const member& m, json::value v, const location& loc, problems& out) {
    if (v.is_null() && m.nullable) return;
    switch (m.kind) {
        case shape::text: check_text(v, loc, out); break;
        case shape::enumeration:
            if (!v.is_string() || !among(m.values, v.text()))
                refuse_choice("enum", m.values, loc, echo(v), out);
            break;
        case shape::identifier: check_uuid_member(v, loc, out); break;
        case shape::object:
            if (!v.is_object()) out.add("dict_type", loc, "Input should be a valid dictionary", echo(v));
            break;
        case shape::dropdown_choices:
            if (!v.is_array()) {
                out.add("list_type", loc, "Input should be a valid list", echo(v));
            } else {
                std::size_t i = 0;
                for (const auto item : v.elements()) check_dropdown(item.val, deeper(loc, i++), out);
            }
            break;
        case shape::tag_identifier: check_tag_identifier(v, loc, out); break;
        case shape::email:
            if (v.is_string())
                check_email(v.text(), loc, out);
            else
                check_text(v, loc, out);
            break;
    }
}

void append_number(std::string& out, std::string_view text);

void append_echo(std::string& out, json::value v) {
    if (v.is_number()) {
        append_number(out, v.text());
    } else if (v.is_object() || v.is_array()) {
        const bool object = v.is_object();
        out += object ? '{' : '[';
        bool comma = false;
        const auto range = object ? v.members() : v.elements();
        std::unordered_map<std::string_view, std::uint32_t> counts;   // of equal keys the last one
        if (object)
            for (const auto item : range) counts[item.name()] = item.val.index();
        for (const auto item : range) {
            if (object && counts[item.name()] != item.val.index()) continue;
            if (comma) out += ',';
            comma = true;
            if (object) {
                json::append_string(out, item.name());
                out += ':';
            }
            append_echo(out, item.val);
        }
        out += object ? '}' : ']';
    } else {
        json::append_value(out, v);
    }
}

// Python's int keeps its digits; what has a fraction or an exponent is a double.
void append_number(std::string& out, std::string_view text) {
    if (text.find_first_of(".eE") == std::string_view::npos) {
        out += text == "-0" ? std::string_view("0") : text;
        return;
    }
    if (text.find_first_of("eE") == std::string_view::npos) {
        out += text;
        return;
    }
    const double value = std::strtod(std::string(text).c_str(), nullptr);
    char buffer[40];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
    const std::string_view shortest(buffer, static_cast<std::size_t>(end.ptr - buffer));
    out += shortest;
    if (shortest.find_first_of(".e") == std::string_view::npos) out += ".0";
}

}  // namespace

void problems::add(std::string_view type, const location& loc, std::string_view msg, std::string_view input,
                   std::string_view ctx) {
    if (!list_.empty()) list_ += ',';
    list_ += "{\"type\":";
    json::append_string(list_, type);
    list_ += ",\"loc\":[";
    for (std::size_t i = 0; i < loc.size(); ++i) {
        if (i > 0) list_ += ',';
        if (const auto* name = std::get_if<std::string_view>(&loc[i]))
            json::append_string(list_, *name);
        else
            list_ += std::to_string(std::get<std::size_t>(loc[i]));
    }
    list_ += "],\"msg\":";
    json::append_string(list_, msg);
    list_ += ",\"input\":";
    list_ += input;
    if (!ctx.empty()) {
        list_ += ",\"ctx\":{";
        list_ += ctx;
        list_ += '}';
    }
    list_ += '}';
}

void problems::append(const problems& other) {
    if (!list_.empty() && !other.list_.empty()) list_ += ',';
    list_ += other.list_;
}

const std::string* last(const parameters& all, std::string_view name) noexcept {
    const auto at =
        std::find_if(all.rbegin(), all.rend(), [&](const http::parameter& p) { return p.name == name; });
    return at == all.rend() ? nullptr : &at->value;
}

std::string echo(json::value v) {
    std::string out;
    if (!v.exists()) return "null";
    append_echo(out, v);
    return out;
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

void check_identifier(std::string_view text, const location& loc, int wanted_version, problems& out) {
    if (const auto complaint = uuid_complaint(text)) {
        out.add("uuid_parsing", loc, "Input should be a valid UUID, " + *complaint, quoted(text),
                context("error", *complaint));
    } else if (wanted_version != 0 && uuid_value(text).version() != wanted_version) {
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
                if (!among(r.values, *text))
                    refuse_choice("literal_error", r.values, loc, quoted(*text), out);
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

void check_body(model m, json::value root, problems& out) {
    const location body{std::string_view("body")};
    if (!root.exists() || root.is_null()) {
        out.add("missing", body, "Field required", "null");
        return;
    }
    if (!root.is_object()) {
        out.add("model_attributes_type", body, not_a_model, echo(root));
        return;
    }
    std::string whole;      // what each missing member shows as its input
    for (const member& rule : m) {
        const json::value v = root.member(rule.name);
        const location loc = deeper(body, rule.name);
        if (v.exists()) {
            check_member(rule, v, loc, out);
        } else if (rule.required) {
            if (whole.empty()) whole = echo(root);
            out.add("missing", loc, "Field required", whole);
        }
    }
}

void refuse_raw_body(std::string_view body, problems& out) {
    out.add("model_attributes_type", {std::string_view("body")}, not_a_model, quoted(body));
}

}  // namespace casebridge::platform::tracecat
