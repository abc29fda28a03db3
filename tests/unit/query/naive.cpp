#include "naive.hpp"

#include <algorithm>
#include <array>

namespace casebridge::naive {
namespace {

constexpr std::int64_t day = 86'400;
constexpr std::int64_t first_day = 19'700;  // 2023-12-09
const std::vector<std::string> texts{"a",        "b",        "ab",  "B",    "",           "a%b",
                                     "\xc3\xa4", "\xc3\x84", "x_y", "x y",  "say \"hi\"", "back\\slash",
                                     "7",        "it's `",   "a-b", "1-2-3"};
const std::vector<std::string> patterns{"a%", "%b", "%",   "a_b", "A%",   "%a%b%",
                                        "",   "%%", "a%b", "_",   "%\\%", "\xc3\x84%"};

std::string pad(std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }

// All days are in December 2023 and January 2024.
std::string date_of(std::int64_t days) {
    const std::int64_t n = days - 19'692;  // days after 2023-12-01
    return n < 31 ? "2023-12-" + pad(n + 1) : "2024-01-" + pad(n - 30);
}
std::string clock_of(std::int64_t seconds) {
    const std::int64_t s = seconds % day;
    return pad(s / 3600) + ":" + pad(s / 60 % 60) + ":" + pad(s % 60);
}

std::string json_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string lower(std::string text) {
    for (std::size_t at; (at = text.find("\xc3\x84")) != std::string::npos;) text.replace(at, 2, "\xc3\xa4");
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

bool like(std::string_view text, std::string_view pattern) {
    if (pattern.empty()) return text.empty();
    if (pattern.front() != '%')
        return !text.empty() && text.front() == pattern.front() && like(text.substr(1), pattern.substr(1));
    for (std::size_t i = 0; i <= text.size(); ++i)
        if (like(text.substr(i), pattern.substr(1))) return true;
    return false;
}

bool starts(std::string_view how, std::string_view with) { return how.substr(0, with.size()) == with; }

// How without its NOT.
bool holds(std::string_view how, type t, const value& have, const value& wanted) {
    if (t == type::time) {
        const std::int64_t h = have.number, w = wanted.number;
        if (wanted.day && (how == "=" || how == "IN")) return h >= w && h < w + day;
        if (wanted.day && how == "<=") return h < w + day;
        return how == ">" ? h > w : how == "<" ? h < w : how == ">=" ? h >= w : how == "<=" ? h <= w : h == w;
    }
    int order = 0;
    if (t == type::decimal)
        order = have.decimal < wanted.decimal ? -1 : have.decimal > wanted.decimal;
    else if (t == type::integer || t == type::boolean)
        order = have.number < wanted.number ? -1 : have.number > wanted.number;
    else {
        const std::string h = t == type::folded ? lower(have.text) : have.text;
        const std::string w = t == type::folded ? lower(wanted.text) : wanted.text;
        if (how == "LIKE") return like(h, w);
        if (how == "CONTAINS") return h.find(w) != std::string::npos;
        if (how == "STARTSWITH") return h.substr(0, w.size()) == w;
        if (how == "ENDSWITH") return h.size() >= w.size() && h.substr(h.size() - w.size()) == w;
        order = h.compare(w);
    }
    return how == ">"    ? order > 0
           : how == "<"  ? order < 0
           : how == ">=" ? order >= 0
           : how == "<=" ? order <= 0
                         : order == 0;
}

std::optional<bool> test(const tree& t, const document& d) {
    const auto& have = d.at(t.by->name);
    if (t.how == "IS NULL") return have.empty();
    if (t.how == "IS NOT NULL") return !have.empty();
    if (have.empty() && t.by->of != type::texts) return std::nullopt;
    const bool negative = starts(t.how, "NOT ") || t.how == "!=";
    const std::string_view how = t.how == "!=" ? "=" : negative ? t.how.substr(4) : t.how;
    for (const auto& h : have)
        for (const auto& w : t.values)
            if (holds(how, t.by->of, h, w)) return !negative;
    return negative;
}

}  // namespace

const std::vector<word>& words() {
    static const std::vector<word> rows{{"id", "id", type::integer},
                                        {"name", "name", type::text},
                                        {"status", "status", type::folded},
                                        {"dateAdded", "dateAdded", type::time},
                                        {"detectionOverdue", "detectionOverdue", type::boolean},
                                        {"score", "score", type::decimal},
                                        {"tag", "tags", type::texts}};
    return rows;
}

const std::vector<std::string_view>& operators_of(type t) {
    static const std::vector<std::string_view> text{
        "=",        "!=",           ">",        "<",          ">=",           "<=",         "IN",
        "NOT IN",   "LIKE",         "NOT LIKE", "CONTAINS",   "NOT CONTAINS", "STARTSWITH", "NOT STARTSWITH",
        "ENDSWITH", "NOT ENDSWITH", "IS NULL",  "IS NOT NULL"};
    static const std::vector<std::string_view> ordered{
        "=", "!=", ">", "<", ">=", "<=", "IN", "NOT IN", "IS NULL", "IS NOT NULL"};
    static const std::vector<std::string_view> truth{"=", "!=", "IN", "NOT IN", "IS NULL", "IS NOT NULL"};
    if (t == type::boolean) return truth;
    return t == type::text || t == type::folded || t == type::texts ? text : ordered;
}

std::optional<bool> evaluate(const tree& t, const document& d) {
    if (t.what == tree::kind::test) return test(t, d);
    if (t.what == tree::kind::negation) {
        const auto inner = evaluate(t.parts.front(), d);
        return inner ? std::optional(!*inner) : std::nullopt;
    }
    const bool decides = t.what == tree::kind::any;
    bool unknown = false;
    for (const auto& part : t.parts) {
        const auto one = evaluate(part, d);
        if (one && *one == decides) return decides;
        unknown = unknown || !one;
    }
    return unknown ? std::nullopt : std::optional(!decides);
}

std::string to_json(const document& d) {
    std::string out = "{";
    for (const auto& w : words()) {
        const auto& have = d.at(w.name);
        out += (out.size() > 1 ? ",\"" : "\"") + std::string(w.path) + "\":";
        if (w.of == type::texts) {
            out += "{\"data\":[";
            for (std::size_t i = 0; i < have.size(); ++i)
                out += (i > 0 ? ",{\"name\":" : "{\"name\":") + json_text(have[i].text) + "}";
            out += "]}";
        } else if (have.empty()) {
            out += "null";
        } else if (w.of == type::time) {
            out += "\"" + date_of(have[0].number / day) + "T" + clock_of(have[0].number) + "Z\"";
        } else if (w.of == type::boolean) {
            out += have[0].number != 0 ? "true" : "false";
        } else if (w.of == type::decimal) {
            out += std::to_string(have[0].decimal);
        } else {
            out += w.of == type::integer ? std::to_string(have[0].number) : json_text(have[0].text);
        }
    }
    return out + "}";
}

value generator::make_value(type t) {
    value v;
    switch (t) {
        case type::integer: v.number = static_cast<std::int64_t>(below(9)) - 2; break;
        case type::boolean: v.number = once_in(2) ? 1 : 0; break;
        case type::decimal: v.decimal = static_cast<double>(below(12)) / 4; break;
        case type::time: {
            v.number = (first_day + static_cast<std::int64_t>(below(3))) * day;
            static const std::vector<std::int64_t> clocks{0, 1, 43'200, day - 1};
            v.number += one_of(clocks);
            break;
        }
        default: v.text = one_of(texts);
    }
    return v;
}

document generator::make_document() {
    document d;
    for (const auto& w : words()) {
        auto& have = d[w.name];
        const std::size_t n = w.of == type::texts ? below(4) : once_in(4) ? 0 : 1;
        for (std::size_t i = 0; i < n; ++i) have.push_back(make_value(w.of));
    }
    return d;
}

tree generator::make_test(const word& by, std::string_view how) {
    tree t{tree::kind::test, {}, &by, how, {}};
    if (starts(how, "IS ")) return t;
    const bool list = how.ends_with("IN") || how.ends_with("CONTAINS");
    const std::size_t n = list ? below(5) : 1;
    for (std::size_t i = 0; i < n; ++i) {
        value v = make_value(by.of);
        if (how.ends_with("LIKE")) v.text = one_of(patterns);
        if (by.of == type::time && once_in(2)) {
            v.number -= v.number % day;
            v.day = true;
        }
        t.values.push_back(std::move(v));
    }
    return t;
}

tree generator::make_tree(int depth) {
    if (depth == 0 || once_in(3)) {
        const word& by = one_of(words());
        return make_test(by, one_of(operators_of(by.of)));
    }
    tree t;
    t.what = once_in(3) ? tree::kind::negation : once_in(2) ? tree::kind::all : tree::kind::any;
    const std::size_t n = t.what == tree::kind::negation ? 1 : 2 + below(3);
    for (std::size_t i = 0; i < n; ++i) t.parts.push_back(make_tree(depth - 1));
    return t;
}

std::string generator::quoted(std::string_view text) {
    const char quote = once_in(2) ? '"' : '\'';
    std::string out(1, quote);
    for (const char c : text) {
        if (c == quote || c == '\\' || (c == '`' && once_in(2))) out += '\\';
        out += c;
    }
    return out + quote;
}

std::string generator::text_of(const value& v, type t) {
    switch (t) {
        case type::integer: {
            const std::string digits = std::to_string(v.number);
            return once_in(4) ? quoted(digits) : digits;
        }
        case type::boolean: {
            static const std::vector<std::string> yes{"true", "True", "TRUE", "\"true\""};
            static const std::vector<std::string> no{"false", "False", "'FALSE'"};
            return one_of(v.number != 0 ? yes : no);
        }
        case type::decimal: return std::to_string(v.decimal);
        case type::time: {
            const std::string date = date_of(v.number / day);
            if (v.day) return once_in(2) ? date : quoted(date);
            return quoted(date + (once_in(2) ? " " : "T") + clock_of(v.number) + (once_in(2) ? "" : "Z"));
        }
        default: return quoted(v.text);
    }
}

std::string generator::spelled(std::string_view how) {
    static const std::map<std::string_view, std::vector<std::string>> spellings{
        {"=", {"=", "==", " EQ ", " equals "}},
        {"!=", {"!=", " NE "}},
        {">", {">", " gt "}},
        {"<", {"<", " LT "}},
        {">=", {">=", " GEQ "}},
        {"<=", {"<=", " leq "}},
        {"IN", {" IN ", " in"}},
        {"NOT IN", {" NOT IN ", " not in", " NOT_IN "}},
        {"LIKE", {" LIKE ", " like "}},
        {"NOT LIKE", {" NOT LIKE ", " NOT_LIKE "}},
        {"CONTAINS", {" CONTAINS ", " contains "}},
        {"NOT CONTAINS", {" NOT CONTAINS ", " NOT_CONTAINS "}},
        {"STARTSWITH", {" STARTSWITH ", " STARTS_WITH "}},
        {"NOT STARTSWITH", {" NOT STARTSWITH ", " NOT_STARTS_WITH "}},
        {"ENDSWITH", {" ENDSWITH ", " ends_with "}},
        {"NOT ENDSWITH", {" NOT ENDSWITH ", " NOT_ENDS_WITH "}},
        {"IS NULL", {" IS NULL", " is null"}},
        {"IS NOT NULL", {" IS NOT NULL", " is not null"}}};
    return one_of(spellings.at(how));
}

std::string generator::text_of(const tree& t) {
    if (t.what == tree::kind::negation) return "NOT (" + text_of(t.parts.front()) + ")";
    if (t.what == tree::kind::test) {
        std::string out = std::string(t.by->name) + blank() + spelled(t.how);
        if (starts(t.how, "IS ")) return out;
        const bool list = t.how.ends_with("IN") || t.values.size() != 1 || once_in(4);
        out += list ? "(" : "";
        for (std::size_t i = 0; i < t.values.size(); ++i)
            out += (i > 0 ? blank() + "," + blank() : "") + text_of(t.values[i], t.by->of);
        return out + (list ? ")" : "");
    }
    std::string out;
    for (const auto& part : t.parts) {
        if (!out.empty()) out += t.what == tree::kind::all ? (once_in(2) ? " and " : " AND ") : " or ";
        out += "(" + blank() + text_of(part) + ")";
    }
    return out;
}

}  // namespace casebridge::naive
