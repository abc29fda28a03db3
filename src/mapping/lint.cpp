#include "mapping/lint.hpp"

#include "mapping/enum_map.hpp"
#include "mapping/forms.hpp"
#include "mapping/laws.hpp"

#include <algorithm>
#include <set>

namespace casebridge::mapping {
namespace {

std::vector<std::string> names_of(const catalog_object& o) {
    std::vector<std::string> out;
    for (const auto& f : o.fields) out.push_back(f.name);
    return out;
}

class linter {
public:
    linter(const table& t, const catalog& left, const catalog& right, std::vector<json::diagnostic>& findings)
        : t_(t), left_(left), right_(right), findings_(findings) {}

    void run() {
        left_object_ = object_of(left_, t_.left_object);
        right_object_ = object_of(right_, t_.right_object);
        if (left_object_ == nullptr || right_object_ == nullptr) return;
        for (const auto& r : t_.rules) check_rule(r);
        for (const auto& [name, e] : t_.enums) check_enum(e);
        check_targets();
        check_totality(*left_object_, true);
        check_totality(*right_object_, false);
    }

private:
    void report(const origin& at, std::string_view member, std::string message, std::string hint) {
        json::value where = at.where.member(member);
        if (!where) where = at.where;
        findings_.push_back(origin{at.document, where}.finding(std::move(message), std::move(hint)));
    }
    static std::string quote(std::string_view s) { return "\"" + std::string(s) + "\""; }
    static std::string suggest(std::string_view word, const std::vector<std::string>& known, std::string otherwise) {
        const std::string near = json::nearest(word, known);
        return near.empty() ? otherwise : "did you mean " + quote(near) + "?";
    }

    const catalog_object* object_of(const catalog& c, const std::string& name) {
        const auto it = c.objects.find(name);
        if (it != c.objects.end()) return &it->second;
        std::vector<std::string> known;
        for (const auto& [n, o] : c.objects) known.push_back(n);
        findings_.push_back(origin{t_.at.document, t_.at.where.member("sides").member(c.platform)}.finding(
            "the catalogue of " + c.platform + " has no object " + quote(name), suggest(name, known, "add it to the catalogue")));
        return nullptr;
    }

    void check_member(const rule& r, std::string_view key, const std::string& path, const catalog_object& o) {
        if (path.empty() || o.find(first_segment(path)) != nullptr) return;
        report(r.at, key, "field " + quote(path) + " is not in the catalogue",
               suggest(first_segment(path), names_of(o), "add it to the catalogue"));
    }

    void check_rule(const rule& r) {
        if (!ids_.insert(r.id).second) report(r.at, "id", "two rules are called " + quote(r.id), "give each rule its own id");
        check_member(r, t_.left_platform, r.left, *left_object_);
        check_member(r, "write_as", r.write_as, *left_object_);
        check_member(r, "values_as", r.values_as, *left_object_);
        check_member(r, t_.right_platform, r.right, *right_object_);
        check_member(r, "or", r.right_or, *right_object_);
        check_member(r, "refine", r.refine, *right_object_);
        check_member(r, "witness", r.witness, *right_object_);
        if (r.left.empty() && r.right.empty()) report(r.at, "id", "rule " + quote(r.id) + " names no field", "name a field of either side");
        if (r.kind == rule_kind::drop) check_drop(r);
        else check_mapping(r);
        for (const auto& f : r.fields) check_field(f);
    }

    void check_drop(const rule& r) {
        if (r.why.empty()) report(r.at, "kind", "field " + quote(r.left.empty() ? r.right : r.left) + " is dropped without a reason", "say why in \"why\"");
        if (!r.left.empty() && r.emit.empty()) report(r.at, "kind", "nothing says what " + quote(r.left) + " shows", "add \"emit\"");
    }

