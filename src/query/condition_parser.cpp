// The grammar (ThreatConnect fact sheet §5.4), read with the vocabulary at hand: AND binds tighter than OR, NOT
// tighter than both.
#include "query/condition_values.hpp"

#include <algorithm>
#include <array>

namespace casebridge::query {
namespace {

constexpr int deepest = 64;  // parentheses, sub-queries and negations

struct spelling {
    std::string_view word;
    relation how;
    bool takes_not = false;  // "NOT IN"
};
// Fact sheet §5.2, the names that old clients print among them.
constexpr std::array spellings{
    spelling{"=", relation::equal},
    spelling{"==", relation::equal},
    spelling{"EQ", relation::equal},
    spelling{"EQUALS", relation::equal},
    spelling{"!=", relation::not_equal},
    spelling{"NE", relation::not_equal},
    spelling{">", relation::greater},
    spelling{"GT", relation::greater},
    spelling{"<", relation::less},
    spelling{"LT", relation::less},
    spelling{">=", relation::at_least},
    spelling{"GEQ", relation::at_least},
    spelling{"<=", relation::at_most},
    spelling{"LEQ", relation::at_most},
    spelling{"IN", relation::in, true},
    spelling{"NOT_IN", relation::not_in},
    spelling{"LIKE", relation::like, true},
    spelling{"NOT_LIKE", relation::not_like},
    spelling{"CONTAINS", relation::contains, true},
    spelling{"NOT_CONTAINS", relation::not_contains},
    spelling{"STARTSWITH", relation::starts_with, true},
    spelling{"STARTS_WITH", relation::starts_with, true},
    spelling{"NOT_STARTSWITH", relation::not_starts_with},
    spelling{"NOT_STARTS_WITH", relation::not_starts_with},
    spelling{"ENDSWITH", relation::ends_with, true},
    spelling{"ENDS_WITH", relation::ends_with, true},
    spelling{"NOT_ENDSWITH", relation::not_ends_with},
    spelling{"NOT_ENDS_WITH", relation::not_ends_with},
};

const spelling* spelling_of(const token& t) noexcept {
    if (t.kind != token_kind::word && t.kind != token_kind::symbol) return nullptr;
    for (const auto& s : spellings)
        if (same_word(s.word, t.text)) return &s;
    return nullptr;
}

constexpr bool is_membership(relation r) noexcept { return r == relation::in || r == relation::not_in; }
constexpr bool takes_list(relation r) noexcept {
    return is_membership(r) || r == relation::contains || r == relation::not_contains;
}
constexpr bool is_order(relation r) noexcept { return r >= relation::greater && r <= relation::at_most; }

bool applies(relation r, value_type type) noexcept {
    if (type == value_type::text) return true;
    return r <= relation::not_in && (type != value_type::boolean || !is_order(r));
}

condition test_of(const keyword& by, relation how, std::vector<literal> values) {
    return {condition::kind::test, {}, &by, how, std::move(values)};
}

class parser {
public:
    parser(std::string_view text, const std::vector<token>& in, const vocabularies& all, instant now)
        : text_(text), in_(in), all_(all), now_(now) {}

    result<condition> run(const vocabulary& of) {
        CB_TRY(auto all, disjunction(of, 0));
        if (peek().kind != token_kind::end) return expected("AND, OR or the end");
        return all;
    }

private:
    const token& peek() const noexcept { return in_[at_]; }
    const token& take() noexcept { return peek().kind == token_kind::end ? in_[at_] : in_[at_++]; }
    bool is_word(std::string_view w) const noexcept {
        return peek().kind == token_kind::word && same_word(peek().text, w);
    }
    bool take_word(std::string_view w) noexcept { return is_word(w) && (take(), true); }
    bool take_kind(token_kind k) noexcept { return peek().kind == k && (take(), true); }

    failure expected(std::string_view what) const {
        const std::string found = peek().kind == token_kind::end ? "the end" : shown(peek().text);
        return query_error(text_, peek().at, std::string(what) + " expected, not " + found);
    }

    result<condition> chain(condition::kind of, std::string_view word, const vocabulary& words, int depth) {
        const bool inner = of == condition::kind::all;
        CB_TRY(auto first, inner ? negation(words, depth) : chain(condition::kind::all, "AND", words, depth));
        if (!is_word(word)) return first;
        condition out{of};
        out.parts.push_back(std::move(first));
        while (take_word(word)) {
            CB_TRY(auto more,
                   inner ? negation(words, depth) : chain(condition::kind::all, "AND", words, depth));
            out.parts.push_back(std::move(more));
        }
        return out;
    }

