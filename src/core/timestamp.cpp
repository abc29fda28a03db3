#include "core/timestamp.hpp"

#include <chrono>

namespace casebridge {
namespace {

using namespace std::chrono;

// A reader over the text that remembers whether everything so far fitted.
struct reader {
    std::string_view rest;
    bool ok = true;

    int digits(std::size_t count) noexcept {
        int value = 0;
        if (rest.size() < count) ok = false;
        for (std::size_t i = 0; ok && i < count; ++i) {
            const char c = rest[i];
            if (c < '0' || c > '9') ok = false;
            value = value * 10 + (c - '0');
        }
        if (ok) rest.remove_prefix(count);
        return value;
    }
    bool take(char c) noexcept {
        if (rest.empty() || rest.front() != c) return false;
        rest.remove_prefix(1);
        return true;
    }
    void expect(char c) noexcept {
        if (!take(c)) ok = false;
    }
};

std::int64_t read_fraction(reader& r) noexcept {
    std::int64_t micros = 0;
    std::size_t count = 0;
    while (!r.rest.empty() && r.rest.front() >= '0' && r.rest.front() <= '9') {
        if (count < 6) micros = micros * 10 + (r.rest.front() - '0');
        ++count;
        r.rest.remove_prefix(1);
    }
    if (count == 0) r.ok = false;
    for (; count < 6; ++count) micros *= 10;
    return micros;
}

std::int64_t read_offset_seconds(reader& r) noexcept {
    if (r.rest.empty() || r.take('Z') || r.take('z')) return 0;
    const int sign = r.take('-') ? -1 : 1;
    if (sign == 1) r.expect('+');
    const int hours = r.digits(2);
    r.take(':');
    const int minutes = r.rest.empty() ? 0 : r.digits(2);
    if (hours > 23 || minutes > 59) r.ok = false;
    return sign * (hours * 3600LL + minutes * 60LL);
}

void append_padded(std::string& out, int value, int width) {
    char text[8];
    for (int i = width - 1; i >= 0; --i) {
        text[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    out.append(text, static_cast<std::size_t>(width));
}

void append_to_seconds(std::string& out, instant t) {
    const sys_time<microseconds> point{microseconds{t.micros}};
    const auto day = floor<days>(point);
    const year_month_day date{day};
    const hh_mm_ss<seconds> time{floor<seconds>(point - day)};
    append_padded(out, static_cast<int>(date.year()), 4);
    out += '-';
    append_padded(out, static_cast<int>(static_cast<unsigned>(date.month())), 2);
    out += '-';
    append_padded(out, static_cast<int>(static_cast<unsigned>(date.day())), 2);
    out += 'T';
    append_padded(out, static_cast<int>(time.hours().count()), 2);
    out += ':';
    append_padded(out, static_cast<int>(time.minutes().count()), 2);
    out += ':';
    append_padded(out, static_cast<int>(time.seconds().count()), 2);
}

}  // namespace

instant instant::now() noexcept {
    return {duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

std::optional<instant> parse_iso8601(std::string_view text) noexcept {
    reader r{text};
    const int y = r.digits(4);
    r.expect('-');
    const int m = r.digits(2);
    r.expect('-');
    const int d = r.digits(2);
    const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
    if (!r.ok || !date.ok()) return std::nullopt;
    std::int64_t micros = sys_days{date}.time_since_epoch().count() * 86'400'000'000LL;
    if (r.rest.empty()) return instant{micros};

    if (!r.take('T') && !r.take('t') && !r.take(' ')) return std::nullopt;
    const int hh = r.digits(2);
    r.expect(':');
    const int mm = r.digits(2);
    const int ss = r.take(':') ? r.digits(2) : 0;
    const std::int64_t fraction = r.take('.') ? read_fraction(r) : 0;
    const std::int64_t offset = read_offset_seconds(r);
    if (!r.ok || !r.rest.empty() || hh > 23 || mm > 59 || ss > 59) return std::nullopt;
    micros += ((hh * 60LL + mm) * 60LL + ss - offset) * 1'000'000LL + fraction;
    return instant{micros};
}

void append_micros(std::string& out, instant t) {
    append_to_seconds(out, t);
    const auto fraction = static_cast<int>(((t.micros % 1'000'000) + 1'000'000) % 1'000'000);
    if (fraction != 0) {
        out += '.';
        append_padded(out, fraction, 6);
    }
    out += 'Z';
}

void append_seconds(std::string& out, instant t) {
    append_to_seconds(out, t);
    out += 'Z';
}

}  // namespace casebridge
