#include "sandbox/threatconnect/schema.hpp"
#include "sandbox/threatconnect/tql.hpp"

#include "core/error.hpp"

#include <array>
#include <optional>

namespace casebridge::sandbox::threatconnect::tql {

namespace {

constexpr int max_depth = 100;

struct spelling {
    std::string_view word;
    op operation;
    bool negated;
};

// Every spelling of §5.2, the operator names of old clients among them. "NOT X" is two words and
// handled by the parser.
constexpr std::array<spelling, 28> spellings{{
    {"=", op::eq, false},
    {"==", op::eq, false},
    {"EQ", op::eq, false},
    {"EQUALS", op::eq, false},
    {"!=", op::ne, false},
    {"NE", op::ne, false},
    {">", op::gt, false},
    {"GT", op::gt, false},
    {"<", op::lt, false},
    {"LT", op::lt, false},
    {">=", op::ge, false},
    {"GEQ", op::ge, false},
    {"<=", op::le, false},
    {"LEQ", op::le, false},
    {"IN", op::in, false},
    {"NOT_IN", op::in, true},
    {"LIKE", op::like, false},
    {"NOT_LIKE", op::like, true},
    {"CONTAINS", op::contains, false},
    {"NOT_CONTAINS", op::contains, true},
    {"STARTSWITH", op::starts_with, false},
    {"STARTS_WITH", op::starts_with, false},
    {"NOT_STARTS_WITH", op::starts_with, true},
    {"NOT_STARTSWITH", op::starts_with, true},
    {"ENDSWITH", op::ends_with, false},
    {"ENDS_WITH", op::ends_with, false},
    {"NOT_ENDS_WITH", op::ends_with, true},
    {"NOT_ENDSWITH", op::ends_with, true},
}};

const spelling* operator_named(const token& t) {
    if (t.kind != token_kind::word && t.kind != token_kind::symbol) return nullptr;
    for (const auto& s : spellings)
        if (equal_folded(s.word, t.text)) return &s;
    return nullptr;
}

constexpr bool takes_not(op o) noexcept {
    return o == op::in || o == op::like || o == op::contains || o == op::starts_with || o == op::ends_with;
}

class parser {
public:
    explicit parser(std::vector<token> in) : in_(std::move(in)) {}

    outcome<node> run() {
        CB_TRY(auto tree, any(0));
        if (peek().kind != token_kind::end)
            return syntax_error(peek().at, "unexpected '" + peek().text + "'");
        return tree;
    }

private:
    const token& peek(std::size_t ahead = 0) const { return in_[std::min(at_ + ahead, in_.size() - 1)]; }
    const token& take() {
        const auto& t = peek();
        if (at_ + 1 < in_.size()) ++at_;
        return t;
    }
    bool is_word(std::string_view w, std::size_t ahead = 0) const {
        return peek(ahead).kind == token_kind::word && equal_folded(peek(ahead).text, w);
    }

    // Words of logic and operators in words have a blank on each side (§5.4); only IN may touch its list,
    // and NOT at the start of a group the parenthesis before it.
    outcome<void> stands_apart() const {
        const auto& t = peek();
        const bool starts = at_ > 0 && in_[at_ - 1].kind == token_kind::open;
        if (!t.apart && !(starts && is_word("NOT")))
            return syntax_error(t.at, "a blank expected before '" + t.text + "'");
        if (!peek(1).apart && !is_word("IN") && !is_word("NOT_IN"))
            return syntax_error(t.at, "a blank expected after '" + t.text + "'");
        return {};
    }

    outcome<node> any(int depth) {
        if (depth > max_depth) return syntax_error(peek().at, "too deeply nested");
        return chain(node::kind::any, "OR", depth);
    }

    outcome<node> part(node::kind of, int depth) {
        return of == node::kind::any ? chain(node::kind::all, "AND", depth) : negation(depth);
    }

    outcome<node> chain(node::kind of, std::string_view word, int depth) {
        CB_TRY(auto first, part(of, depth));
        if (!is_word(word)) return first;
        node n;
        n.type = of;
        n.at = first.at;
        n.children.push_back(std::move(first));
        while (is_word(word)) {
            CB_CHECK(stands_apart());
            take();
            CB_TRY(auto more, part(of, depth));
            n.children.push_back(std::move(more));
        }
        return n;
    }

