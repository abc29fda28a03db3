// What predicates over a table's rules can say of a condition. Negations are brought down to the tests first, which
// three-valued logic allows; of a test that no predicate can say, everything is left.
#include "query/condition.hpp"
#include "query/condition_values.hpp"
#include "query/like.hpp"

#include "mapping/view_program.hpp"

#include <algorithm>

namespace casebridge::query {
namespace {

using mapping::rule;
using mapping::rule_kind;

translated unsaid() { return {filter::everything(), false}; }
translated nothing() { return {filter::nothing(), true}; }
translated said(predicate p, bool exact) { return {filter::of(std::move(p)), exact}; }

std::int64_t floor_second(std::int64_t micros) noexcept {
    const std::int64_t rest = micros % micros_per_second;
    return micros - (rest < 0 ? rest + micros_per_second : rest);
}
std::int64_t ceil_second(std::int64_t micros) noexcept {
    return floor_second(micros + micros_per_second - 1);
}

// A text as a LIKE pattern that stands for itself (like.hpp).
void append_literally(std::string& out, std::string_view text, bool wild) {
    for (const char c : text) {
        if (c == '_' || c == '\\' || (c == '%' && !wild)) out += '\\';
        out += c;
    }
}

class translator {
public:
    explicit translator(const mapping::compiled_table& table) : table_(table) {}

    translated run(const condition& c, bool negated) const {
        switch (c.what) {
            case condition::kind::negation: return run(c.parts.front(), !negated);
            case condition::kind::test: return test(c, negated ? opposite(c.how) : c.how);
            case condition::kind::has: return negated ? unsaid() : has(c);
            default: break;
        }
        std::vector<translated> parts;
        for (const auto& part : c.parts) parts.push_back(run(part, negated));
        return (c.what == condition::kind::all) != negated ? all(std::move(parts)) : any(std::move(parts));
    }

private:
    // The rule that a path belongs to, and what of the path lies below the rule's member.
    struct place {
        const rule* by = nullptr;
        std::string below;
    };

    place find(std::string_view path) const {
        place out;
        for (const auto& r : table_.source->rules) {
            if (r.left.empty() || r.right.empty() || !path.starts_with(r.left)) continue;
            const bool inside = path.size() > r.left.size() && path[r.left.size()] == '.' &&
                                (r.kind == rule_kind::ref || r.kind == rule_kind::set);
            if (path.size() != r.left.size() && !inside) continue;
            // An id may have two rules; the one that the backend can ask for decides.
            const auto* field = table_.right->find(mapping::first_segment(r.right));
            const bool asks = field != nullptr && !field->filters.empty();
            if (out.by == nullptr || asks)
                out = {&r, inside ? std::string(path.substr(r.left.size() + 1)) : std::string()};
            if (asks) break;
        }
        return out;
    }

    static translated all(std::vector<translated> parts) {
        translated out;
        for (auto& p : parts) {
            out.exact = out.exact && p.exact;
            if (!p.wanted.is_everything()) out.wanted.add(std::move(p.wanted));
        }
        return out;
    }

    static translated any(std::vector<translated> parts) {
        translated out{filter::nothing(), true};
        for (auto& p : parts) {
            if (p.wanted.is_everything()) return {filter::everything(), p.exact};
            out.exact = out.exact && p.exact;
            out.wanted.add(std::move(p.wanted));
        }
        return out;
    }

    translated test(const condition& c, relation how) const {
        const place at = find(c.by->path);
        if (c.by->path.empty() || at.by == nullptr) return unsaid();
        if (!at.below.empty() || at.by->kind == rule_kind::ref || at.by->kind == rule_kind::set)
            return of_member(c, how, at);
        if (how == relation::is_null || how == relation::is_not_null) return unsaid();
        switch (at.by->kind) {
            case rule_kind::enum_: return of_enum(c, how, *at.by);
            case rule_kind::number: return of_number(c, how, *at.by);
            case rule_kind::text: return of_text(c, how, *at.by);
            case rule_kind::time: return of_time(c, how, *at.by);
            default: return unsaid();
        }
    }

    // All words of the façade that the test is true of.
    translated of_enum(const condition& c, relation how, const rule& r) const {
        const auto found = table_.enums.find(r.enum_name);
        if (found == table_.enums.end() || c.by->type != value_type::text) return unsaid();
        predicate p{r.id};
        for (int i = 0; i < found->second.left_count(); ++i) {
            const std::string& word = found->second.left(i);
            const literal have{c.by->fold ? fold_text(word) : word};
            if (fits(c, how, have)) p.values.push_back(word);
        }
        return p.values.empty() ? nothing() : said(std::move(p), true);
    }

