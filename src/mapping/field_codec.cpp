#include "mapping/field_codec.hpp"

#include "core/timestamp.hpp"
#include "json/writer.hpp"
#include "mapping/python_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <utility>

namespace casebridge::mapping {
namespace {

using texts = std::vector<std::string>;
using encoded = boost::system::result<texts, refusal>;

std::string_view trim(std::string_view s) {
    while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
    while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
    return s;
}

// JSON's number grammar, which is also what may be copied into a document.
bool is_decimal(std::string_view s) noexcept {
    std::size_t i = !s.empty() && s[0] == '-' ? 1 : 0;
    const auto digits = [&] {
        const std::size_t start = i;
        while (i < s.size() && s[i] >= '0' && s[i] <= '9') ++i;
        return i > start;
    };
    if (!digits()) return false;
    if (i < s.size() && s[i] == '.') {
        ++i;
        if (!digits()) return false;
    }
    if (i < s.size() && (s[i] == 'e' || s[i] == 'E')) {
        ++i;
        if (i < s.size() && (s[i] == '+' || s[i] == '-')) ++i;
        if (!digits()) return false;
    }
    return i == s.size();
}

std::optional<std::int64_t> to_integer(std::string_view s) {
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), n);
    if (error == std::errc{} && end == s.data() + s.size()) return n;
    if (!is_decimal(s)) return std::nullopt;
    double d = 0;  // beyond 2^53 its neighbours are not integers apart
    if (std::from_chars(s.data(), s.data() + s.size(), d).ec != std::errc{}) return std::nullopt;
    if (d != std::floor(d) || std::abs(d) >= 9007199254740992.0) return std::nullopt;
    return static_cast<std::int64_t>(d);
}

}  // namespace

refusal refuse(json::value v) { return {std::string(python_type(v)), python_repr(v), false}; }

refusal refuse_choices(const std::vector<std::string>& unknown) {
    refusal r{"list", {}, true};
    for (const auto& text : unknown) r.value += (&text == unknown.data() ? "" : ", ") + text;
    return r;
}

namespace {

encoded encode_text(json::value v) {
    if (v.is_object() || v.is_array()) return refuse(v);
    return texts{python_text(v)};
}

encoded encode_integer(json::value v) {
    if (!v.is_number() && !v.is_string()) return refuse(v);
    const auto n = to_integer(trim(v.text()));
    if (!n) return refuse(v);
    return texts{std::to_string(*n)};
}

encoded encode_decimal(json::value v) {
    if (!v.is_number() && !v.is_string()) return refuse(v);
    if (!is_decimal(trim(v.text()))) return refuse(v);
    return texts{std::string(trim(v.text()))};
}

encoded encode_boolean(json::value v) {
    if (v.is_boolean()) return texts{std::string(v.text())};
    if (v.is_number() && (v.text() == "0" || v.text() == "1"))
        return texts{v.text() == "1" ? "true" : "false"};
    return refuse(v);
}

// Epoch seconds, with or without a fraction; milliseconds from 2e10 on, as pydantic reads them.
std::optional<instant> to_instant(json::value v) {
    constexpr double first_millis = 2e10, earliest = -62'135'596'800e6, latest = 253'402'300'800e6;
    if (v.is_string()) return parse_iso8601(v.text());
    double n = 0;
    if (!v.is_number() || !is_decimal(v.text())) return std::nullopt;
    if (std::from_chars(v.text().data(), v.text().data() + v.text().size(), n).ec != std::errc{})
        return std::nullopt;
    const double micros = std::round(std::abs(n) > first_millis ? n * 1e3 : n * 1e6);
    if (!(micros >= earliest && micros < latest)) return std::nullopt;  // years 1 to 9999
    return instant{static_cast<std::int64_t>(micros)};
}

encoded encode_time(json::value v, bool date_only) {
    const auto t = to_instant(v);
    if (!t) return refuse(v);
    std::string out;
    append_micros(out, *t);
    if (date_only) out.resize(10);
    return texts{std::move(out)};
}

bool known(const texts& options, std::string_view text) {
    return options.empty() || std::find(options.begin(), options.end(), text) != options.end();
}

encoded encode_option(json::value v, const texts& options) {
    if (v.is_object() || v.is_array()) return refuse(v);
    std::string text = python_text(v);
    if (!known(options, text)) return refusal{std::string(python_type(v)), "'" + text + "'", true};
    return texts{std::move(text)};
}

encoded encode_options(json::value v, bool spread, const texts& options) {
    if (!v.is_array()) return refuse(v);
    texts members, unknown;
    for (const auto& [none, m] : v.elements()) {
        if (!m.is_string()) return refuse(v);
        if (!known(options, m.text())) unknown.emplace_back(m.text());
        members.emplace_back(m.text());
    }
    if (!unknown.empty()) return refuse_choices(unknown);
    if (spread) return members;
    std::string text;
    json::append_value(text, v);
    return texts{std::move(text)};
}

constexpr std::size_t deepest_value = 10'100;  // a value may be nested as deeply as Python reads it

bool append_json(std::string& out, std::string_view text, bool array_only) {
    json::tape t;
    if (t.parse(text, {.max_depth = deepest_value}).has_error() || (array_only && !t.root().is_array()))
        return false;
    json::append_value(out, t.root());
    return true;
}

bool append_boolean(std::string& out, std::string_view text) {
    static constexpr std::array yes{"true", "True", "TRUE", "yes", "Yes", "1"};
    static constexpr std::array no{"false", "False", "FALSE", "no", "No", "0"};
    if (std::find(yes.begin(), yes.end(), text) != yes.end())
        out += "true";
    else if (std::find(no.begin(), no.end(), text) != no.end())
        out += "false";
    else
        return false;
    return true;
}

bool append_time(std::string& out, std::string_view text, bool date_only) {
    const auto t = parse_iso8601(text);
    if (!t) return false;
    std::string when;
    append_micros(when, *t);
    if (date_only) when.resize(10);
    json::append_string(out, when);
    return true;
}

}  // namespace

