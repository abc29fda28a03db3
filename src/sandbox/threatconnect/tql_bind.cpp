#include "sandbox/threatconnect/tql_filter.hpp"

#include "core/error.hpp"

#include <array>
#include <charconv>
#include <chrono>

namespace casebridge::sandbox::threatconnect::tql {

namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t day = 86'400 * second;

struct unit {
    std::string_view name;
    std::int64_t micros;
};
// A month and a year are calendar steps; they are handled on their own.
constexpr std::array<unit, 5> units{
    {{"SECOND", second}, {"MINUTE", 60 * second}, {"HOUR", 3600 * second}, {"DAY", day}, {"WEEK", 7 * day}}};

instant add_months(instant from, int months) {
    using namespace std::chrono;
    const sys_time<microseconds> t{microseconds(from.micros)};
    const auto date = floor<days>(t);
    const auto moved = year_month_day(date) + std::chrono::months(months);
    const auto valid = moved.ok() ? sys_days(moved) : sys_days(moved.year() / moved.month() / last);
    return {(valid.time_since_epoch() + (t - date)).count()};
}

std::string_view trimmed(std::string_view s) {
    while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
    while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
    return s;
}

// "- 1 HOUR" after a function.
std::optional<instant> shifted(instant from, std::string_view rest) {
    rest = trimmed(rest);
    if (rest.empty()) return from;
    if (rest.front() != '+' && rest.front() != '-') return std::nullopt;
    const int sign = rest.front() == '-' ? -1 : 1;
    rest = trimmed(rest.substr(1));
    int count = 0;
    const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    if (read.ec != std::errc{} || count > 100'000) return std::nullopt;
    auto name = trimmed(rest.substr(static_cast<std::size_t>(read.ptr - rest.data())));
    if (!name.empty() && (name.back() == 'S' || name.back() == 's')) name.remove_suffix(1);
    for (const auto& u : units)
        if (equal_folded(u.name, name)) return instant{from.micros + sign * count * u.micros};
    if (equal_folded(name, "MONTH")) return add_months(from, sign * count);
    if (equal_folded(name, "YEAR")) return add_months(from, sign * count * 12);
    return std::nullopt;
}

bool is_date_only(std::string_view text) { return text.size() == 10; }

std::optional<double> read_number(std::string_view text) {
    double n = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), n);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
    return n;
}

outcome<operand> convert(const literal& l, const keyword_def& k, bool fold, const settings& how) {
    const auto wrong = [&](std::string_view what) {
        return syntax_error(l.at, std::string(k.keyword) + " takes " + std::string(what));
    };
    switch (k.type) {
        case tql_type::integer: {
            const auto n = read_number(l.text);
            if (!n || l.type == literal::kind::boolean) return wrong("a number");
            return operand(*n);
        }
        case tql_type::boolean:
            if (equal_folded(l.text, "true")) return operand(true);
            if (equal_folded(l.text, "false")) return operand(false);
            return wrong("true or false");
        case tql_type::date: {
            if (l.type != literal::kind::string && l.type != literal::kind::date) return wrong("a date");
            const auto t = read_date(l.text, how);
            if (!t) return wrong("a date");
            return operand(*t);
        }
        default: return operand(fold ? without_letter_case(l.text) : l.text);
    }
}

constexpr bool is_text_operation(op o) noexcept {
    return o == op::like || o == op::contains || o == op::starts_with || o == op::ends_with;
}

