#include "query/push_down.hpp"

#include "query/like.hpp"
#include "query/piece.hpp"
#include "query/tql.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace casebridge::query {
namespace {

using mapping::catalog_field;
using mapping::catalog_filter;
using mapping::enum_map;
using mapping::rule;
using mapping::rule_kind;

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
    explicit pusher(const mapping::compiled_table& table)
        : table_(table), says_(language_of(table.right->filters_are)) {}

    piece translate(const filter& f) const {
        std::vector<piece> parts;
        for (const auto& part : f.parts) parts.push_back(translate(part));
        switch (f.what) {
            case filter::kind::all: return says_.all(std::move(parts));
            case filter::kind::any: return says_.any(std::move(parts));
            case filter::kind::negation: return says_.opposite(std::move(parts.front()));
            case filter::kind::test: break;
        }
        return test(f.test);
    }

private:
    piece test(const predicate& p) const {
        const rule* r = table_.source->find(p.rule);
        if (r == nullptr) return piece::everything(false);
        if (p.skips_unknown && p.targets.empty()) return piece::everything(true);
        const catalog_field* f = r->right.empty() ? nullptr : table_.right->find(field_of(*r));
        if (f == nullptr) return piece::everything(false);
        switch (r->kind) {
            case rule_kind::enum_:
                return p.how == comparison::in ? of_enum(p, *r, *f) : piece::everything(false);
            case rule_kind::number: return of_number(p, *r, *f);
            case rule_kind::text:
                return p.how == comparison::like ? of_text(p, *r, *f) : piece::everything(false);
            case rule_kind::time: return of_time(p, *f);
            case rule_kind::ref:
            case rule_kind::set: return of_reference(p, *r, *f);
            default: return piece::everything(false);
        }
    }

    // Sets name the list inside a member: "tags.data".
    static std::string_view field_of(const rule& r) {
        return r.kind == rule_kind::set ? mapping::first_segment(r.right) : std::string_view(r.right);
    }

    piece of_enum(const predicate& p, const rule& r, const catalog_field& f) const;
    piece of_number(const predicate& p, const rule& r, const catalog_field& f) const;
    piece of_text(const predicate& p, const rule& r, const catalog_field& f) const;
    piece of_time(const predicate& p, const catalog_field& f) const;
    piece of_reference(const predicate& p, const rule& r, const catalog_field& f) const;
    // What a text must hold as it is, as far as the language can ask for it.
    std::string run_of(const predicate& p) const {
        return table_.right->filters_are == mapping::filter_language::parameters
                   ? plain_run(p.values.front(), p.fold)
                   : caseless_run(p.values.front());
    }

    const mapping::compiled_table& table_;
    const language& says_;
};

piece pusher::of_enum(const predicate& p, const rule& r, const catalog_field& f) const {
    const auto found = table_.enums.find(r.enum_name);
    if (found == table_.enums.end() || r.absent) return piece::everything(false);
    const enum_map& m = found->second;
    const auto wanted = [&](int left) {
        return std::find(p.values.begin(), p.values.end(), m.left(left)) != p.values.end();
    };
    const bool excludes = f.filter_by("not_in") != nullptr;
    std::vector<std::string> asked, left_out;
    bool exact = true;
    for (int right = 0; right < m.right_count(); ++right) {
        const auto readings = m.readings(right);
        const auto hits = std::count_if(readings.begin(), readings.end(), wanted);
        (hits > 0 ? asked : left_out).push_back(m.right(right));
        exact = exact && (hits == 0 || static_cast<std::size_t>(hits) == readings.size());
    }
    // A value of the backend that the table does not know reads as one of ours, too; where the table does not
    // say as which, it may be any, or is not shown where the language has no word for it either.
    const bool named = m.unknown_left() != enum_map::none;
    const bool unknown = named ? wanted(m.unknown_left()) : excludes;
    exact = exact && (named || !excludes);
    if (unknown && left_out.empty()) return piece::everything(exact);
    const catalog_filter* by = f.filter_by(unknown ? "not_in" : "in");
    if (by == nullptr) return piece::everything(false);
    piece out = says_.fill(*by, "texts", unknown ? left_out : asked, true);
    out.exact = out.exact && exact;
    return out;
}

