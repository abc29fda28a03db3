#include "sandbox/tracecat/jsonb.hpp"

#include "json/writer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

constexpr int python_exponent_from = 16;     // repr() of a float changes to an exponent from 1e16 on

// Shortest digits and decimal exponent: value = 0.d1d2d3… × 10^point.
struct decimal {
    std::string digits;
    int point = 0;
    bool negative = false;
};

decimal shortest(double value) {
    char buffer[40];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
    sv text(buffer, static_cast<std::size_t>(end - buffer));
    decimal d;
    d.negative = text.starts_with('-');
    if (d.negative) text.remove_prefix(1);
    const std::size_t e = text.find('e');
    for (const char c : text.substr(0, e))
        if (c != '.') d.digits += c;
    d.point = std::atoi(std::string(text.substr(e + 1)).c_str()) + 1;
    return d;
}

std::string plain_decimal(const decimal& d) {
    std::string out = d.negative ? "-" : "";
    const auto size = static_cast<int>(d.digits.size());
    if (d.point <= 0) return out + "0." + std::string(static_cast<std::size_t>(-d.point), '0') + d.digits;
    if (d.point >= size)
        return out + d.digits + std::string(static_cast<std::size_t>(d.point - size), '0') + ".0";
    return out + d.digits.substr(0, static_cast<std::size_t>(d.point)) + "." +
           d.digits.substr(static_cast<std::size_t>(d.point));
}

std::string with_exponent(const decimal& d, bool python) {
    std::string out = d.negative ? "-" : "";
    out += d.digits[0];
    if (d.digits.size() > 1) out += "." + d.digits.substr(1);
    const int e = d.point - 1;
    if (!python) return out + "e" + std::to_string(e);
    return out + "e" + (e < 0 ? "-" : "+") + (std::abs(e) < 10 ? "0" : "") + std::to_string(std::abs(e));
}

bool is_integer_text(sv text) { return text.find_first_of(".eE") == sv::npos; }

// Within what orjson writes: -2^63 … 2^64 - 1.
bool is_writable(sv digits, bool negative) {
    constexpr sv most = "18446744073709551615", least = "9223372036854775808";
    const sv bound = negative ? least : most;
    return digits.size() < bound.size() || (digits.size() == bound.size() && digits <= bound);
}

void append_integer_text(sv text, jsonb& out) {
    const bool negative = text.starts_with('-');
    const sv digits = text.substr(negative ? 1 : 0);
    if (!is_writable(digits, negative)) out.unreadable = true;
    out.text += digits == "0" ? sv("0") : text;
}

void append_number(sv text, jsonb& out) {
    if (is_integer_text(text)) return append_integer_text(text, out);
    const double value = std::strtod(std::string(text).c_str(), nullptr);
    if (!std::isfinite(value)) {
        out.unstorable = true;
        return;
    }
    if (value == 0) {
        out.text += "0.0";       // numeric knows no negative zero
        return;
    }
    const decimal d = shortest(value);
    if (d.point > python_exponent_from) {    // Python wrote an exponent, and numeric has no fraction then
        std::string whole = plain_decimal(d);
        whole.resize(whole.size() - 2);
        append_integer_text(whole, out);
    } else {
        out.text += orjson_double(value);
    }
}

void append(json::value v, std::size_t depth, jsonb& out);

void append_object(json::value v, std::size_t depth, jsonb& out) {
    std::vector<json::value::iterator::item> items;
    for (const auto item : v.members()) items.push_back(item);
    std::stable_sort(items.begin(), items.end(), [](const auto& a, const auto& b) {
        const sv x = a.name(), y = b.name();
        return x.size() != y.size() ? x.size() < y.size() : x < y;
    });
    out.text += '{';
    bool comma = false;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i + 1 < items.size() && items[i + 1].name() == items[i].name()) continue;
        if (comma) out.text += ',';
        comma = true;
        json::append_string(out.text, items[i].name());
        out.text += ':';
        append(items[i].val, depth + 1, out);
    }
    out.text += '}';
}

void append(json::value v, std::size_t depth, jsonb& out) {
    if (v.is_object() || v.is_array()) out.depth = std::max(out.depth, depth);
    if (v.is_number()) {
        append_number(v.text(), out);
    } else if (v.is_object()) {
        append_object(v, depth, out);
    } else if (v.is_array()) {
        out.text += '[';
        bool comma = false;
        for (const auto item : v.elements()) {
            if (comma) out.text += ',';
            comma = true;
            append(item.val, depth + 1, out);
        }
        out.text += ']';
    } else {
        json::append_value(out.text, v);
    }
}

}  // namespace

jsonb to_jsonb(json::value v) {
    jsonb out;
    append(v, 1, out);
    return out;
}

std::string python_number(std::string_view text) {
    if (is_integer_text(text)) return text == "-0" ? "0" : std::string(text);
    const double value = std::strtod(std::string(text).c_str(), nullptr);
    if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
    if (value == 0) return std::signbit(value) ? "-0.0" : "0.0";
    const decimal d = shortest(value);
    return d.point > python_exponent_from || d.point < -3 ? with_exponent(d, true) : plain_decimal(d);
}

std::string orjson_double(double value) {
    if (value == 0) return std::signbit(value) ? "-0.0" : "0.0";
    const decimal d = shortest(value);
    return d.point > python_exponent_from || d.point < -4 ? with_exponent(d, false) : plain_decimal(d);
}

}  // namespace casebridge::sandbox::tracecat
