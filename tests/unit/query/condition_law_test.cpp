// The law of pushing down: what a condition finds is found by its predicates and by the backend's search, whatever
// the condition; and where all three say "exact", nothing else is.
#include "naive.hpp"
#include "tables.hpp"
#include "words.hpp"

#include "query/like.hpp"
#include "query/push_down.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <set>

using namespace casebridge;
using namespace casebridge::query_test;
using query::comparison;
using query::filter;

namespace {

struct named {
    std::string_view id, name;
    int number;
};
constexpr std::array tag_definitions{named{"t1", "Urgent", 1}, named{"t2", "mail", 2}, named{"t3", "x", 3},
                                     named{"t4", "MAIL", 4}};
constexpr std::array members{named{"u1", "bob", 1}, named{"u2", "eve", 2}};
constexpr named group{"", "SOC", 9};

// A case as the backend has it.
struct stored {
    int number = 1;
    std::string summary, description;
    std::string status = "new", severity = "low";
    std::int64_t created = 0, updated = 0;
    std::set<std::size_t> tags;  // places in tag_definitions
    std::optional<std::size_t> user;  // place in members
    bool group = false;  // carried, and shown while nobody is assigned
};

std::string_view coarse_status(const stored& s) {
    return s.status == "closed" || s.status == "resolved" ? "Closed" : "Open";
}
std::string_view coarse_severity(const stored& s) {
    static const std::map<std::string_view, std::string_view> rows{
        {"informational", "Low"}, {"low", "Low"},   {"medium", "Medium"},     {"unknown", "Medium"},
        {"other", "Medium"},      {"high", "High"}, {"critical", "Critical"}, {"fatal", "Critical"}};
    return rows.at(s.severity);
}

std::string quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string seconds(std::int64_t micros) {
    std::string out;
    append_seconds(out, {micros});
    return quote(out);
}

// As the façade shows it.
std::string shown(const stored& s) {
    const bool blank = s.summary.find_first_not_of(' ') == std::string::npos;
    std::string out =
        "{\"id\":" + std::to_string(s.number) + ",\"name\":" + quote(blank ? "(no summary)" : s.summary);
    if (!s.description.empty()) out += ",\"description\":" + quote(s.description);
    out += ",\"status\":" + quote(coarse_status(s)) + ",\"severity\":" + quote(coarse_severity(s));
    out += ",\"dateAdded\":" + seconds(s.created) + ",\"lastUpdated\":" + seconds(s.updated) +
           ",\"tags\":{\"data\":[";
    bool first = true;
    for (const std::size_t t : s.tags) {
        const named& d = tag_definitions[t];
        out += std::string(first ? "" : ",") + "{\"id\":" + std::to_string(d.number) +
               ",\"name\":" + quote(d.name) + "}";
        first = false;
    }
    out += "]}";
    if (s.user)
        out +=
            ",\"assignee\":{\"type\":\"User\",\"data\":{\"id\":" + std::to_string(members[*s.user].number) +
            ",\"userName\":" + quote(members[*s.user].name) + "}}";
    else if (s.group)
        out += ",\"assignee\":{\"type\":\"Group\",\"data\":{\"id\":9,\"name\":\"SOC\"}}";
    return out + "}";
}

// Looks up what names stand for, as a bridge has to: all whom they may be.
void bind(filter& f) {
    for (auto& part : f.parts) bind(part);
    query::predicate& p = f.test;
    if (f.what != filter::kind::test || (p.rule != "tags" && p.rule != "assignee")) return;
    for (const auto& v : p.values) {
        const auto is = [&](const named& n) {
            const std::string name = p.fold ? query::fold_text(n.name) : std::string(n.name);
            return p.by.ends_with("id") ? std::to_string(n.number) == v : name == v;
        };
        if (p.rule == "tags") {
            for (const auto& d : tag_definitions)
                if (is(d)) p.targets.push_back({"tag", d.number, std::string(d.id)});
            continue;
        }
        for (const auto& m : members)
            if (is(m)) p.targets.push_back({"user", m.number, std::string(m.id)});
        if (is(group)) p.targets.push_back({"", 9, "SOC"});
    }
}

bool holds(const query::predicate& p, const stored& s) {
    const auto one_of = [&](std::string_view text) {
        return std::find(p.values.begin(), p.values.end(), text) != p.values.end();
    };
    const auto target = [&](std::string_view id) {
        return std::any_of(p.targets.begin(), p.targets.end(),
                           [&](const query::target& t) { return t.id == id; });
    };
    const bool blank = s.summary.find_first_not_of(' ') == std::string::npos;
    if (p.rule == "status") return one_of(coarse_status(s));
    if (p.rule == "severity") return one_of(coarse_severity(s));
    if (p.rule == "short_id") return one_of(std::to_string(s.number));
    if (p.rule == "summary")
        return query::like_pattern(p.values[0]).found_in(blank ? "(no summary)" : s.summary);
    if (p.rule == "description") return query::like_pattern(p.values[0]).found_in(s.description);
    if (p.rule == "created" || p.rule == "updated") {
        const std::int64_t at = p.rule == "created" ? s.created : s.updated, bound = std::stoll(p.values[0]);
        return p.how == comparison::at_least ? at >= bound : at <= bound;
    }
    if (p.rule == "tags")
        return std::any_of(s.tags.begin(), s.tags.end(),
                           [&](std::size_t t) { return target(tag_definitions[t].id); });
    BOOST_REQUIRE(p.rule == "assignee");
    if (p.how == comparison::absent) return !s.user && !s.group;
    return s.user ? target(members[*s.user].id) : s.group && target("SOC");
}

bool holds(const filter& f, const stored& s) {
    const auto part = [&](const filter& p) { return holds(p, s); };
    switch (f.what) {
        case filter::kind::all: return std::all_of(f.parts.begin(), f.parts.end(), part);
        case filter::kind::any: return std::any_of(f.parts.begin(), f.parts.end(), part);
        case filter::kind::negation: return !holds(f.parts[0], s);
        case filter::kind::test: break;
    }
    return holds(f.test, s);
}

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        int byte = text[i];
        if (text[i] == '%') {
            std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16);
            i += 2;
        }
        out += static_cast<char>(byte);
    }
    return out;
}