// Where digits of a padded number with a prefix ("CASE-0042") may stand: after the prefix, in the number
// without its zeros.
piece pusher::of_number(const predicate& p, const rule& r, const catalog_field& f) const {
    if (p.how == comparison::in) {
        const catalog_filter* by = f.filter_by("in");
        if (by == nullptr) return piece::everything(false);
        std::vector<std::string> numbers;
        for (const auto& v : p.values) {
            const auto n = number_of(v, r);
            if (n && (by->most == 0 || (*n >= 0 && *n <= by->most))) numbers.push_back(std::to_string(*n));
        }
        return says_.fill(*by, by->as.ends_with("{number}") ? "number" : "numbers", numbers, true);
    }
    const catalog_filter* by = f.filter_by("like");
    if (p.how != comparison::like || by == nullptr || r.prefix.empty()) return piece::everything(false);
    std::string run = caseless_run(p.values.front());
    if (run.empty()) return piece::everything(false);
    const bool after_prefix = run.front() == r.prefix.back();
    if (after_prefix) run.erase(0, 1);
    if (!std::all_of(run.begin(), run.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return piece::nothing();
    run.erase(0, run.find_first_not_of('0'));
    return run.empty() ? piece::everything(false) : says_.fill(*by, "text", {run}, true);
}

piece pusher::of_text(const predicate& p, const rule& r, const catalog_field& f) const {
    const catalog_filter* by = f.filter_by("like");
    if (by == nullptr || !r.form.empty() || !r.right_or.empty()) return piece::everything(false);
    const std::string run = run_of(p);
    // A blank text shows the placeholder, which the backend does not have.
    if (run.empty() || fold(r.empty).find(fold(run)) != std::u32string::npos) return piece::everything(false);
    piece hit = says_.fill(*by, "text", {run}, true);
    hit.exact = false;
    if (!r.carry) return hit;
    // A text that was cut says so; what was cut off may hold the run.
    const std::size_t begin = r.more.find_first_not_of(" \n\t");
    if (begin == std::string::npos) return piece::everything(false);
    piece cut = says_.fill(*by, "text", {r.more.substr(begin)}, true);
    cut.exact = false;
    return says_.any({std::move(hit), std::move(cut)});
}

piece pusher::of_time(const predicate& p, const catalog_field& f) const {
    constexpr std::int64_t second = 1'000'000;
    constexpr std::int64_t last_second = 253'402'300'799;  // of the year 9999
    const bool least = p.how == comparison::at_least;
    const catalog_filter* by =
        least || p.how == comparison::at_most ? f.filter_by(least ? "at_least" : "at_most") : nullptr;
    if (by == nullptr) return piece::everything(false);
    std::int64_t micros = 0;
    const std::string& text = p.values.front();
    std::from_chars(text.data(), text.data() + text.size(), micros);
    if (by->as.find("{instant}") != std::string::npos) {
        if (micros < 0 || micros / second > last_second) return piece::everything(false);
        std::string iso;
        append_micros(iso, {micros});
        return says_.fill(*by, "instant", {iso}, true);
    }
    // Whole seconds, on the safe side; what a server cannot write is not asked.
    const std::int64_t at = micros / second + (least ? -1 - by->slack : 1 + by->slack);
    if (at < 0 || at > last_second) return piece::everything(false);
    piece out = says_.fill(*by, "time", {tql_time({at * second})}, true);
    out.exact = out.exact && by->slack == 0 && micros % second == 0;
    return out;
}

piece pusher::of_reference(const predicate& p, const rule& r, const catalog_field& f) const {
    const bool one_valued = r.kind != rule_kind::set;
    const catalog_filter* absent = f.filter_by("absent");
    // Where the member is absent, what is carried shows.
    piece unset = absent == nullptr ? piece::everything(false) : says_.fixed(*absent, one_valued);
    unset.exact = unset.exact && !r.carry;
    if (p.how == comparison::absent) return unset;
    if (p.how != comparison::in) return piece::everything(false);
    std::map<std::string_view, std::vector<std::string>> lists;
    for (const auto& t : p.targets) {
        if (t.kind == "user" || t.kind == "tag") lists["ids"].push_back(t.id);
        if (t.kind == "user") lists["users"].push_back(std::to_string(t.number));
        if (t.kind == "group") lists["groups"].push_back(std::to_string(t.number));
        if (t.kind == "tag") lists["numbers"].push_back(std::to_string(t.number));
    }
    std::vector<piece> parts;
    std::size_t answered = 0;
    for (const auto& by : f.filters) {
        if (by.by != "in") continue;
        for (const auto& [name, list] : lists) {
            piece one = says_.fill(by, name, list, one_valued);
            if (one.what != piece::kind::asked) continue;
            answered += list.size();
            parts.push_back(std::move(one));
        }
    }
    const auto carried = static_cast<std::size_t>(
        std::count_if(p.targets.begin(), p.targets.end(), [](const target& t) { return t.kind.empty(); }));
    // A kind of target that no filter of the catalogue takes.
    if (answered + carried != p.targets.size()) return piece::everything(false);
    // Who looked up names has said which of them can only be carried; of ids any may be.
    if (r.carry && (p.by.empty() ? !p.targets.empty() : carried > 0))
        parts.insert(parts.begin(), std::move(unset));
    return says_.any(std::move(parts));
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

std::string plain_run(std::string_view pattern, bool ascii_only) {
    constexpr std::size_t longest = 1000;  // characters
    constexpr std::string_view final_sigma = "\xCE\xA3";  // its lower case depends on what follows
    std::string best, run;
    std::size_t best_size = 0, size = 0;
    const auto finish = [&] {
        if (size > best_size) best = run, best_size = size;
        run.clear();
        size = 0;
    };
    for (std::size_t i = 0; i < pattern.size();) {
        const std::string_view c = pattern.substr(i, sequence_size(pattern.substr(i)));
        i += c.size();
        const bool special = c == "%" || c == "_" || c == "\\" || c == std::string_view("\0", 1);
        if (special || c == final_sigma || (ascii_only && c.size() > 1)) {
            finish();
            if (c == "\\" && i < pattern.size()) i += sequence_size(pattern.substr(i));
            continue;
        }
        if (size == longest) continue;
        run += c;
        ++size;
    }
    finish();
    return best;
}

push push_down(const filter& f, const mapping::compiled_table& table) {
    const pusher p(table);
    const language& says = language_of(table.right->filters_are);
    push out;
    piece all = piece::everything(true);
    const std::vector<filter> conjuncts = f.what == filter::kind::all ? f.parts : std::vector<filter>{f};
    for (const auto& c : conjuncts) {
        if (!says.narrow(all, p.translate(c))) out.residual.add(c);
    }
    out.nothing = all.what == piece::kind::nothing;
    if (out.nothing) out.residual = {};
    out.text = says.text_of(all);
    return out;
}

}  // namespace casebridge::query
