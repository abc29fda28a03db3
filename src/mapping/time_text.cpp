#include "mapping/time_text.hpp"

#include "core/timestamp.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace casebridge::mapping {
namespace {

constexpr std::size_t whole = 19;   // "2026-01-01T00:00:00"
constexpr std::size_t micros = 6;

unsigned is_no_digit(char c) noexcept { return static_cast<unsigned char>(c - '0') > 9 ? 1U : 0U; }

// Whether the first 19 bytes have the form of a date and a time; without a branch, as they nearly always have.
bool has_form(const char* t) noexcept {
    static constexpr char form[] = "dddd-dd-ddTdd:dd:dd";
    unsigned wrong = 0;
    for (std::size_t i = 0; i < whole; ++i)
        wrong |= form[i] == 'd' ? is_no_digit(t[i]) : unsigned{t[i] != form[i]};
    return wrong == 0;
}

// Timestamps of both platforms nearly always differ in the fraction only, so the date is copied.
bool append_copied(std::string& out, std::string_view t) {
    if (t.size() <= whole || t.size() > whole + 1 + micros + 1 || t.back() != 'Z' || !has_form(t.data()))
        return false;
    const std::string_view fraction = t.substr(whole, t.size() - whole - 1);  // with its point
    if (fraction.size() == 1 || (!fraction.empty() && fraction.front() != '.')) return false;
    unsigned wrong = 0;
    bool zero = true;
    char text[1 + whole + 1 + micros + 2];
    char* end = text;
    *end++ = '"';
    end = std::copy_n(t.data(), whole + fraction.size(), end);
    for (std::size_t i = 1; i < fraction.size(); ++i) {
        wrong |= is_no_digit(fraction[i]);
        zero = zero && fraction[i] == '0';
    }
    if (wrong != 0) return false;
    if (zero)
        end = text + 1 + whole;
    else
        end = std::fill_n(end, micros + 1 - fraction.size(), '0');
    *end++ = 'Z';
    *end++ = '"';
    out.append(text, static_cast<std::size_t>(end - text));
    return true;
}

}  // namespace

bool append_time(std::string& out, json::value v) {
    if (!v.is_string()) {
        out += "null";
        return true;
    }
    return append_time(out, v.text());
}

bool append_time(std::string& out, std::string_view text) {
    if (append_copied(out, text)) return true;
    const auto t = parse_iso8601(text);
    out += '"';
    if (t)
        append_micros(out, *t);
    else
        json::append_escaped(out, text);
    out += '"';
    return t.has_value();
}

}  // namespace casebridge::mapping
