// Enums: pairs and picks, stale and refining rows, order, and the laws over every state.
#include "mapping/enum_map.hpp"
#include "mapping/laws.hpp"
#include "mapping/lint_report.hpp"

#include <map>
#include <set>

namespace casebridge::mapping {
namespace {

std::string lower(std::string_view s) {
    std::string out(s);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
}

class checker {
public:
    checker(lint_report& out, const enum_spec& e) : out_(out), e_(e) {
        for (const auto& p : e.pairs) {
            if (!contains(left_, p.left)) left_.push_back(p.left);
            if (!contains(right_, p.right)) right_.push_back(p.right);
        }
    }

    void run() {
        if (e_.pairs.empty()) {
            if (e_.left_values.empty() && e_.right_values.empty()) {
                out_.add(e_.at, {}, "enum " + quote(e_.name) + " has no values",
                         "add \"pairs\" or \"values\"");
            }
            return;
        }
        const std::size_t before = out_.findings.size();
        check_pairs();
        check_picks();
        check_also();
        check_stale();
        check_refine();
        check_order();
        if (out_.findings.size() != before) return;  // the laws of a broken table say nothing new
        if (const auto bad = check_laws(enum_map(e_))) {
            out_.add(e_.at, {}, "law \"" + bad->law + "\" is broken: " + bad->counterexample,
                     "the smallest such state is named; change the pairs");
        }
    }

private:
    void check_pairs() {
        std::set<std::string> seen;
        std::map<std::string, std::string> spellings;
        for (const auto& p : e_.pairs) {
            if (!seen.insert(p.left).second)
                out_.add(p.at, out_.t.left_platform, quote(p.left) + " has two pairs", "keep one");
            if (p.pick && p.rel != relation::equal && p.rel != relation::narrower) {
                out_.add(p.at, "rel", "a pick must be \"equal\" or \"narrower\"",
                         "pick another value of the class");
            }
            const auto [it, fresh] = spellings.emplace(lower(p.right), p.right);
            if (!fresh && it->second != p.right) {
                out_.add(p.at, out_.t.right_platform,
                         quote(p.right) + " and " + quote(it->second) + " differ in letter case only",
                         "write them alike: letter case is ignored when this value is read");
            }
        }
    }

    void check_picks() {
        std::map<std::string, int> picks;
        for (const auto& p : e_.pairs) picks[p.right] += p.pick ? 1 : 0;
        for (const auto& p : e_.pairs) {  // in the order of the file, once per class
            const auto it = picks.find(p.right);
            if (it == picks.end()) continue;
            if (it->second != 1) {
                out_.add(p.at, out_.t.right_platform,
                         "class " + quote(p.right) + " has " + std::to_string(it->second) + " picks",
                         "mark exactly one of its pairs with \"pick\": true");
            }
            picks.erase(it);
        }
    }

    const enum_pair* pair_of(const std::string& left) const {
        const auto it = std::find_if(e_.pairs.begin(), e_.pairs.end(),
                                     [&](const enum_pair& p) { return p.left == left; });
        return it == e_.pairs.end() ? nullptr : &*it;
    }
    // A row's target lies in the class that the row names; says so if it does not.
    void check_landing(const origin& at, const char* what, std::string_view member, const std::string& left,
                       const std::string& right) {
        const enum_pair* to = pair_of(left);
        if (to == nullptr) {
            out_.add(at, member, quote(left) + " is not a value of this enum",
                     suggest(left, left_, "use one of its values"));
        } else if (to->right != right) {
            out_.add(at, member,
                     what + (" lands on " + quote(left)) + ", which is not of class " + quote(right),
                     "choose a value of that class");
        }
    }
    void check_class(const origin& at, std::string_view member, const std::string& right) {
        if (contains(right_, right)) return;
        out_.add(at, member, quote(right) + " is not a value of this enum",
                 suggest(right, right_, "use one of its values"));
    }

    // Right values that stand beside a class.
    void check_also() {
        std::set<std::string> seen;
        for (const auto& a : e_.also) {
            check_class(a.at, "of", a.of);
            check_landing(a.at, "\"also\"", out_.t.left_platform, a.left, a.of);
            const auto same = [&](const std::string& right) { return lower(right) == lower(a.right); };
            if (std::any_of(right_.begin(), right_.end(), same))
                out_.add(a.at, out_.t.right_platform, quote(a.right) + " has a pair of its own",
                         "it is either a class or a finer value of one");
            if (!seen.insert(lower(a.right)).second)
                out_.add(a.at, out_.t.right_platform, quote(a.right) + " is there twice", "keep one");
        }
    }

    void check_stale() {
        for (const auto& s : e_.stale) {
            check_class(s.at, "now", s.now);
            check_landing(s.at, "stale rule", "then", s.then, s.now);
            for (const auto& was : s.was) {
                if (pair_of(was) == nullptr) {
                    out_.add(s.at, "was", quote(was) + " is not a value of this enum",
                             suggest(was, left_, "use one of its values"));
                }
            }
        }
    }

    void check_refine() {
        std::set<std::pair<std::string, std::string>> seen;
        for (const auto& r : e_.refine) {
            check_class(r.at, out_.t.right_platform, r.right);
            check_landing(r.at, "refinement", out_.t.left_platform, r.left, r.right);
            if (!seen.emplace(r.right, r.by).second) {
                out_.add(r.at, "by", quote(r.right) + " with " + quote(r.by) + " is refined twice",
                         "keep one; an overlay adds, it does not change the base table");
            }
        }
        if (e_.refine_write && e_.managed.empty()) {
            out_.add(e_.at, {}, "a written refinement needs the values that it may replace",
                     "list them in \"managed\"");
        }
    }

    // Where both sides are ordered, a higher value never maps to a lower one.
    void check_order() {
        int highest = -1;
        for (const auto& value : e_.left_order) {
            const enum_pair* p = pair_of(value);
            if (p == nullptr) {
                out_.add(e_.at, "order", quote(value) + " is not a value of this enum",
                         suggest(value, left_, "use one of its values"));
                continue;
            }
            const auto at = std::find(e_.right_order.begin(), e_.right_order.end(), p->right);
            if (at == e_.right_order.end()) continue;  // reported below
            const int rank = static_cast<int>(at - e_.right_order.begin());
            if (rank < highest) {
                out_.add(p->at, out_.t.right_platform,
                         quote(value) + " maps below a value that is lower than it",
                         "keep the order of both sides");
            }
            highest = std::max(highest, rank);
        }
        if (e_.left_order.empty()) return;
        for (const auto& value : right_) {
            if (!contains(e_.right_order, value)) {
                out_.add(e_.at, "order", "the order says nothing of " + quote(value),
                         "order all values of " + out_.t.right_platform);
            }
        }
    }

    lint_report& out_;
    const enum_spec& e_;
    std::vector<std::string> left_, right_;   // values that have pairs
};

}  // namespace

void lint_enums(lint_report& out) {
    for (const auto& [name, e] : out.t.enums) checker(out, e).run();
}

}  // namespace casebridge::mapping
