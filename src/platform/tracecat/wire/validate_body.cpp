// Bodies: member by member, in declaration order.
#include "platform/tracecat/wire/unicode.hpp"
#include "platform/tracecat/wire/validate.hpp"

#include <cmath>
#include <cstdlib>

namespace casebridge::platform::tracecat {
namespace {

constexpr std::string_view not_a_model =
    "Input should be a valid dictionary or object to extract fields from";

// A bound that is broken, as pydantic says it: "String should have at least 1 character".
struct bound {
    bool low;
    std::size_t at;
    std::string text(std::string_view what, std::string_view unit) const {
        std::string out(what);
        out += low ? " should have at least " : " should have at most ";
        out.append(std::to_string(at)).append(" ").append(unit);
        return at == 1 ? out : out + "s";
    }
    std::string context() const { return (low ? "\"min_length\":" : "\"max_length\":") + std::to_string(at); }
};

std::optional<bound> broken(std::size_t n, std::size_t least, std::size_t most) {
    if (n < least) return bound{true, least};
    if (most > 0 && n > most) return bound{false, most};
    return std::nullopt;
}

void check_text(json::value v, const location& loc, problems& out, std::size_t least = 0,
                std::size_t most = 0) {
    if (!v.is_string()) {
        out.add("string_type", loc, "Input should be a valid string", echo(v));
    } else if (const auto b = broken(count_characters(v.text()), least, most)) {
        out.add(b->low ? "string_too_short" : "string_too_long", loc, b->text("String", "character"), echo(v),
                b->context());
    }
}

// What has too many or too few parts; field: pydantic's name of the type.
void refuse_size(const bound& b, std::string_view field, std::size_t n, json::value v, const location& loc,
                 problems& out) {
    out.add(
        b.low ? "too_short" : "too_long", loc,
        b.text(field, "item") + " after validation, not " + std::to_string(n), echo(v),
        context_text("field_type", field) + "," + b.context() + ",\"actual_length\":" + std::to_string(n));
}

void check_tag_identifier(const member& m, json::value v, const location& loc, problems& out) {
    if (!v.is_string()) {
        out.add("uuid_type", deeper(loc, std::string_view("uuid")),
                "UUID input should be a string, bytes or UUID object", echo(v));
        out.add("string_type", deeper(loc, std::string_view("str")), "Input should be a valid string",
                echo(v));
        return;
    }
    const std::size_t n = count_characters(v.text());
    if (const auto b = broken(n, m.least, m.most)) refuse_size(*b, "Value", n, v, loc, out);
}

void check_uuid_member(json::value v, const location& loc, problems& out) {
    if (v.is_string())
        check_identifier(v.text(), loc, 0, out);
    else
        out.add("uuid_type", loc, "UUID input should be a string, bytes or UUID object", echo(v));
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
        if (text) refuse_value(text, v, loc, own);
    }
    out.append(own);
}

// A list that is too long is all that is said of it: pydantic stops there.
void check_identifiers(const member& m, json::value v, const location& loc, problems& out) {
    if (!v.is_array()) {
        out.add("list_type", loc, "Input should be a valid list", echo(v));
        return;
    }
    if (const auto b = broken(v.size(), m.least, m.most)) {
        refuse_size(*b, "List", v.size(), v, loc, out);
        return;
    }
    std::size_t i = 0;
    for (const auto item : v.elements()) check_uuid_member(item.val, deeper(loc, i++), out);
}

void check_list(const member& m, json::value v, const location& loc, problems& out) {
    if (!v.is_array()) {
        out.add("list_type", loc, "Input should be a valid list", echo(v));
        return;
    }
    if (const auto b = broken(v.size(), m.least, m.most)) {
        refuse_size(*b, "List", v.size(), v, loc, out);
        return;
    }
    std::size_t i = 0;
    for (const auto item : v.elements()) {
        check_model(*m.of, item.val, deeper(loc, i), out);
        ++i;
    }
}

double as_double(json::value v) { return std::strtod(std::string(v.text()).c_str(), nullptr); }

void check_flag(json::value v, const location& loc, problems& out) {
    if (v.is_boolean()) return;
    const bool broken = v.is_number() && std::trunc(as_double(v)) != as_double(v);
    if (broken || (!v.is_number() && !v.is_string())) {
        out.add("bool_type", loc, "Input should be a valid boolean", echo(v));
        return;
    }
    if (v.is_number() ? as_double(v) == 0 || as_double(v) == 1 : python_bool(v.text()).has_value()) return;
    out.add("bool_parsing", loc, "Input should be a valid boolean, unable to interpret input", echo(v));
}

void check_number(json::value v, const location& loc, problems& out) {
    if (v.is_boolean() || (v.is_number() && std::trunc(as_double(v)) == as_double(v))) return;
    if (v.is_number()) {
        out.add("int_from_float", loc, "Input should be a valid integer, got a number with a fractional part",
                echo(v));
    } else if (!v.is_string()) {
        out.add("int_type", loc, "Input should be a valid integer", echo(v));
    } else if (!python_integer(v.text())) {
        out.add("int_parsing", loc, "Input should be a valid integer, unable to parse string as an integer",
                echo(v));
    }
}

void check_shape(const member& m, json::value v, const location& loc, problems& out) {
    switch (m.kind) {
        case shape::text: check_text(v, loc, out, m.least, m.most); break;
        case shape::enumeration:
            if (!v.is_string() || !among(m.values, v.text())) out.add_choice("enum", m.values, loc, echo(v));
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
        case shape::tag_identifier: check_tag_identifier(m, v, loc, out); break;
        case shape::email:
            if (v.is_string())
                check_email(v.text(), loc, out);
            else
                check_text(v, loc, out);
            break;
        case shape::identifiers: check_identifiers(m, v, loc, out); break;
        case shape::nested: check_model(*m.of, v, loc, out); break;
        case shape::list: check_list(m, v, loc, out); break;
        case shape::flag: check_flag(v, loc, out); break;
        case shape::number: check_number(v, loc, out); break;
        case shape::custom: m.check(v, loc, out); break;
    }
}

}  // namespace