// The backend's search (Tracecat fact sheet §1.3), with its habit of ignoring tags that it does not know.
bool search_finds(std::string_view text, const stored& s) {
    std::map<std::string, std::vector<std::string>> asked;
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        const std::size_t equals = pair.find('=');
        asked[std::string(pair.substr(0, equals))].push_back(decoded(pair.substr(equals + 1)));
    }
    for (const auto& [name, values] : asked) {
        const auto one_of = [&](std::string_view v) {
            return std::find(values.begin(), values.end(), v) != values.end();
        };
        const auto at = [&] { return parse_iso8601(values[0]).value().micros; };
        const bool single = name != "status" && name != "severity" && name != "tags" && name != "assignee_id";
        BOOST_REQUIRE(!single || values.size() == 1);
        bool fits = true;
        if (name == "status")
            fits = one_of(s.status);
        else if (name == "severity")
            fits = one_of(s.severity);
        else if (name == "short_id")
            fits = std::stoi(values[0]) == s.number;
        else if (name == "start_time")
            fits = s.created >= at();
        else if (name == "end_time")
            fits = s.created <= at();
        else if (name == "updated_after")
            fits = s.updated >= at();
        else if (name == "updated_before")
            fits = s.updated <= at();
        else if (name == "assignee_id")
            fits = s.user ? one_of(members[*s.user].id) : one_of("__UNASSIGNED__");
        else if (name == "search_term") {
            const query::like_pattern term(values[0]);
            fits = term.found_in(s.summary) || term.found_in(s.description);
        } else if (name == "tags") {
            const bool known = std::any_of(tag_definitions.begin(), tag_definitions.end(),
                                           [&](const named& d) { return one_of(d.id); });
            fits = !known || std::any_of(s.tags.begin(), s.tags.end(),
                                         [&](std::size_t t) { return one_of(tag_definitions[t].id); });
        } else
            BOOST_ERROR("unknown parameter " << name);
        if (!fits) return false;
    }
    return true;
}

class maker {
public:
    explicit maker(std::uint64_t seed) : g_(seed) {}

    stored make_case() {
        stored s;
        s.number = static_cast<int>(1 + g_.below(5));
        s.summary = text();
        s.description = text();
        static const std::vector<std::string> statuses{"new",   "in_progress", "on_hold", "unknown",
                                                       "other", "closed",      "resolved"};
        static const std::vector<std::string> severities{"informational", "low",  "medium",   "unknown",
                                                         "other",         "high", "critical", "fatal"};
        s.status = g_.one_of(statuses);
        s.severity = g_.one_of(severities);
        s.created = time();
        s.updated = time();
        for (std::size_t n = g_.below(3); n > 0; --n) s.tags.insert(g_.below(tag_definitions.size()));
        if (g_.once_in(2)) s.user = g_.below(members.size());
        s.group = g_.once_in(3);
        return s;
    }