    result<condition> disjunction(const vocabulary& of, int depth) {
        if (depth > deepest)
            return query_error(text_, peek().at, "nested deeper than " + std::to_string(deepest) + " levels");
        return chain(condition::kind::any, "OR", of, depth);
    }

    result<condition> negation(const vocabulary& of, int depth) {
        if (!is_word("NOT")) return primary(of, depth);
        if (depth > deepest)
            return query_error(text_, peek().at, "nested deeper than " + std::to_string(deepest) + " levels");
        take();
        CB_TRY(auto inner, negation(of, depth + 1));
        condition out{condition::kind::negation};
        out.parts.push_back(std::move(inner));
        return out;
    }

    result<condition> primary(const vocabulary& of, int depth) {
        if (take_kind(token_kind::open)) {
            CB_TRY(auto inner, disjunction(of, depth + 1));
            if (!take_kind(token_kind::close)) return expected("AND, OR or \")\"");
            return inner;
        }
        if (peek().kind != token_kind::word) return expected("a keyword");
        const keyword* by = of.find(peek().text);
        if (by == nullptr)
            return query_error(text_, peek().at,
                               shown(peek().text) + " is no keyword of " + std::string(of.object));
        take();
        return by->type == value_type::nested ? nested(*by, depth) : comparison(*by);
    }

    result<condition> nested(const keyword& by, int depth) {
        if (peek().kind != token_kind::open)
            return expected("\"(\" and a query of " + std::string(by.object));
        take();
        condition out{condition::kind::has, {}, &by};
        if (take_kind(token_kind::close)) return out;
        const vocabulary* inner = all_ ? all_(by.object) : nullptr;
        if (inner == nullptr)
            return query_error(text_, peek().at,
                               std::string(by.name) + " takes no query here: there are no " +
                                   std::string(by.object) + " to ask for");
        CB_TRY(auto sub, disjunction(*inner, depth + 1));
        if (!take_kind(token_kind::close)) return expected("AND, OR or \")\"");
        out.parts.push_back(std::move(sub));
        return by.each ? of_each(std::move(out)) : std::move(out);
    }

    // hasAllTags(name IN ("a","b")): a tag named a and a tag named b.
    static condition of_each(condition has) {
        const condition& sub = has.parts.front();
        if (sub.what != condition::kind::test || sub.how != relation::in || sub.values.size() < 2) return has;
        condition out{condition::kind::all};
        for (const auto& v : sub.values) {
            condition one{condition::kind::has, {}, has.by};
            one.parts.push_back(test_of(*sub.by, relation::equal, {v}));
            out.parts.push_back(std::move(one));
        }
        return out;
    }

    result<condition> comparison(const keyword& by) {
        if (take_word("IS")) {
            const bool negated = take_word("NOT");
            if (!take_word("NULL")) return expected(negated ? "NULL" : "NULL or NOT NULL");
            return test_of(by, negated ? relation::is_not_null : relation::is_null, {});
        }
        const token& at = peek();
        const bool negated = take_word("NOT");
        const spelling* s = spelling_of(peek());
        if (s == nullptr || (negated && !s->takes_not)) return expected("an operator");
        take();
        const relation how = negated ? opposite(s->how) : s->how;
        if (!applies(how, by.type))
            return query_error(
                text_, at.at,
                shown(s->word) + " does not apply to " + std::string(by.name) + ", which is no text");
        std::vector<read_value> values;
        CB_CHECK(read_values(by, how, values));
        return by.type == value_type::time ? of_times(by, how, values) : plain(by, how, std::move(values));
    }

    result<void> read_values(const keyword& by, relation how, std::vector<read_value>& out) {
        const token first = peek();
        if (is_membership(how) && first.kind == token_kind::text && read_printed_list(by, first, out)) {
            take();
            return {};
        }
        if (!take_kind(token_kind::open)) return read_value_of(by, out);
        while (peek().kind != token_kind::close) {
            CB_CHECK(read_value_of(by, out));
            if (!take_kind(token_kind::comma)) break;
            if (peek().kind == token_kind::close) return expected("a value");
        }
        if (!take_kind(token_kind::close)) return expected("\",\" or \")\"");
        if (!takes_list(how) && out.size() != 1)
            return query_error(text_, first.at, "one value expected, not " + std::to_string(out.size()));
        return {};
    }