    void check_mapping(const rule& r) {
        const bool carried_only = r.right.empty();
        if (r.left.empty()) report(r.at, "kind", "rule " + quote(r.id) + " has one side only", "map it, or drop it with a reason");
        if (r.carry && !t_.carry) report(r.at, "carry", "the table has no carry", "add \"carry\" to the table, or remove it here");
        if (carried_only && !r.left.empty() && !r.carry) report(r.at, "id", "field " + quote(r.left) + " has no counterpart and is not carried", "set \"carry\": true, or drop it with a reason");
        check_types(r);
        if (r.kind == rule_kind::enum_) check_enum_rule(r);
        check_limits(r);
        if (r.kind == rule_kind::bag && (r.name_key.empty() || r.value_key.empty())) report(r.at, "kind", "a bag needs \"name\" and \"value\"", "say which members of an entry hold them");
        if (r.kind == rule_kind::ref && r.ref.empty()) report(r.at, "kind", "a ref needs \"ref\"", "say what it refers to");
        if (r.kind == rule_kind::set && r.of.empty()) report(r.at, "kind", "a set needs \"of\"", "say what its members are");
    }

    void check_types(const rule& r) {
        static const std::map<rule_kind, std::vector<std::string>> expected{
            {rule_kind::text, {"string"}}, {rule_kind::enum_, {"enum", "object"}}, {rule_kind::time, {"timestamp"}},
            {rule_kind::number, {"integer", "string"}}, {rule_kind::bool_, {"boolean"}}, {rule_kind::set, {"array", "object"}},
            {rule_kind::ref, {"uuid", "integer", "user"}}, {rule_kind::bag, {"bag"}}, {rule_kind::json, {"json"}}};
        const auto kinds = expected.find(r.kind);
        if (kinds == expected.end()) return;
        const auto check = [&](const std::string& platform, const std::string& path, const catalog_object& o) {
            const catalog_field* f = path.empty() ? nullptr : o.find(first_segment(path));
            if (f == nullptr || path.find('.') != std::string::npos) return;
            if (std::find(kinds->second.begin(), kinds->second.end(), f->type) != kinds->second.end()) return;
            report(r.at, platform, "field " + quote(path) + " is of type " + quote(f->type) + ", which this kind of rule cannot map", "use the kind that fits the type");
        };
        check(t_.left_platform, r.left, *left_object_);
        check(t_.right_platform, r.right, *right_object_);
    }

    void check_enum_rule(const rule& r) {
        const auto e = t_.enums.find(r.enum_name);
        if (e == t_.enums.end()) {
            std::vector<std::string> known;
            for (const auto& [name, spec] : t_.enums) known.push_back(name);
            return report(r.at, "enum", "no enum " + quote(r.enum_name) + " in this table", suggest(r.enum_name, known, "add it to \"enums\""));
        }
        check_values(r, e->second, r.left, *left_object_, true);
        check_values(r, e->second, r.right, *right_object_, false);
        if (r.refine.empty() && !e->second.refine.empty()) report(r.at, "enum", "the enum refines by another field, which this rule does not name", "add \"refine\"");
        if (r.right.empty() && !r.absent) report(r.at, "id", "nothing says what " + quote(r.left) + " is when nothing is carried", "add \"absent\"");
        if (r.right.empty() && r.absent && std::find(e->second.left_values.begin(), e->second.left_values.end(), *r.absent) == e->second.left_values.end()) {
            report(r.at, "absent", quote(*r.absent) + " is not a value of enum " + quote(r.enum_name), suggest(*r.absent, e->second.left_values, "use one of its values"));
        }
        if (r.carry) return;
        for (const auto& p : e->second.pairs) {
            if (!p.pick) report(p.at, {}, quote(p.left) + " would be lost: its rule is not carried", "set \"carry\": true on rule " + quote(r.id));
        }
    }

    // Every value of the catalogue has its pair, and every pair's value is in the catalogue.
    void check_values(const rule& r, const enum_spec& e, const std::string& path, const catalog_object& o, bool left) {
        const catalog_field* f = path.empty() || path.find('.') != std::string::npos ? nullptr : o.find(path);
        if (f == nullptr || f->values.empty()) return;
        std::set<std::string> used;
        for (const auto& p : e.pairs) {
            const std::string& value = left ? p.left : p.right;
            used.insert(value);
            if (std::find(f->values.begin(), f->values.end(), value) != f->values.end()) continue;
            report(p.at, left ? t_.left_platform : t_.right_platform, quote(value) + " is not a value of " + quote(path), suggest(value, f->values, "use a value of the catalogue"));
        }
        const auto& only = left ? e.left_values : e.right_values;
        used.insert(only.begin(), only.end());
        if (r.kind != rule_kind::enum_ || e.pairs.empty() == only.empty()) return;
        for (const auto& v : f->values) {
            if (used.contains(v) || (!left && e.pairs.empty())) continue;
            if (left && path == "type") continue;  // a one-way catalogue enum with an "unknown" row
            report(e.at, {}, "value " + quote(v) + " of " + quote(path) + " has no pair", "add a pair for it");
        }
    }