void throw_exception_from_error(const refusal& r, const boost::source_location&) {
    throw std::logic_error("unchecked refusal of " + r.value);
}

bool codec_from_string(std::string_view name, codec& out) noexcept {
    static constexpr std::array codecs{
        std::pair{"text", codec::text},       std::pair{"integer", codec::integer},
        std::pair{"decimal", codec::decimal}, std::pair{"boolean", codec::boolean},
        std::pair{"date", codec::date},       std::pair{"instant", codec::instant},
        std::pair{"json", codec::json},       std::pair{"option", codec::option},
        std::pair{"options", codec::options},
    };
    for (const auto& [text, c] : codecs) {
        if (name == text) {
            out = c;
            return true;
        }
    }
    return false;
}

bool append_decoded(std::string& out, codec c, std::string_view text) {
    switch (c) {
        case codec::integer: {
            const auto n = to_integer(trim(text));
            if (n) json::append_integer(out, *n);
            return n.has_value();
        }
        case codec::decimal:
            if (!is_decimal(trim(text))) return false;
            json::append_string(out, trim(text));
            return true;
        case codec::boolean: return append_boolean(out, trim(text));
        case codec::date: return append_time(out, text, true);
        case codec::instant: return append_time(out, text, false);
        case codec::json: return append_json(out, text, false);
        case codec::options: return append_json(out, text, true);
        case codec::text:
        case codec::option: break;
    }
    json::append_string(out, text);
    return true;
}

boost::system::result<std::vector<std::string>, refusal> encode(codec c, json::value v, bool spread,
                                                                const std::vector<std::string>& options) {
    switch (c) {
        case codec::text: return encode_text(v);
        case codec::integer: return encode_integer(v);
        case codec::decimal: return encode_decimal(v);
        case codec::boolean: return encode_boolean(v);
        case codec::date: return encode_time(v, true);
        case codec::instant: return encode_time(v, false);
        case codec::option: return encode_option(v, options);
        case codec::options: return encode_options(v, spread, options);
        case codec::json: break;
    }
    std::string text;
    json::append_value(text, v);
    return texts{std::move(text)};
}

}  // namespace casebridge::mapping
