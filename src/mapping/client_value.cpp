#include "mapping/client_value.hpp"

#include "json/writer.hpp"
#include "mapping/python_text.hpp"
#include "mapping/text_limit.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>

namespace casebridge::mapping {
namespace {

using encoded = boost::system::result<std::string, refusal>;

constexpr std::int64_t integer_least = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t integer_most = std::numeric_limits<std::int32_t>::max();
constexpr long longest_exponent = 1000;  // a number of more places is nobody's

encoded accept(std::string json) { return {boost::system::in_place_value, std::move(json)}; }

std::string_view trim(std::string_view s) {
    const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!s.empty() && blank(s.front())) s.remove_prefix(1);
    while (!s.empty() && blank(s.back())) s.remove_suffix(1);
    return s;
}

std::string quoted(std::string_view text) {
    std::string out;
    json::append_string(out, text);
    return out;
}

// Digits, with single underscores between them as Python takes them; false if there is anything else.
bool take_digits(std::string_view& s, std::string& out) {
    char before = '_';
    while (!s.empty() && ((s.front() >= '0' && s.front() <= '9') || s.front() == '_')) {
        if (s.front() == '_' && before == '_') return false;
        before = s.front();
        if (before != '_') out += before;
        s.remove_prefix(1);
    }
    return out.empty() || before != '_';
}

std::optional<long> take_exponent(std::string_view s) {
    if (s.empty()) return 0;
    if (s.front() != 'e' && s.front() != 'E') return std::nullopt;
    s.remove_prefix(1);
    if (!s.empty() && s.front() == '+') s.remove_prefix(1);
    long n = 0;
    const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), n);
    if (error != std::errc{} || end != s.data() + s.size() || n > longest_exponent || n < -longest_exponent)
        return std::nullopt;
    return n;
}

encoded encode_integer(json::value v) {
    const auto plain = v.is_number() || v.is_string() ? plain_decimal(v.text()) : std::nullopt;
    if (!plain) return refuse(v);
    const std::string_view text = *plain;
    const auto point = text.find('.');
    if (point != std::string_view::npos && text.find_first_not_of('0', point + 1) != std::string_view::npos)
        return refuse(v);
    const std::string_view whole = text.substr(0, point);
    std::int64_t n = 0;
    const auto read = std::from_chars(whole.data(), whole.data() + whole.size(), n);
    if (read.ec != std::errc{}) return refuse(v);
    if (n < integer_least || n > integer_most) {
        refusal r = refuse(v);
        r.value += " (INTEGER fields hold " + std::to_string(integer_least) + " to " +
                   std::to_string(integer_most) + ")";
        return r;
    }
    return accept(std::to_string(n));
}

encoded encode_decimal(json::value v) {
    const auto plain = v.is_number() || v.is_string() ? plain_decimal(v.text()) : std::nullopt;
    if (!plain) return refuse(v);
    return accept(quoted(*plain));
}

bool among(const std::vector<std::string>& options, std::string_view text) {
    return std::find(options.begin(), options.end(), text) != options.end();
}

encoded encode_option(json::value v, const std::vector<std::string>& options) {
    const std::string text = python_text(v);
    if (among(options, text)) return accept(quoted(text));
    refusal r = refuse(v);
    r.value = "'" + text + "'";
    r.unknown_options = true;
    return r;
}

encoded encode_options(json::value v, const std::vector<std::string>& options) {
    if (!v.is_array()) return refuse(v);
    std::string list;
    std::vector<std::string> unknown;
    for (const auto& [none, m] : v.elements()) {
        std::string text = python_text(m);
        list += (list.empty() ? "" : ",") + quoted(text);
        if (!among(options, text)) unknown.push_back(std::move(text));
    }
    if (!unknown.empty()) return refuse_choices(unknown);
    return accept("[" + list + "]");
}

bool is_list_of_texts(json::value v) {
    if (!v.is_array()) return false;
    for (const auto& [none, m] : v.elements()) {
        if (!m.is_string()) return false;
    }
    return true;
}

}  // namespace

std::optional<std::string> plain_decimal(std::string_view text) {
    text = trim(text);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    std::string whole, fraction;
    if (!take_digits(text, whole)) return std::nullopt;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (!take_digits(text, fraction)) return std::nullopt;
    }
    const auto exponent = take_exponent(text);
    if (whole.empty() && fraction.empty()) return std::nullopt;
    if (!exponent) return std::nullopt;
    if (*exponent > 0) {
        const auto places = static_cast<std::size_t>(*exponent);
        if (fraction.size() < places) fraction.append(places - fraction.size(), '0');
        whole.append(fraction, 0, places);
        fraction.erase(0, places);
    } else if (*exponent < 0) {
        const auto places = static_cast<std::size_t>(-*exponent);
        if (whole.size() < places) whole.insert(0, places - whole.size(), '0');
        fraction.insert(0, whole, whole.size() - places, places);
        whole.resize(whole.size() - places);
    }
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
    if (whole.empty()) whole = "0";
    const bool zero = whole == "0" && fraction.find_first_not_of('0') == std::string::npos;
    std::string out = negative && !zero ? "-" + whole : whole;
    if (!fraction.empty()) out.append(".").append(fraction);
    return out;
}

boost::system::result<std::string, refusal> encode_client_value(codec c, json::value v,
                                                                const std::vector<std::string>& options) {
    switch (c) {
        case codec::integer: return encode_integer(v);
        case codec::decimal: return encode_decimal(v);
        case codec::option: return encode_option(v, options);
        case codec::options: return encode_options(v, options);
        case codec::text:
        case codec::boolean:
        case codec::date:
        case codec::instant:
        case codec::json: break;
    }
    auto texts = encode(c, v, false, options);
    if (texts.has_error()) return texts.error();
    std::string out;
    if (!append_decoded(out, c, texts->front())) return refuse(v);
    return accept(std::move(out));
}

bool append_client_value(std::string& out, codec c, json::value kept) {
    if (kept.is_null() || c == codec::json || (c == codec::options && is_list_of_texts(kept))) {
        json::append_value(out, kept);
        return true;
    }
    if (kept.is_object() || kept.is_array() || c == codec::options) return false;
    if (c == codec::text || c == codec::option) {
        if (!kept.is_string()) return false;
        json::append_value(out, kept);
        return true;
    }
    return append_decoded(out, c, kept.text());
}

bool is_blank_value(std::string_view kept) {
    if (kept == "null" || kept == "[]" || kept == "{}") return true;
    json::tape t;
    return kept.starts_with('"') && t.parse(kept, {}).has_value() && trim(t.root().text()).empty();
}

}  // namespace casebridge::mapping