    void check_limits(const rule& r) {
        const catalog_field* f = r.right.empty() ? nullptr : right_object_->find(r.right);
        const catalog_field* from = left_object_->find(r.written_by());
        if (r.kind != rule_kind::text || f == nullptr || !f->write || from == nullptr || !from->write) return;
        if (f->max > 0 && !r.carry) report(r.at, "id", quote(r.right) + " holds " + std::to_string(f->max) + " characters, and what is longer is not carried", "set \"carry\": true");
        if (f->max > 0 && r.carry && r.more.empty()) report(r.at, "id", "nothing points at the carried rest of " + quote(r.right), "add \"more\"");
        if (f->max > 0 && r.more.size() >= f->max) report(r.at, "more", "the pointer is longer than " + quote(r.right) + " may be", "shorten it");
        if (f->required && r.empty.empty()) report(r.at, "id", quote(r.right) + " must not be blank", "add \"empty\", the text that stands for a blank one");
    }

    void check_field(const declared_field& f) {
        if (!field_ids_.insert(f.field).second) report(f.at, "field", "field " + quote(f.field) + " exists already", "choose another id");
        if (left_.find_type(f.type) == nullptr) report(f.at, "type", "no field type " + quote(f.type), "see field_types in the catalogue");
        if (!f.member.empty() && right_object_->find(first_segment(f.member)) == nullptr) {
            report(f.at, t_.right_platform, "field " + quote(f.member) + " is not in the catalogue", suggest(first_segment(f.member), names_of(*right_object_), "add it to the catalogue"));
        }
        const catalog_field* native = f.member.empty() ? nullptr : right_object_->find(f.member);
        if (native != nullptr && f.write && !native->write) report(f.at, "write", quote(f.member) + " cannot be written", "remove \"write\"");
        if (!f.options_enum.empty() && !t_.enums.contains(f.options_enum)) report(f.at, "options", "no enum " + quote(f.options_enum) + " in this table", "name an enum or list the options");
        const bool select = f.type == "SELECT" || f.type == "MULTI_SELECT";
        if (select == (f.options.empty() && f.options_enum.empty())) {
            report(f.at, select ? "type" : "options", select ? "a " + f.type + " field needs options" : "only SELECT and MULTI_SELECT take options", select ? "add \"options\"" : "remove them");
        }
        if (f.spread && f.type != "MULTI_SELECT") report(f.at, "spread", "only a MULTI_SELECT field can be spread", "remove \"spread\"");
        if (t_.carry && f.attribute == t_.carry->attribute) report(f.at, "attribute", quote(f.attribute) + " holds the carried state", "use another attribute type");
    }

    void check_enum(const enum_spec& e) {
        if (e.pairs.empty()) {
            if (e.left_values.empty() && e.right_values.empty()) report(e.at, {}, "enum " + quote(e.name) + " has no values", "add \"pairs\" or \"values\"");
            return;
        }
        const std::size_t before = findings_.size();
        std::set<std::string> seen;
        for (const auto& p : e.pairs) {
            if (!seen.insert(p.left).second) report(p.at, t_.left_platform, quote(p.left) + " has two pairs", "keep one");
            if (p.pick && p.rel != relation::equal && p.rel != relation::narrower) report(p.at, "rel", "a pick must be \"equal\" or \"narrower\"", "pick another value of the class");
        }
        check_picks(e);
        check_rows(e);
        check_order(e);
        if (findings_.size() != before) return;  // the laws of a broken table say nothing new
        if (const auto bad = check_laws(enum_map(e))) report(e.at, {}, "law \"" + bad->law + "\" is broken: " + bad->counterexample, "the smallest such state is named; change the pairs");
    }

    void check_picks(const enum_spec& e) {
        std::map<std::string, int> picks;
        std::map<std::string, const enum_pair*> first;
        for (const auto& p : e.pairs) {
            picks[p.right] += p.pick ? 1 : 0;
            first.emplace(p.right, &p);
        }
        for (const auto& [value, n] : picks) {
            if (n == 1) continue;
            report(first[value]->at, t_.right_platform, "class " + quote(value) + " has " + std::to_string(n) + " picks", "mark exactly one of its pairs with \"pick\": true");
        }
    }

