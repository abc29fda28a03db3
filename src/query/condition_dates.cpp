// Dates of a query: ISO forms, and NOW() and TODAY() with steps (ThreatConnect fact sheet §5.3).
#include "query/condition_values.hpp"

#include <array>
#include <charconv>
#include <chrono>

namespace casebridge::query {
namespace {

struct unit {
    std::string_view name;
    std::int64_t micros;  // 0: months, whose length the calendar knows
    int months = 0;
    bool keeps_days = false;
};
constexpr std::array units{
    unit{"SECOND", micros_per_second},
    unit{"MINUTE", 60 * micros_per_second},
    unit{"HOUR", 3600 * micros_per_second},
    unit{"DAY", micros_per_day, 0, true},
    unit{"WEEK", 7 * micros_per_day, 0, true},
    unit{"MONTH", 0, 1, true},
    unit{"YEAR", 0, 12, true},
};
constexpr int most_steps = 100'000;  // of a unit: beyond any date that there is

std::int64_t floor_to_day(std::int64_t micros) noexcept {
    const std::int64_t rest = micros % micros_per_day;
    return micros - (rest < 0 ? rest + micros_per_day : rest);
}

// Years 1 to 9999.
bool writable(instant t) noexcept { return t.micros >= first_instant && t.micros <= last_instant; }

// The same day of another month, or its last.
instant add_months(instant from, int count) {
    using namespace std::chrono;
    const sys_time<microseconds> t{microseconds(from.micros)};
    const auto date = floor<days>(t);
    const auto moved = year_month_day(date) + months(count);
    const auto valid = moved.ok() ? sys_days(moved) : sys_days(moved.year() / moved.month() / last);
    return {duration_cast<microseconds>(valid.time_since_epoch() + (t - date)).count()};
}

class step_reader {
public:
    explicit step_reader(std::string_view rest) : rest_(rest) { skip(); }

    // Whether all of the text were steps.
    bool apply(time_text& to) {
        while (!rest_.empty()) {
            if (!step(to) || !writable(to.at)) return false;
        }
        return true;
    }

private:
    void skip() noexcept {
        while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
    }

    bool step(time_text& to) {
        const int sign = rest_.front() == '-' ? -1 : 1;
        if (rest_.front() != '-' && rest_.front() != '+') return false;
        rest_.remove_prefix(1);
        skip();
        int count = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), count);
        if (error != std::errc{} || count < 0 || count > most_steps) return false;
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        skip();
        const unit* u = take_unit();
        if (u == nullptr) return false;
        to.at = u->months != 0 ? add_months(to.at, sign * count * u->months)
                               : instant{to.at.micros + sign * count * u->micros};
        to.day = to.day && u->keeps_days;
        skip();
        return true;
    }

    const unit* take_unit() {
        std::string_view name = rest_.substr(0, rest_.find_first_of(" +-"));
        rest_.remove_prefix(name.size());
        if (!name.empty() && (name.back() == 'S' || name.back() == 's')) name.remove_suffix(1);
        for (const auto& u : units)
            if (same_word(u.name, name)) return &u;
        return nullptr;
    }

    std::string_view rest_;
};

// "NOW()", "today( )": the text behind it.
bool take_function(std::string_view& text, std::string_view name) {
    if (!same_word(text.substr(0, name.size()), name)) return false;
    const std::size_t open = text.find_first_not_of(' ', name.size());
    if (open == std::string_view::npos || text[open] != '(') return false;
    const std::size_t close = text.find_first_not_of(' ', open + 1);
    if (close == std::string_view::npos || text[close] != ')') return false;
    text.remove_prefix(close + 1);
    return true;
}

}  // namespace

std::optional<time_text> read_time(std::string_view text, instant now) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    std::optional<time_text> start;
    if (take_function(text, "NOW"))
        start = time_text{now, false};
    else if (take_function(text, "TODAY"))
        start = time_text{{floor_to_day(now.micros)}, true};
    if (start) return step_reader(text).apply(*start) ? start : std::nullopt;
    constexpr std::size_t date_only = 10;
    const auto at = parse_iso8601(text);
    if (!at || !writable(*at)) return std::nullopt;
    return time_text{*at, text.size() == date_only};
}

}  // namespace casebridge::query
