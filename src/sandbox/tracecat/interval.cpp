#include "sandbox/tracecat/interval.hpp"

#include <array>
#include <utility>

namespace casebridge::sandbox::tracecat {
namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

std::string fraction(std::int64_t micros) {
    if (micros == 0) return {};
    std::string digits = std::to_string(micros);
    return "." + std::string(6 - digits.size(), '0') + digits;
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// A number with at most six digits of a fraction, in millionths.
std::optional<std::int64_t> read_number(std::string_view& text) noexcept {
    std::int64_t n = 0;
    std::size_t i = 0;
    for (; i < text.size() && is_digit(text[i]) && i < 9; ++i) n = n * 10 + (text[i] - '0');
    if (i == 0) return std::nullopt;
    n *= second;
    if (i < text.size() && text[i] == '.') {
        std::int64_t unit = second / 10;
        for (++i; i < text.size() && is_digit(text[i]); ++i, unit /= 10) n += (text[i] - '0') * unit;
    }
    text.remove_prefix(i);
    return n;
}

}  // namespace

std::string interval_text(std::int64_t micros) {
    std::string out = micros < 0 ? "-P" : "P";
    if (micros < 0) micros = -micros;
    if (micros >= day) out += std::to_string(micros / day) + "D";
    micros %= day;
    if (micros == 0 && out.back() == 'D') return out;
    out += 'T';
    const std::size_t before = out.size();
    if (micros >= hour) out += std::to_string(micros / hour) + "H";
    micros %= hour;
    if (micros >= minute) out += std::to_string(micros / minute) + "M";
    micros %= minute;
    if (micros > 0 || out.size() == before)
        out += std::to_string(micros / second) + fraction(micros % second) + "S";
    return out;
}

std::optional<std::int64_t> read_interval(std::string_view text) noexcept {
    static constexpr std::array<std::pair<char, std::int64_t>, 5> units{
        {{'W', 7 * day}, {'D', day}, {'H', hour}, {'M', minute}, {'S', second}}};
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (!text.starts_with('P') || text.size() < 3) return std::nullopt;
    text.remove_prefix(1);
    std::int64_t sum = 0;
    while (!text.empty()) {
        if (text.front() == 'T') text.remove_prefix(1);
        const auto n = read_number(text);
        if (!n || text.empty()) return std::nullopt;
        bool known = false;
        for (const auto& [letter, unit] : units) {
            if (text.front() != letter) continue;
            sum += *n / second * unit + *n % second * (unit / second);
            known = true;
        }
        if (!known) return std::nullopt;
        text.remove_prefix(1);
    }
    return negative ? -sum : sum;
}

}  // namespace casebridge::sandbox::tracecat
