#include "query/condition_values.hpp"

#include "query/like.hpp"

#include <charconv>

namespace casebridge::query {
namespace {

std::string_view trimmed(std::string_view s) noexcept {
    const std::size_t begin = s.find_first_not_of(' ');
    return begin == std::string_view::npos ? std::string_view{}
                                           : s.substr(begin, s.find_last_not_of(' ') - begin + 1);
}

failure expected(const token& t, const keyword& of, std::string_view what) {
    return fail(errc::invalid_query,
                std::string(of.name) + " takes " + std::string(what) + ", not " + shown(t.text));
}

template <class number>
bool read_whole(std::string_view text, number& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size();
}

// "7", and "7.0" since clients print decimals.
std::optional<std::int64_t> read_integer(std::string_view text) {
    text = trimmed(text);
    const std::size_t point = text.find('.');
    if (point != std::string_view::npos) {
        const std::string_view fraction = text.substr(point + 1);
        if (fraction.empty() || fraction.find_first_not_of('0') != std::string_view::npos)
            return std::nullopt;
        text = text.substr(0, point);
    }
    std::int64_t n = 0;
    return read_whole(text, n) ? std::optional(n) : std::nullopt;
}

std::optional<double> read_decimal(std::string_view text) {
    text = trimmed(text);
    const bool plain = !text.empty() && text.find_first_not_of("-.0123456789") == std::string_view::npos;
    double n = 0;
    return plain && read_whole(text, n) ? std::optional(n) : std::nullopt;
}

bool is_number(const token& t) noexcept { return t.kind == token_kind::number || t.kind == token_kind::text; }

}  // namespace

result<read_value> read_literal(const token& t, const keyword& of, instant now) {
    read_value out{{t.text}};
    switch (of.type) {
        case value_type::integer: {
            const auto n = is_number(t) ? read_integer(t.text) : std::nullopt;
            if (!n) return expected(t, of, "a whole number");
            out.what.integer = *n;
            return out;
        }
        case value_type::decimal: {
            const auto n = is_number(t) ? read_decimal(t.text) : std::nullopt;
            if (!n) return expected(t, of, "a number");
            out.what.decimal = *n;
            return out;
        }
        case value_type::boolean: {
            const std::string_view text = trimmed(t.text);
            if (!same_word(text, "true") && !same_word(text, "false"))
                return expected(t, of, "true or false");
            out.what.integer = same_word(text, "true") ? 1 : 0;
            return out;
        }
        case value_type::time: {
            const bool quoted = t.kind == token_kind::date || t.kind == token_kind::text;
            const auto read = quoted ? read_time(t.text, now) : std::nullopt;
            if (!read)
                return expected(t, of, R"(a date ("2024-01-02", "2024-01-02 03:04:05", "NOW() - 1 DAY"))");
            out.what.integer = read->at.micros;
            out.day = read->day;
            return out;
        }
        default:
            if (of.fold) out.what.text = fold_text(t.text);
            return out;
    }
}

bool precedes(value_type type, const literal& a, const literal& b) noexcept {
    if (type == value_type::text) return a.text < b.text;
    return type == value_type::decimal ? a.decimal < b.decimal : a.integer < b.integer;
}

}  // namespace casebridge::query
