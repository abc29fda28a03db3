#include "sandbox/tracecat/field_types.hpp"

#include "json/writer.hpp"
#include "platform/tracecat/wire/datetime_text.hpp"
#include "platform/tracecat/wire/validate.hpp"
#include "sandbox/tracecat/python_text.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <span>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;
namespace wire = platform::tracecat;

constexpr std::array<sv, 10> names{"TEXT",        "INTEGER", "NUMERIC", "DATE",         "BOOLEAN",
                                   "TIMESTAMPTZ", "JSONB",   "SELECT",  "MULTI_SELECT", "UUID"};

std::string quoted(sv text) {
    std::string out;
    json::append_string(out, text);
    return out;
}

bool all_digits(sv text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Digits with the point moved by the exponent, without needless zeros in front.
std::string moved(std::string digits, std::size_t point, long exponent) {
    const long at = static_cast<long>(point) + exponent;
    if (at <= 0) {
        digits.insert(0, static_cast<std::size_t>(1 - at), '0');
        point = 1;
    } else {
        if (static_cast<std::size_t>(at) > digits.size())
            digits.append(static_cast<std::size_t>(at) - digits.size(), '0');
        point = static_cast<std::size_t>(at);
    }
    std::string whole = digits.substr(0, point), fraction = digits.substr(point);
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
    return fraction.empty() ? whole : whole + "." + fraction;
}

}  // namespace

std::string_view type_name(field_type t) noexcept { return names[static_cast<std::size_t>(t)]; }

std::optional<field_type> read_type(std::string_view name) noexcept {
    const auto at = std::find(names.begin(), names.end(), name);
    return at == names.end() ? std::nullopt : std::optional(static_cast<field_type>(at - names.begin()));
}

field_type column_type(field_type t) noexcept {
    if (t == field_type::select) return field_type::text;
    return t == field_type::multi_select ? field_type::jsonb : t;
}

std::string decimal_text(std::string_view text) {
    constexpr long longest_exponent = 1000;
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const std::size_t e = std::min(text.find_first_of("eE"), text.size());
    sv power = e < text.size() ? text.substr(e + 1) : sv("0");
    const sv mantissa = text.substr(0, e);
    const std::size_t dot = std::min(mantissa.find('.'), mantissa.size());
    const std::string digits = std::string(mantissa.substr(0, dot)) +
                               std::string(mantissa.substr(std::min(dot + 1, mantissa.size())));
    const bool negative_power = power.starts_with('-');
    if (negative_power || power.starts_with('+')) power.remove_prefix(1);
    if (digits.empty() || power.empty() || !all_digits(digits) || !all_digits(power)) return {};
    const long exponent = std::strtol(std::string(power).c_str(), nullptr, 10) * (negative_power ? -1 : 1);
    if (exponent > longest_exponent || exponent < -longest_exponent) return {};
    const std::string plain = moved(digits, dot, exponent);
    return negative && plain.find_first_not_of("0.") != std::string::npos ? "-" + plain : plain;
}

std::optional<std::string> default_json(const field_definition& f, std::string* why) {
    const std::string& text = *f.fallback;
    const auto bad = [&](const char* type) -> std::optional<std::string> {
        if (why) *why = std::string("Invalid ") + type + " default value: " + python_repr(text);
        return std::nullopt;
    };
    switch (f.type) {
        case field_type::integer: {
            const auto n = wire::python_integer(text);
            return n ? std::optional(std::to_string(*n)) : bad("integer");
        }
        case field_type::numeric: {
            const std::string n = decimal_text(text);
            return n.empty() ? bad("numeric") : std::optional(quoted(n));
        }
        case field_type::boolean: {
            const auto b = wire::python_bool(text);
            return b ? std::optional<std::string>(*b ? "true" : "false") : bad("boolean");
        }
        case field_type::date:
        case field_type::timestamptz: {
            const wire::datetime_reading t = wire::read_datetime(text);
            if (t.error) return bad("datetime");
            std::string out;
            append_micros(out, t.value);
            return quoted(f.type == field_type::date ? sv(out).substr(0, 10) : sv(out));
        }
        case field_type::multi_select:
        case field_type::jsonb: {
            json::tape t;
            const bool fits =
                t.parse(text, {}).has_value() && (f.type == field_type::jsonb || t.root().is_array());
            return fits ? std::optional(text) : bad("json");
        }
        default: return quoted(text);
    }
}

}  // namespace casebridge::sandbox::tracecat