    outcome<node> negation(int depth) {
        if (!is_word("NOT")) return primary(depth);
        node n;
        n.type = node::kind::negation;
        CB_CHECK(stands_apart());
        n.at = take().at;
        CB_TRY(auto inner, primary(depth));
        n.children.push_back(std::move(inner));
        return n;
    }

    outcome<node> primary(int depth) {
        if (peek().kind == token_kind::open) {
            take();
            CB_TRY(auto inner, any(depth + 1));
            if (peek().kind != token_kind::close) return syntax_error(peek().at, "')' expected");
            take();
            return inner;
        }
        if (peek().kind != token_kind::word) return syntax_error(peek().at, "a keyword expected");
        node n;
        n.at = peek().at;
        n.keyword = take().text;
        if (peek().kind == token_kind::open) return nested(std::move(n), depth);
        if (is_word("IS")) return null_test(std::move(n));
        return comparison(std::move(n));
    }

    outcome<node> nested(node n, int depth) {
        n.type = node::kind::nested;
        take();
        if (peek().kind != token_kind::close) {
            CB_TRY(auto inner, any(depth + 1));
            n.children.push_back(std::move(inner));
        }
        if (peek().kind != token_kind::close) return syntax_error(peek().at, "')' expected");
        take();
        return n;
    }

    outcome<node> null_test(node n) {
        n.type = node::kind::null_test;
        take();
        if (is_word("NOT")) {
            take();
            n.negated = true;
        }
        if (!is_word("NULL")) return syntax_error(peek().at, "NULL expected");
        take();
        return n;
    }

    outcome<node> comparison(node n) {
        n.type = node::kind::comparison;
        const bool negated = is_word("NOT");
        if (negated) {
            CB_CHECK(stands_apart());
            take();
        }
        const auto* s = operator_named(peek());
        if (!s || (negated && (!takes_not(s->operation) || s->negated)))
            return syntax_error(peek().at, "an operator expected");
        if (peek().kind == token_kind::word) CB_CHECK(stands_apart());
        take();
        n.operation = s->operation;
        n.negated = s->negated || negated;
        if (peek().kind == token_kind::open) return list(std::move(n));
        if (n.operation == op::in) return syntax_error(peek().at, "a list in parentheses expected");
        CB_TRY(auto one, value());
        n.values.push_back(std::move(one));
        return n;
    }

    outcome<node> list(node n) {
        if (n.operation != op::in && n.operation != op::contains && n.operation != op::like)
            return syntax_error(peek().at, "this operator takes one value, not a list");
        take();
        while (peek().kind != token_kind::close) {
            CB_TRY(auto one, value());
            n.values.push_back(std::move(one));
            if (peek().kind != token_kind::comma) break;
            take();
            if (peek().kind == token_kind::close) return syntax_error(peek().at, "a value expected");
        }
        if (peek().kind != token_kind::close) return syntax_error(peek().at, "',' or ')' expected");
        if (n.operation == op::like && n.values.size() != 1)
            return syntax_error(n.at, "LIKE takes one value, in parentheses or not");
        take();
        return n;
    }

    outcome<literal> value() {
        const auto& t = peek();
        std::optional<literal::kind> k;
        if (t.kind == token_kind::string) k = literal::kind::string;
        if (t.kind == token_kind::number) k = literal::kind::number;
        if (t.kind == token_kind::date) k = literal::kind::date;
        if (is_word("true") || is_word("false")) k = literal::kind::boolean;
        if (!k) return syntax_error(t.at, "a value expected");
        literal l{*k, t.text, t.at};
        take();
        return l;
    }

    std::vector<token> in_;
    std::size_t at_ = 0;
};

}  // namespace

outcome<node> parse(std::string_view query) {
    CB_TRY(auto in, tokens(query));
    return parser(std::move(in)).run();
}

}  // namespace casebridge::sandbox::threatconnect::tql