    result<void> read_value_of(const keyword& by, std::vector<read_value>& out) {
        const token& t = peek();
        const bool word = is_word("true") || is_word("false");
        if (!word && t.kind != token_kind::text && t.kind != token_kind::number && t.kind != token_kind::date)
            return expected("a value");
        auto one = read_literal(t, by, now_);
        if (one.has_error()) return query_error(text_, t.at, one.error().detail);
        out.push_back(std::move(one).value());
        take();
        return {};
    }

    // IN "['a', 'b']": a list as old clients print it. False: it is none, and the text is a value.
    bool read_printed_list(const keyword& by, const token& t, std::vector<read_value>& out) const {
        if (t.text.size() < 2 || t.text.front() != '[' || t.text.back() != ']') return false;
        const auto inner = read_tokens(t.text);
        if (inner.has_error()) return false;
        parser list(t.text, inner.value(), all_, now_);
        const bool read =
            !list.read_values(by, relation::in, out).has_error() && list.peek().kind == token_kind::end;
        if (!read) out.clear();
        return read;
    }

    static condition plain(const keyword& by, relation how, std::vector<read_value> values) {
        std::vector<literal> out;
        out.reserve(values.size());
        for (auto& v : values) out.push_back(std::move(v.what));
        if (is_membership(how)) {
            const auto before = [&](const literal& a, const literal& b) { return precedes(by.type, a, b); };
            std::sort(out.begin(), out.end(), before);
        }
        return test_of(by, how, std::move(out));
    }

    // A date without a time is its whole day where equality is asked for, and all of it is within "<=";
    // for the other orders it is its first moment.
    static condition of_times(const keyword& by, relation how, std::vector<read_value>& values) {
        const bool days =
            std::any_of(values.begin(), values.end(), [](const read_value& v) { return v.day; });
        if (!days || (is_order(how) && how != relation::at_most)) return plain(by, how, std::move(values));
        if (how == relation::at_most) return test_of(by, relation::less, {end_of(values.front().what)});
        const bool wanted = how == relation::equal || how == relation::in;
        condition out{wanted ? condition::kind::any : condition::kind::all};
        for (auto& v : values) out.parts.push_back(of_day(by, v, wanted));
        return out.parts.size() == 1 ? std::move(out.parts.front()) : std::move(out);
    }

    static condition of_day(const keyword& by, read_value& v, bool wanted) {
        if (!v.day) return test_of(by, wanted ? relation::equal : relation::not_equal, {std::move(v.what)});
        condition out{wanted ? condition::kind::all : condition::kind::any};
        out.parts.push_back(test_of(by, wanted ? relation::at_least : relation::less, {v.what}));
        out.parts.push_back(test_of(by, wanted ? relation::less : relation::at_least, {end_of(v.what)}));
        return out;
    }

    static literal end_of(literal day) {
        day.integer = std::min(day.integer + micros_per_day, last_instant);
        return day;
    }

    std::string_view text_;
    const std::vector<token>& in_;
    const vocabularies& all_;
    instant now_;
    std::size_t at_ = 0;
};

}  // namespace

relation opposite(relation r) noexcept {
    switch (r) {
        case relation::equal: return relation::not_equal;
        case relation::not_equal: return relation::equal;
        case relation::greater: return relation::at_most;
        case relation::at_most: return relation::greater;
        case relation::less: return relation::at_least;
        case relation::at_least: return relation::less;
        case relation::in: return relation::not_in;
        case relation::not_in: return relation::in;
        case relation::like: return relation::not_like;
        case relation::not_like: return relation::like;
        case relation::contains: return relation::not_contains;
        case relation::not_contains: return relation::contains;
        case relation::starts_with: return relation::not_starts_with;
        case relation::not_starts_with: return relation::starts_with;
        case relation::ends_with: return relation::not_ends_with;
        case relation::not_ends_with: return relation::ends_with;
        case relation::is_null: return relation::is_not_null;
        case relation::is_not_null: return relation::is_null;
    }
    return r;
}

result<condition> read_condition(std::string_view text, const vocabulary& of, const vocabularies& all,
                                 instant now) {
    CB_TRY(const auto tokens, read_tokens(text));
    return parser(text, tokens, all, now).run(of);
}

}  // namespace casebridge::query
