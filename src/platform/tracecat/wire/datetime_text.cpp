#include "platform/tracecat/wire/datetime_text.hpp"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>

namespace casebridge::platform::tracecat {
namespace {

constexpr std::int64_t second = 1'000'000;
// Beyond this a Unix time is taken to be in milliseconds (speedate's watershed).
constexpr double watershed = 2e10;
constexpr double behind_last = 253402300800.0;    // 10000-01-01T00:00:00Z
constexpr double first_second = -62135596800.0;   // 0001-01-01T00:00:00Z

bool digits(std::string_view s, std::size_t at, std::size_t n, int& out) noexcept {
    out = 0;
    for (std::size_t i = at; i < at + n; ++i) {
        if (i >= s.size() || s[i] < '0' || s[i] > '9') return false;
        out = out * 10 + (s[i] - '0');
    }
    return true;
}

struct date_part {
    std::int64_t micros = 0;
    const char* error = nullptr;
    bool year_zero = false;
};

date_part read_date(std::string_view s) noexcept {
    int y = 0, m = 0, d = 0;
    if (s.size() < 10) return {0, "input is too short"};
    if (!digits(s, 0, 4, y)) return {0, "invalid character in year"};
    if (s[4] != '-') return {0, "invalid date separator, expected `-`"};
    if (!digits(s, 5, 2, m)) return {0, "invalid character in month"};
    if (s[7] != '-') return {0, "invalid date separator, expected `-`"};
    if (!digits(s, 8, 2, d)) return {0, "invalid character in day"};
    if (m < 1 || m > 12) return {0, "month value is outside expected range of 1-12"};
    const std::chrono::year_month_day day{std::chrono::year(y), std::chrono::month(static_cast<unsigned>(m)),
                                          std::chrono::day(static_cast<unsigned>(d))};
    if (!day.ok()) return {0, "day value is outside expected range"};
    const auto since = std::chrono::sys_days(day).time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(since).count(), nullptr, y == 0};
}

std::optional<std::int64_t> read_offset(std::string_view s) noexcept {
    if (s.empty() || s == "Z" || s == "z") return 0;
    bool negative = s[0] == '-';
    if (s.starts_with("\xE2\x88\x92")) {     // U+2212, minus sign
        negative = true;
        s.remove_prefix(3);
    } else if (s[0] == '+' || s[0] == '-') {
        s.remove_prefix(1);
    } else {
        return std::nullopt;
    }
    const std::size_t minutes_at = s.size() == 5 && s[2] == ':' ? 3 : 2;
    int h = 0, m = 0;
    if (s.size() != minutes_at + 2 || !digits(s, 0, 2, h) || !digits(s, minutes_at, 2, m))
        return std::nullopt;
    if (h > 23 || m > 59) return std::nullopt;
    const std::int64_t value = (h * 3600LL + m * 60LL) * second;
    return negative ? -value : value;
}

// Microseconds of day minus the offset, from what stands behind the date's separator.
std::optional<std::int64_t> read_time(std::string_view s) noexcept {
    int h = 0, m = 0, sec = 0;
    if (s.size() < 5 || !digits(s, 0, 2, h) || s[2] != ':' || !digits(s, 3, 2, m)) return std::nullopt;
    if (h > 23 || m > 59) return std::nullopt;
    std::size_t at = 5;
    std::int64_t fraction = 0;
    if (at < s.size() && s[at] == ':') {
        if (!digits(s, at + 1, 2, sec) || sec > 59) return std::nullopt;
        at += 3;
        if (at < s.size() && (s[at] == '.' || s[at] == ',')) {
            const std::size_t first = ++at;
            std::int64_t unit = second / 10;
            for (; at < s.size() && s[at] >= '0' && s[at] <= '9'; ++at, unit /= 10)
                fraction += unit * (s[at] - '0');
            if (at == first) return std::nullopt;
        }
    }
    const auto offset = read_offset(s.substr(at));
    if (!offset) return std::nullopt;
    return (h * 3600LL + m * 60LL + sec) * second + fraction - *offset;
}

std::optional<double> read_number(std::string_view s) noexcept {
    if (s.starts_with('+')) s.remove_prefix(1);
    bool any = false, dot = false;
    for (std::size_t i = s.starts_with('-') ? 1 : 0; i < s.size(); ++i) {
        if (s[i] == '.' && !dot)
            dot = true;
        else if (s[i] >= '0' && s[i] <= '9')
            any = true;
        else
            return std::nullopt;
    }
    std::int64_t whole = 0;  // what does not fit is no number to speedate
    if (!dot && std::from_chars(s.data(), s.data() + s.size(), whole).ec != std::errc()) return std::nullopt;
    double value = 0;
    if (!any || std::from_chars(s.data(), s.data() + s.size(), value).ec != std::errc()) return std::nullopt;
    return value;
}

}  // namespace

datetime_reading read_datetime(std::string_view text) noexcept {
    const date_part date = read_date(text);
    if (!date.error && text.size() > 11) {
        const char separator = text[10];
        const bool known = separator == 'T' || separator == 't' || separator == ' ' || separator == '_';
        if (const auto time = known ? read_time(text.substr(11)) : std::nullopt) {
            if (date.year_zero) return {{}, "year 0 is out of range", false};
            return {{date.micros + *time}};
        }
    }
    if (const auto number = read_number(text)) {
        double seconds = *number;
        if (std::abs(seconds) > watershed) seconds /= 1000;
        if (seconds >= behind_last) return {{}, "dates after 9999 are not supported as unix timestamps"};
        if (seconds < first_second) return {{}, "dates before 0000 are not supported as unix timestamps"};
        return {{static_cast<std::int64_t>(std::llround(seconds * static_cast<double>(second)))}};
    }
    if (date.error) return {{}, date.error};
    if (text.size() > 10) return {{}, "unexpected extra characters at the end of the input"};
    if (date.year_zero) return {{}, "year 0 is out of range", false};
    return {{date.micros}};
}

}  // namespace casebridge::platform::tracecat