outcome<bound> bind_comparison(const node& n, const keyword_def& k, const settings& how) {
    bound b;
    b.type = node::kind::comparison;
    b.keyword = &k;
    b.operation = n.operation;
    b.negated = n.negated;
    b.fold = how.insensitive || k.type == tql_type::folded;
    const bool text = k.type == tql_type::string || k.type == tql_type::folded;
    if (is_text_operation(n.operation) && !text)
        return syntax_error(n.at, std::string(k.keyword) + " cannot be matched as text");
    if (k.type == tql_type::boolean && n.operation != op::eq && n.operation != op::ne &&
        n.operation != op::in)
        return syntax_error(n.at, std::string(k.keyword) + " can only be compared for equality");
    for (const auto& l : n.values) {
        CB_TRY(auto one, convert(l, k, b.fold, how));
        b.values.push_back(std::move(one));
    }
    b.day_end = k.type == tql_type::date && n.operation == op::le && is_date_only(n.values.front().text);
    if (b.day_end) std::get<instant>(b.values.front()).micros += day;
    return b;
}

// The author of a note must be a user of the instance; the vendor's own tests rely on it (§5.1).
outcome<void> check_author(const node& n, const object_def& type, const store& s) {
    if (type.type != object_type::note || !equal_folded(n.keyword, "author")) return {};
    for (const auto& l : n.values)
        if ((n.operation == op::eq || n.operation == op::ne || n.operation == op::in) &&
            !s.user_named(l.text))
            return syntax_error(l.at, "there is no user '" + l.text + "'");
    return {};
}

}  // namespace

std::optional<instant> read_date(std::string_view text, const settings& how) {
    text = trimmed(text);
    const auto zone = how.zone_seconds * second;
    const auto head = text.substr(0, text.find(')') == std::string_view::npos ? 0 : text.find(')') + 1);
    if (equal_folded(head, "NOW()")) return shifted(how.now, text.substr(head.size()));
    if (equal_folded(head, "TODAY()")) {
        const auto rest = (how.now.micros + zone) % day;
        return shifted({how.now.micros - (rest < 0 ? rest + day : rest)}, text.substr(head.size()));
    }
    auto t = parse_iso8601(text);
    const bool zoned =
        text.find_first_of("Zz+") != std::string_view::npos || text.find('-', 8) != std::string_view::npos;
    if (t && !zoned) t->micros -= zone;
    return t;
}

outcome<bound> bind(const node& n, const object_def& type, const store& s, const settings& how) {
    bound b;
    b.type = n.type;
    b.negated = n.negated;
    if (n.type == node::kind::all || n.type == node::kind::any || n.type == node::kind::negation) {
        for (const auto& c : n.children) {
            CB_TRY(auto one, bind(c, type, s, how));
            b.children.push_back(std::move(one));
        }
        return b;
    }
    const auto* k = keyword_named(type, n.keyword);
    if (!k) return syntax_error(n.at, "'" + n.keyword + "' is no keyword of " + std::string(type.path));
    if ((k->type == tql_type::nested) != (n.type == node::kind::nested))
        return syntax_error(n.at, "'" + n.keyword + "' cannot be used like this");
    if (n.type == node::kind::comparison) {
        CB_CHECK(check_author(n, type, s));
        return bind_comparison(n, *k, how);
    }
    b.keyword = k;
    b.all_of = k->keyword == "hasAllTags";
    for (const auto& c : n.children) {
        CB_TRY(auto one, bind(c, definition(k->target), s, how));
        b.children.push_back(std::move(one));
    }
    return b;
}

std::optional<std::vector<id_type>> candidates(const bound& b) {
    if (b.type == node::kind::all) {
        for (const auto& c : b.children)
            if (auto ids = candidates(c)) return ids;
        return std::nullopt;
    }
    if (b.type != node::kind::comparison || b.negated || b.keyword->source != "@id") return std::nullopt;
    if (b.operation != op::eq && b.operation != op::in) return std::nullopt;
    std::vector<id_type> out;
    constexpr double greatest = 9007199254740992;  // 2^53: no id is beyond it
    for (const auto& v : b.values)
        if (const auto n = std::get<double>(v); n >= -greatest && n <= greatest)
            out.push_back(static_cast<id_type>(n));
    return out;
}

}  // namespace casebridge::sandbox::threatconnect::tql