    const enum_pair* pair_of(const enum_spec& e, const std::string& left) const {
        const auto it = std::find_if(e.pairs.begin(), e.pairs.end(), [&](const enum_pair& p) { return p.left == left; });
        return it == e.pairs.end() ? nullptr : &*it;
    }

    void check_rows(const enum_spec& e) {
        for (const auto& s : e.stale) {
            const enum_pair* then = pair_of(e, s.then);
            if (then == nullptr || then->right != s.now) report(s.at, "then", "stale rule lands on " + quote(s.then) + ", which is not of class " + quote(s.now), "choose a value of that class");
            for (const auto& was : s.was) {
                if (pair_of(e, was) == nullptr) report(s.at, "was", quote(was) + " is not a value of this enum", "use one of its values");
            }
        }
        for (const auto& r : e.refine) {
            const enum_pair* to = pair_of(e, r.left);
            if (to == nullptr || to->right != r.right) report(r.at, t_.left_platform, "refinement lands on " + quote(r.left) + ", which is not of class " + quote(r.right), "choose a value of that class");
        }
        if (!e.unknown_left.empty() && pair_of(e, e.unknown_left) == nullptr && e.name != "type") {
            report(e.at, "unknown", quote(e.unknown_left) + " is not a value of this enum", "use one of its values");
        }
        if (e.refine_write && e.managed.empty()) report(e.at, {}, "a written refinement needs the values that it may replace", "list them in \"managed\"");
    }

    // Where both sides are ordered, a higher value never maps to a lower one.
    void check_order(const enum_spec& e) {
        int highest = -1;
        for (const auto& value : e.left_order) {
            const enum_pair* p = pair_of(e, value);
            if (p == nullptr) {
                report(e.at, "order", quote(value) + " is not a value of this enum", "use one of its values");
                continue;
            }
            const auto at = std::find(e.right_order.begin(), e.right_order.end(), p->right);
            const int rank = static_cast<int>(at - e.right_order.begin());
            if (rank < highest) report(p->at, t_.right_platform, quote(value) + " maps below a value that is lower than it", "keep the order of both sides");
            highest = std::max(highest, rank);
        }
    }

    void check_targets() {
        std::map<std::string, const rule*> writers;
        for (const auto& r : t_.rules) {
            const std::string& name = r.written_by();
            const catalog_field* f = name.empty() ? nullptr : left_object_->find(name);
            if (f == nullptr || r.kind == rule_kind::drop || r.right.empty() || !f->write) continue;
            const auto [it, fresh] = writers.emplace(r.right, &r);
            if (!fresh) report(r.at, t_.right_platform, "rules " + quote(it->second->id) + " and " + quote(r.id) + " both write " + quote(r.right), "let one of them write it");
        }
        for (const auto& f : right_object_->fields) {
            if (f.required && !writers.contains(f.name) && t_.object == "case") {
                report(t_.at, "rules", "nothing fills the required field " + quote(f.name) + " of " + t_.right_platform, "map it, or give it an \"absent\" text");
            }
        }
    }

    void check_totality(const catalog_object& o, bool left) {
        std::set<std::string, std::less<>> covered;
        const auto cover = [&](const std::string& path) { covered.emplace(first_segment(path)); };
        for (const auto& r : t_.rules) {
            if (left) {
                cover(r.left);
                cover(r.write_as);
                cover(r.values_as);
            } else {
                cover(r.right);
                cover(r.right_or);
                for (const auto& f : r.fields) cover(f.member);
            }
        }
        for (const auto& f : o.fields) {
            if (covered.contains(f.name)) continue;
            findings_.push_back(f.at.finding("field " + quote(f.name) + " is neither mapped, carried nor dropped by table " + quote(t_.object), "add a rule for it, or a drop with its reason"));
        }
    }

    const table& t_;
    const catalog& left_;
    const catalog& right_;
    std::vector<json::diagnostic>& findings_;
    const catalog_object* left_object_ = nullptr;
    const catalog_object* right_object_ = nullptr;
    std::set<std::string> ids_, field_ids_;
};

}  // namespace

void lint(const table& t, const catalog& left, const catalog& right, std::vector<json::diagnostic>& findings) {
    linter(t, left, right, findings).run();
}

}  // namespace casebridge::mapping