    std::string condition(int depth) {
        if (depth == 0 || g_.once_in(4)) return test();
        if (g_.once_in(5)) return "not (" + condition(depth - 1) + ")";
        const bool all = !g_.once_in(3);
        std::string out = "(" + condition(depth - 1) + ")";
        for (std::size_t n = 1 + g_.below(3); n > 0; --n)
            out += (all ? " and (" : " or (") + condition(depth - 1) + ")";
        return out;
    }

private:
    std::int64_t time() {
        static const std::vector<std::int64_t> fractions{0, 0, 1, 500'000, 999'999};
        return (1'700'000'000 + static_cast<std::int64_t>(g_.below(4))) * 1'000'000 + g_.one_of(fractions);
    }
    std::string text() {
        static const std::vector<std::string> parts{"a", "B",          "ab",       " ",        "%",
                                                    "_", "no summary", "\xc3\xa4", "\xc3\x84", "1"};
        std::string out;
        for (std::size_t n = g_.below(4); n > 0; --n) out += g_.one_of(parts);
        return out;
    }
    std::string word(std::initializer_list<std::string_view> list) {
        return std::string(std::data(list)[g_.below(list.size())]);
    }
    std::string list(const std::function<std::string()>& one) {
        std::string out = "(";
        for (std::size_t n = g_.below(4); n > 0; --n) out += one() + (n > 1 ? "," : "");
        return out + ")";
    }
    std::string choice(const std::string& keyword, const std::function<std::string()>& one) {
        if (g_.once_in(2)) return keyword + word({" in ", " not in "}) + list(one);
        return keyword + word({" = ", " != "}) + one();
    }
    std::string test() {
        const auto name = [&] { return "'" + word({"Urgent", "mail", "MAIL", "x", "no such tag"}) + "'"; };
        const auto number = [&] { return std::to_string(g_.below(6)); };
        const auto person = [&] { return "'" + word({"bob", "eve", "SOC", "nobody"}) + "'"; };
        const auto quoted = [&] { return "'" + text() + "'"; };
        switch (g_.below(14)) {
            case 0: return choice("id", number);
            case 1: return choice("idAsString", [&] { return "'" + number() + "'"; });
            case 2:
                return choice("status",
                              [&] { return "'" + word({"open", "CLOSED", "Open", "other"}) + "'"; });
            case 3:
                return "severity" + word({" < ", " >= ", " = ", " like ", " not like "}) + "'" +
                       word({"Low", "High", "%i%", "C%"}) + "'";
            case 4: return choice("name", quoted);
            case 5:
                return word({"name", "description", "typeName"}) +
                       word({" like ", " contains ", " startswith ", " endswith ", " not contains ", " > "}) +
                       quoted();
            case 6:
            case 7: {
                const std::string at = "\"2023-11-14 22:13:2" + number() + word({"", ".5", ".000001"}) + "\"";
                return word({"dateAdded", "lastUpdated"}) +
                       word({" = ", " != ", " < ", " <= ", " > ", " >= "}) + at;
            }
            case 8: return choice("tag", name);
            case 9: return choice("hasTag(name", name) + word({")", " and id > 0)", " or name = 'x')"});
            case 10:
                return choice("hasTag(" + word({"id", "summary"}), [&] { return "'" + number() + "'"; }) +
                       ")";
            case 11: return choice("assigneeName", person);
            case 12:
                return choice(word({"targetId", "targetId", "id"}),
                              [&] { return word({"1", "2", "9", "5"}); });
            default:
                return word({"assignedToUserOrGroup = 'none'", "assignedToUserOrGroup != 'None'",
                             "assignedToUserOrGroup in ('User', 'None')", "assignedToUserOrGroup = 'Group'",
                             "assigneeName is null", "hasTag()", "resolution = 'x'", "description is null",
                             "tag is not null"});
        }
    }

    naive::generator g_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(condition_law)

BOOST_AUTO_TEST_CASE(a_condition_finds_nothing_that_its_predicates_or_the_search_do_not_find) {
    maker make(7);
    std::vector<stored> cases;
    std::vector<std::string> texts;
    for (int i = 0; i < 60; ++i) texts.push_back(shown(cases.emplace_back(make.make_case())));
    std::vector<json::tape> tapes(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) BOOST_REQUIRE(!tapes[i].parse(texts[i], {}).has_error());
    std::size_t found = 0, filter_exact = 0, push_exact = 0, pushed = 0, nothing = 0;
    for (int n = 0; n < 10'000; ++n) {
        const std::string text = make.condition(2);
        const auto c = must_read(text);
        auto translated = query::to_filter(c, mirrored_cases());
        bind(translated.wanted);
        const auto push = query::push_down(translated.wanted, mirrored_cases());
        filter_exact += translated.exact ? 1 : 0;
        push_exact += translated.exact && push.exact() ? 1U : 0U;
        pushed += push.text.empty() ? 0U : 1U;
        nothing += push.nothing ? 1 : 0;
        for (std::size_t i = 0; i < cases.size(); ++i) {
            const bool wanted = matches(c, query::document_subject(tapes[i].root()));
            const bool said = holds(translated.wanted, cases[i]);
            const bool answered = !push.nothing && search_finds(push.text, cases[i]);
            found += wanted ? 1 : 0;
            if ((wanted && !(said && answered)) || (translated.exact && said != wanted) ||
                (push.exact() && answered != said))
                BOOST_FAIL(text << "\nfilter " << text_of(translated.wanted) << "\nsearch " << push.text
                                << "\non " << texts[i] << "\nwanted " << wanted << " said " << said
                                << " answered " << answered);
        }
    }
    // It would hold of a translation that says nothing, too.
    BOOST_TEST(found > 10'000U * 60 / 10);
    BOOST_TEST(filter_exact > 1'500U);
    BOOST_TEST(push_exact > 1'000U);
    BOOST_TEST(pushed > 2'500U);
    BOOST_TEST(nothing > 500U);
}

BOOST_AUTO_TEST_SUITE_END()
