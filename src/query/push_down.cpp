#include "query/push_down.hpp"

#include "query/tql.hpp"

#include <algorithm>
#include <charconv>

namespace casebridge::query {
namespace {

using mapping::catalog_field;
using mapping::catalog_filter;
using mapping::enum_map;
using mapping::rule;
using mapping::rule_kind;

// A part of the filter as the backend would evaluate it. Superset: it finds no less.
struct piece {
    enum class kind { everything, nothing, text } what = kind::everything;
    std::string text;
    bool exact = false;
};

piece whole(bool exact) { return {piece::kind::everything, {}, exact}; }
piece none() { return {piece::kind::nothing, {}, true}; }

piece conjunction(std::vector<piece> parts) {
    piece out = whole(true);
    for (auto& p : parts) {
        if (p.what == piece::kind::nothing) return none();
        out.exact = out.exact && p.exact;
        if (p.what == piece::kind::everything) continue;
        out.text += out.what == piece::kind::text ? " and " + p.text : p.text;
        out.what = piece::kind::text;
    }
    return out;
}

piece disjunction(std::vector<piece> parts) {
    piece out = none();
    std::size_t texts = 0;
    for (auto& p : parts) {
        if (p.what == piece::kind::nothing) continue;
        if (p.what == piece::kind::everything) return whole(p.exact);
        out.exact = out.exact && p.exact;
        out.text += texts++ > 0 ? " or (" + p.text + ")" : "(" + p.text + ")";
        out.what = piece::kind::text;
    }
    if (texts > 1) out.text = "(" + out.text + ")";
    return out;
}

piece opposite(piece p) {
    if (!p.exact) return whole(false);
    if (p.what == piece::kind::everything) return none();
    if (p.what == piece::kind::nothing) return whole(true);
    return {piece::kind::text, "NOT (" + p.text + ")", true};
}

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const auto& t : texts) out += out.empty() ? t : "," + t;
    return out;
}

// The catalogue's text with the values in the place of {name}; no value: no text.
piece fill(const catalog_filter& by, std::string_view name, const std::string& values) {
    std::string text = by.as;
    const std::string place = "{" + std::string(name) + "}";
    const std::size_t at = text.find(place);
    if (at == std::string::npos || values.empty()) return none();
    text.replace(at, place.size(), values);
    return {piece::kind::text, std::move(text), by.exact};
}

// "CASE-0042" → 42.
std::optional<std::int64_t> number_of(std::string_view text, const rule& r) {
    if (!text.starts_with(r.prefix)) return std::nullopt;
    text.remove_prefix(r.prefix.size());
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return n;
}

class pusher {
public:
    explicit pusher(const mapping::compiled_table& table) : table_(table) {}

    piece translate(const filter& f) const {
        std::vector<piece> parts;
        for (const auto& part : f.parts) parts.push_back(translate(part));
        switch (f.what) {
            case filter::kind::all: return conjunction(std::move(parts));
            case filter::kind::any: return disjunction(std::move(parts));
            case filter::kind::negation: return opposite(std::move(parts.front()));
            case filter::kind::test: break;
        }
        return test(f.test);
    }

private:
    piece test(const predicate& p) const {
        const rule* r = table_.source->find(p.rule);
        if (r == nullptr) return whole(false);
        if (p.skips_unknown && p.targets.empty()) return whole(true);
        const catalog_field* f = r->right.empty() ? nullptr : table_.right->find(field_of(*r));
        if (f == nullptr) return whole(false);
        switch (r->kind) {
            case rule_kind::enum_: return p.how == comparison::in ? of_enum(p, *r, *f) : whole(false);
            case rule_kind::number: return of_number(p, *r, *f);
            case rule_kind::text: return p.how == comparison::like ? of_text(p, *r, *f) : whole(false);
            case rule_kind::time: return of_time(p, *f);
            case rule_kind::ref:
            case rule_kind::set: return of_reference(p, *r, *f);
            default: return whole(false);
        }
    }

    // Sets name the list inside a member: "tags.data".
    static std::string_view field_of(const rule& r) {
        return r.kind == rule_kind::set ? mapping::first_segment(r.right) : std::string_view(r.right);
    }

    piece of_enum(const predicate& p, const rule& r, const catalog_field& f) const;
    static piece of_number(const predicate& p, const rule& r, const catalog_field& f);
    static piece of_text(const predicate& p, const rule& r, const catalog_field& f);
    static piece of_time(const predicate& p, const catalog_field& f);
    static piece of_reference(const predicate& p, const rule& r, const catalog_field& f);

    const mapping::compiled_table& table_;
};

piece pusher::of_enum(const predicate& p, const rule& r, const catalog_field& f) const {
    const auto found = table_.enums.find(r.enum_name);
    if (found == table_.enums.end() || r.absent) return whole(false);
    const enum_map& m = found->second;
    const auto wanted = [&](int left) {
        return std::find(p.values.begin(), p.values.end(), m.left(left)) != p.values.end();
    };
    std::vector<std::string> asked, left_out;
    bool exact = true;
    for (int right = 0; right < m.right_count(); ++right) {
        const auto readings = m.readings(right);
        const auto hits = std::count_if(readings.begin(), readings.end(), wanted);
        (hits > 0 ? asked : left_out).push_back(tql_string(m.right(right)));
        exact = exact && (hits == 0 || static_cast<std::size_t>(hits) == readings.size());
    }
    // A value of the backend that the table does not know reads as one of ours, too.
    const bool unknown = m.unknown_left() == enum_map::none || wanted(m.unknown_left());
    if (unknown && left_out.empty()) return whole(exact && m.unknown_left() != enum_map::none);
    const catalog_filter* by = f.filter_by(unknown ? "not_in" : "in");
    if (by == nullptr) return whole(false);
    piece out = fill(*by, "texts", joined(unknown ? left_out : asked));
    out.exact = out.exact && exact && m.unknown_left() != enum_map::none;
    return out;
}

