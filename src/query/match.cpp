#include "query/match.hpp"

#include "core/timestamp.hpp"

#include <algorithm>
#include <charconv>

namespace casebridge::query {
namespace {

verdict of(bool yes) noexcept { return yes ? verdict::yes : verdict::no; }

bool names(const predicate& p, const std::string& text) {
    const auto is_text = [&](const target& t) { return t.id == text; };
    return std::find(p.values.begin(), p.values.end(), text) != p.values.end() ||
           std::any_of(p.targets.begin(), p.targets.end(), is_text);
}

}  // namespace

matcher::matcher(const filter& f) : root_(compile(f)) {}

matcher::node matcher::compile(const filter& f) {
    node n;
    n.what = f.what;
    n.test = f.test;
    for (const auto& part : f.parts) n.parts.push_back(compile(part));
    if (f.what != filter::kind::test || f.test.values.empty()) return n;
    const std::string& first = f.test.values.front();
    if (f.test.how == comparison::like) n.pattern.emplace(first);
    if (f.test.how == comparison::at_least || f.test.how == comparison::at_most)
        std::from_chars(first.data(), first.data() + first.size(), n.bound);
    return n;
}

verdict matcher::evaluate(const node& n, const filter_subject& s) {
    if (n.what == filter::kind::test) return test(n, s);
    if (n.what == filter::kind::negation) {
        const verdict v = evaluate(n.parts.front(), s);
        return v == verdict::unread ? v : of(v == verdict::no);
    }
    // all: one no decides; any: one yes does.
    const verdict decides = n.what == filter::kind::all ? verdict::no : verdict::yes;
    verdict out = n.what == filter::kind::all ? verdict::yes : verdict::no;
    for (const auto& part : n.parts) {
        const verdict v = evaluate(part, s);
        if (v == decides) return v;
        if (v == verdict::unread) out = v;
    }
    return out;
}

verdict matcher::test(const node& n, const filter_subject& s) {
    if (n.test.how == comparison::in && !n.test.targets.empty() && n.test.targets.front().kind == "tag")
        return of(s.holds(n.test.rule, n.test.targets));
    std::string text;
    const filter_subject::found found = s.text(n.test.rule, text);
    if (found == filter_subject::found::unread) return verdict::unread;
    if (found == filter_subject::found::none) return of(n.test.how == comparison::absent);
    switch (n.test.how) {
        case comparison::absent: return verdict::no;
        case comparison::in: return of(names(n.test, text));
        case comparison::like: return of(n.pattern && n.pattern->found_in(text));
        case comparison::at_least:
        case comparison::at_most: {
            const auto at = parse_iso8601(text);
            if (!at) return verdict::no;
            return of(n.test.how == comparison::at_least ? at->micros >= n.bound : at->micros <= n.bound);
        }
    }
    return verdict::no;
}

}  // namespace casebridge::query