    static translated of_number(const condition& c, relation how, const rule& r) {
        if (!is_choice(how) || !r.prefix.empty()) return unsaid();
        predicate p{r.id};
        for (const auto& v : c.values) {
            std::string digits = std::to_string(v.integer);
            if (c.by->type == value_type::text) {
                // Only what a number is written as can be one.
                if (v.text.empty() || v.text.size() > 18 ||
                    v.text.find_first_not_of("0123456789") != std::string::npos)
                    continue;
                if (v.text.size() > 1 && v.text.front() == '0') continue;
                digits = v.text;
            }
            p.values.push_back(std::move(digits));
        }
        return p.values.empty() ? nothing() : said(std::move(p), true);
    }

    static translated of_text(const condition& c, relation how, const rule& r) {
        const bool pattern = how == relation::like;
        if (!is_choice(how) && !pattern && how != relation::contains && how != relation::starts_with &&
            how != relation::ends_with)
            return unsaid();
        std::vector<translated> parts;
        for (const auto& v : c.values) {
            predicate p{r.id, comparison::like, {std::string()}};
            append_literally(p.values.front(), v.text, pattern);
            p.fold = c.by->fold;
            parts.push_back(said(std::move(p), false));
        }
        return parts.size() == 1 ? std::move(parts.front()) : any(std::move(parts));
    }

    static translated bound(const rule& r, comparison how, std::int64_t micros) {
        return said({r.id, how, {std::to_string(micros)}}, true);
    }

    static translated of_time(const condition& c, relation how, const rule& r) {
        if (c.by->type != value_type::time) return unsaid();
        std::vector<translated> parts;
        for (const auto& v : c.values) {
            const std::int64_t at = v.integer, floor = floor_second(at), ceil = ceil_second(at);
            switch (how) {
                case relation::at_least: return bound(r, comparison::at_least, ceil);
                case relation::greater: return bound(r, comparison::at_least, floor + micros_per_second);
                case relation::at_most: return bound(r, comparison::at_most, floor + micros_per_second - 1);
                case relation::less: return bound(r, comparison::at_most, ceil - 1);
                case relation::equal:
                case relation::in:
                    if (at != floor) continue;  // no time that is shown has a fraction
                    parts.push_back(all({bound(r, comparison::at_least, at),
                                         bound(r, comparison::at_most, at + micros_per_second - 1)}));
                    break;
                default: return unsaid();
            }
        }
        return parts.size() == 1 ? std::move(parts.front()) : any(std::move(parts));
    }

    // People, and members of sets.
    static translated of_member(const condition& c, relation how, const place& at) {
        const std::string none = c.by->fold ? fold_text(c.by->none) : std::string(c.by->none);
        const bool about_none =
            at.by->kind == rule_kind::ref && !none.empty() &&
            std::any_of(c.values.begin(), c.values.end(), [&](const literal& v) { return v.text == none; });
        if (about_none) return of_nobody(c, how, *at.by);
        if (!is_choice(how) || at.below.empty() || at.below == at.by->wrap_kind) return unsaid();
        predicate p{at.by->id};
        p.by = at.below;
        p.fold = c.by->fold;
        for (const auto& v : c.values)
            p.values.push_back(c.by->type == value_type::text ? v.text : std::to_string(v.integer));
        if (p.values.empty()) return nothing();
        const bool named = c.by->type == value_type::text || c.by->type == value_type::integer;
        return named ? said(std::move(p), true) : unsaid();
    }

    // The text that stands for nobody.
    static translated of_nobody(const condition& c, relation how, const rule& r) {
        if (c.values.size() != 1) return unsaid();
        filter absent = filter::of({r.id, comparison::absent});
        if (is_choice(how)) return {std::move(absent), true};
        if (how != relation::not_equal && how != relation::not_in) return unsaid();
        return {{filter::kind::negation, {std::move(absent)}, {}}, true};
    }

    // A related object of a set, by a member of it.
    translated has(const condition& c) const {
        const place at = find(c.by->path);
        if (at.by == nullptr || at.by->kind != rule_kind::set || !at.below.empty() || c.parts.empty())
            return unsaid();
        return related(c.parts.front(), *at.by);
    }

    translated related(const condition& sub, const rule& set) const {
        if (sub.what == condition::kind::test)
            return sub.by->path.empty() ? unsaid()
                                        : of_member(sub, sub.how, {&set, std::string(sub.by->path)});
        if (sub.what != condition::kind::all && sub.what != condition::kind::any) return unsaid();
        std::vector<translated> parts;
        for (const auto& part : sub.parts) parts.push_back(related(part, set));
        if (sub.what == condition::kind::any) return any(std::move(parts));
        translated out = all(std::move(parts));
        out.exact = false;  // each may be another member's
        return out;
    }

    static bool is_choice(relation r) noexcept { return r == relation::equal || r == relation::in; }

    const mapping::compiled_table& table_;
};

}  // namespace

translated to_filter(const condition& c, const mapping::compiled_table& table) {
    return translator(table).run(c, false);
}

}  // namespace casebridge::query