// Where digits of a padded number with a prefix ("CASE-0042") may stand: after the prefix, in the number
// without its zeros.
piece pusher::of_number(const predicate& p, const rule& r, const catalog_field& f) {
    if (p.how == comparison::in) {
        const catalog_filter* by = f.filter_by("in");
        std::vector<std::string> numbers;
        for (const auto& v : p.values) {
            if (const auto n = number_of(v, r)) numbers.push_back(std::to_string(*n));
        }
        return by == nullptr ? whole(false) : fill(*by, "numbers", joined(numbers));
    }
    const catalog_filter* by = f.filter_by("like");
    if (p.how != comparison::like || by == nullptr || r.prefix.empty()) return whole(false);
    std::string run = caseless_run(p.values.front());
    if (run.empty()) return whole(false);
    const bool after_prefix = run.front() == r.prefix.back();
    if (after_prefix) run.erase(0, 1);
    if (!std::all_of(run.begin(), run.end(), [](char c) { return c >= '0' && c <= '9'; })) return none();
    run.erase(0, run.find_first_not_of('0'));
    return run.empty() ? whole(false) : fill(*by, "text", tql_string(run));
}

piece pusher::of_text(const predicate& p, const rule& r, const catalog_field& f) {
    const catalog_filter* by = f.filter_by("like");
    const std::string run = caseless_run(p.values.front());
    if (by == nullptr || run.empty() || !r.form.empty() || !r.right_or.empty()) return whole(false);
    piece hit = fill(*by, "text", tql_string(run));
    hit.exact = false;
    if (!r.carry) return hit;
    // A text that was cut says so; what was cut off may hold the run.
    const std::size_t begin = r.more.find_first_not_of(" \n\t");
    if (begin == std::string::npos) return whole(false);
    piece cut = fill(*by, "text", tql_string(r.more.substr(begin)));
    cut.exact = false;
    return disjunction({std::move(hit), std::move(cut)});
}

piece pusher::of_time(const predicate& p, const catalog_field& f) {
    constexpr std::int64_t second = 1'000'000;
    constexpr std::int64_t last_second = 253'402'300'799;  // of the year 9999
    const bool least = p.how == comparison::at_least;
    const catalog_filter* by =
        least || p.how == comparison::at_most ? f.filter_by(least ? "at_least" : "at_most") : nullptr;
    if (by == nullptr) return whole(false);
    std::int64_t micros = 0;
    const std::string& text = p.values.front();
    std::from_chars(text.data(), text.data() + text.size(), micros);
    // Whole seconds, on the safe side; what a server cannot write is not asked.
    const std::int64_t at = micros / second + (least ? -1 - by->slack : 1 + by->slack);
    if (at < 0 || at > last_second) return whole(false);
    piece out = fill(*by, "time", tql_time({at * second}));
    out.exact = out.exact && by->slack == 0 && micros % second == 0;
    return out;
}

piece pusher::of_reference(const predicate& p, const rule& r, const catalog_field& f) {
    const catalog_filter* absent = f.filter_by("absent");
    // Where the member is absent, what is carried shows.
    const piece unset =
        absent == nullptr ? whole(false) : piece{piece::kind::text, absent->as, absent->exact && !r.carry};
    if (p.how == comparison::absent) return unset;
    if (p.how != comparison::in) return whole(false);
    std::vector<std::string> users, groups, numbers;
    for (const auto& t : p.targets) {
        if (t.kind == "user") users.push_back(std::to_string(t.number));
        if (t.kind == "group") groups.push_back(std::to_string(t.number));
        if (t.kind == "tag") numbers.push_back(std::to_string(t.number));
    }
    std::vector<piece> parts;
    if (r.carry && !p.targets.empty()) parts.push_back(unset);
    std::size_t answered = 0;
    for (const auto& by : f.filters) {
        if (by.by != "in") continue;
        for (const auto& [name, list] :
             {std::pair{"users", &users}, std::pair{"groups", &groups}, std::pair{"numbers", &numbers}}) {
            piece one = fill(by, name, joined(*list));
            if (one.what != piece::kind::text) continue;
            answered += list->size();
            parts.push_back(std::move(one));
        }
    }
    // A kind of target that no filter of the catalogue takes.
    if (answered != users.size() + groups.size() + numbers.size()) return whole(false);
    return disjunction(std::move(parts));
}

}  // namespace

std::string caseless_run(std::string_view pattern) {
    const auto caseless = [](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return c > ' ' && c < 127 && !letter &&
               std::string_view("\"'`\\%_").find(c) == std::string_view::npos;
    };
    std::string best, run;
    for (std::size_t i = 0; i <= pattern.size(); ++i) {
        if (i < pattern.size() && caseless(pattern[i])) {
            run += pattern[i];
            continue;
        }
        if (run.size() > best.size()) best = run;
        run.clear();
        if (i < pattern.size() && pattern[i] == '\\') ++i;  // what it escapes is not part of a run
    }
    return best.size() < 2 ? std::string() : best;
}

push push_down(const filter& f, const mapping::compiled_table& table) {
    const pusher p(table);
    push out;
    std::vector<piece> parts;
    const std::vector<filter> conjuncts = f.what == filter::kind::all ? f.parts : std::vector<filter>{f};
    for (const auto& c : conjuncts) {
        parts.push_back(p.translate(c));
        if (!parts.back().exact) out.residual.add(c);
    }
    piece all = conjunction(std::move(parts));
    out.nothing = all.what == piece::kind::nothing;
    if (out.nothing) out.residual = {};
    out.text = std::move(all.text);
    return out;
}

}  // namespace casebridge::query