void check_texts(json::value v, const location& loc, problems& out) {
    if (!v.is_array()) {
        out.add("list_type", loc, "Input should be a valid list", echo(v));
        return;
    }
    std::size_t i = 0;
    for (const auto item : v.elements()) {
        if (!item.val.is_string())
            out.add("string_type", deeper(loc, i), "Input should be a valid string", echo(item.val));
        ++i;
    }
}

void refuse_value(std::string_view text, json::value v, const location& loc, problems& out) {
    out.add("value_error", loc, "Value error, " + std::string(text), echo(v), context_text("error", text));
}

void check_member(const member& m, json::value v, const location& loc, problems& out) {
    if (v.is_null() && m.nullable) return;
    if (!m.check || m.kind == shape::custom) {
        check_shape(m, v, loc, out);
        return;
    }
    problems own;
    check_shape(m, v, loc, own);
    if (own.empty()) m.check(v, loc, own);
    out.append(own);
}

void check_model(model m, json::value v, const location& at, problems& out) {
    if (!v.is_object()) {
        out.add("model_attributes_type", at, not_a_model, echo(v));
        return;
    }
    std::string whole;      // what each missing member shows as its input
    for (const member& rule : m) {
        const json::value part = v.member(rule.name);
        const location loc = deeper(at, rule.name);
        if (part.exists()) {
            check_member(rule, part, loc, out);
        } else if (rule.required) {
            if (whole.empty()) whole = echo(v);
            out.add("missing", loc, "Field required", whole);
        }
    }
}

void check_body(model m, json::value root, problems& out) {
    const location body{std::string_view("body")};
    if (!root.exists() || root.is_null())
        out.add("missing", body, "Field required", "null");
    else
        check_model(m, root, body, out);
}

void refuse_raw_body(std::string_view body, problems& out) {
    out.add("model_attributes_type", {std::string_view("body")}, not_a_model, quoted(body));
}

}  // namespace casebridge::platform::tracecat
