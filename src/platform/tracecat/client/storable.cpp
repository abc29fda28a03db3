#include "platform/tracecat/client/storable.hpp"

#include <charconv>
#include <cstdint>
#include <string>

namespace casebridge::platform::tracecat::client {
namespace {

constexpr std::size_t deepest = 200;                       // §3.12: "about 250 levels"
constexpr double two_to_63 = 9223372036854775808.0;
constexpr double two_to_64 = 18446744073709551616.0;

bool is_whole(std::string_view number) { return number.find_first_of(".eE") == std::string_view::npos; }

template <class Number>
bool reads_as(std::string_view text, Number& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size();
}

bool fits_64_bits(std::string_view number) {
    if (is_whole(number)) {
        std::int64_t narrow = 0;
        std::uint64_t wide = 0;
        return reads_as(number, narrow) || reads_as(number, wide);
    }
    double d = 0;
    return reads_as(number, d) && d >= -two_to_63 && d < two_to_64;
}

void append_pointer_part(std::string& out, std::string_view name) {
    out += '/';
    for (const char c : name) {
        if (c == '~')
            out += "~0";
        else if (c == '/')
            out += "~1";
        else
            out += c;
    }
}

bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

result<void> check(json::value v, std::string& at, std::size_t depth) {
    if (v.is_number() && !fits_64_bits(v.text()))
        return fail(errc::invalid_value,
                    "The number " + std::string(v.text().substr(0, 40)) + " is too large to be stored.", at);
    if (v.is_string() && has_nul(v.text()))
        return fail(errc::invalid_value, "A text with a NUL character cannot be stored.", at);
    if (!v.is_object() && !v.is_array()) return {};
    if (depth >= deepest)
        return fail(errc::invalid_value, "The document is nested too deeply to be stored.", at);
    std::size_t index = 0;
    for (const auto& item : v.is_object() ? v.members() : v.elements()) {
        if (has_nul(item.name()))
            return fail(errc::invalid_value, "A member's name with a NUL character cannot be stored.", at);
        const std::size_t length = at.size();
        append_pointer_part(at, v.is_object() ? item.name() : std::string_view(std::to_string(index++)));
        CB_CHECK(check(item.val, at, depth + 1));
        at.resize(length);
    }
    return {};
}

}  // namespace

result<void> check_storable(std::string_view document) {
    json::tape t;
    CB_CHECK(t.parse(document, json::policy{.max_depth = 2 * deepest}));
    std::string at;
    return check(t.root(), at, 0);
}

}  // namespace casebridge::platform::tracecat::client
