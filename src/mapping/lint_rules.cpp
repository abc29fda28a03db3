// Rules: each on its own, then rules that get in each other's way.
#include "mapping/lint_report.hpp"

#include <map>
#include <set>

namespace casebridge::mapping {
namespace {

const std::map<rule_kind, std::vector<std::string>>& mappable_types() {
    static const std::map<rule_kind, std::vector<std::string>> types{
        {rule_kind::text, {"string"}},
        {rule_kind::enum_, {"enum", "object"}},
        {rule_kind::time, {"timestamp"}},
        {rule_kind::number, {"integer", "string"}},
        {rule_kind::bool_, {"boolean"}},
        {rule_kind::set, {"array", "object"}},
        {rule_kind::ref, {"uuid", "integer", "user"}},
        {rule_kind::bag, {"bag"}},
        {rule_kind::json, {"json"}}};
    return types;
}

class checker {
public:
    explicit checker(lint_report& out) : out_(out), t_(out.t) {}

    void run() {
        std::set<std::string> ids;
        for (const auto& r : t_.rules) {
            if (!ids.insert(r.id).second)
                out_.add(r.at, "id", "two rules are called " + quote(r.id), "give each rule its own id");
            check_members(r);
            if (r.kind == rule_kind::drop)
                check_drop(r);
            else
                check_mapping(r);
        }
        check_targets();
        check_required();
    }

private:
    void check_member(const rule& r, std::string_view key, const std::string& path, const catalog_object& o) {
        if (path.empty() || o.find(first_segment(path)) != nullptr) return;
        out_.add(r.at, key, "field " + quote(path) + " is not in the catalogue",
                 suggest(first_segment(path), names_of(o), "add it to the catalogue"));
    }
    void check_members(const rule& r) {
        check_member(r, t_.left_platform, r.left, *out_.left_object);
        check_member(r, "write_as", r.write_as, *out_.left_object);
        check_member(r, "values_as", r.values_as, *out_.left_object);
        check_member(r, t_.right_platform, r.right, *out_.right_object);
        if (r.kind != rule_kind::drop && !names_constant(r.right_or))
            check_member(r, "or", r.right_or, *out_.right_object);
        check_member(r, "refine", r.refine, *out_.right_object);
        check_member(r, "witness", r.witness, *out_.right_object);
        if (r.left.empty() && r.right.empty()) {
            out_.add(r.at, "id", "rule " + quote(r.id) + " names no field", "name a field of either side");
        }
    }

    void check_drop(const rule& r) {
        const std::string& field = r.left.empty() ? r.right : r.left;
        if (r.why.empty())
            out_.add(r.at, "kind", "field " + quote(field) + " is dropped without a reason",
                     "say why in \"why\"");
        if (!r.left.empty() && r.emit.empty())
            out_.add(r.at, "kind", "nothing says what " + quote(r.left) + " shows", "add \"emit\"");
    }

    void check_mapping(const rule& r) {
        if (r.left.empty() && !r.right.empty()) {
            out_.add(r.at, "kind", "rule " + quote(r.id) + " has one side only",
                     "map it, or drop it with a reason");
        }
        if (r.carry && !t_.carry)
            out_.add(r.at, "carry", "the table has no carry",
                     "add \"carry\" to the table, or remove it here");
        const bool known_otherwise = names_constant(r.right_or) || !r.has.empty();
        if (r.right.empty() && !r.left.empty() && !r.carry && !known_otherwise) {
            out_.add(r.at, "id", "field " + quote(r.left) + " has no counterpart and is not carried",
                     "set \"carry\": true, or drop it with a reason");
        }
        if (r.kind == rule_kind::text && r.right.empty() && !r.absent && !r.absent_null)
            out_.add(r.at, "id", "nothing says what " + quote(r.left) + " is when nothing is carried",
                     "add \"absent\"");
        check_types(r);
        check_enum(r);
        check_limits(r);
        check_options(r);
    }

    void check_options(const rule& r) {
        const auto needs = [&](rule_kind kind, bool given, const char* message, const char* hint) {
            if (r.kind == kind && !given) out_.add(r.at, "kind", message, hint);
        };
        needs(rule_kind::bag, !r.name_key.empty() && !r.value_key.empty(),
              "a bag needs \"name\" and \"value\"", "say which members of an entry hold them");
        needs(rule_kind::ref, !r.ref.empty(), "a ref needs \"ref\"", "say what it refers to");
        needs(rule_kind::set, !r.of.empty(), "a set needs \"of\"", "say what its members are");
    }

    void check_types(const rule& r) {
        const auto kinds = mappable_types().find(r.kind);
        if (kinds == mappable_types().end()) return;
        const auto check = [&](const std::string& platform, const std::string& path,
                               const catalog_object& o) {
            const catalog_field* f = path.empty() ? nullptr : o.find(path);
            if (f == nullptr || contains(kinds->second, f->type)) return;
            if (r.named && platform == t_.right_platform && f->type == "string") return;
            out_.add(r.at, platform,
                     "field " + quote(path) + " is of type " + quote(f->type) +
                         ", which this kind of rule cannot map",
                     "use the kind that fits the type");
        };
        check(t_.left_platform, r.left, *out_.left_object);
        check(t_.right_platform, r.right, *out_.right_object);
    }

    void check_enum(const rule& r) {
        if (r.kind != rule_kind::enum_) return;
        const auto e = t_.enums.find(r.enum_name);
        if (e == t_.enums.end()) {
            std::vector<std::string> known;
            for (const auto& [name, spec] : t_.enums) known.push_back(name);
            out_.add(r.at, "enum", "no enum " + quote(r.enum_name) + " in this table",
                     suggest(r.enum_name, known, "add it to \"enums\""));
            return;
        }
        const enum_spec& spec = e->second;
        check_values(r, spec, true);
        check_values(r, spec, false);
        check_references(r, spec);
        if (!r.right.empty())
            check_loss(r, spec);
        else
            check_default(r, spec);
    }

    // Pairs that only the carry can tell from the pick of their class.
    void check_loss(const rule& r, const enum_spec& e) {
        const catalog_field* f = out_.left_object->find(r.written_by());
        if (r.carry || f == nullptr || !f->write) return;
        for (const auto& p : e.pairs) {
            if (!p.pick)
                out_.add(p.at, {}, quote(p.left) + " would be lost: its rule is not carried",
                         "set \"carry\": true on rule " + quote(r.id));
        }
    }

    // What a field without a counterpart shows when nothing is carried.
    void check_default(const rule& r, const enum_spec& e) {
        if (!r.absent) {
            out_.add(r.at, "id", "nothing says what " + quote(r.left) + " is when nothing is carried",
                     "add \"absent\"");
        } else if (!contains(e.left_values, *r.absent)) {
            out_.add(r.at, "absent", quote(*r.absent) + " is not a value of enum " + quote(r.enum_name),
                     suggest(*r.absent, e.left_values, "use one of its values"));
        }
    }

    // The other members that an enum rule looks at: the refining one and the witness.
    void check_references(const rule& r, const enum_spec& e) {
        if (r.refine.empty() && !e.refine.empty()) {
            out_.add(r.at, "enum", "the enum refines by another field, which this rule does not name",
                     "add \"refine\"");
        }
        const catalog_field* refiner = r.refine.empty() ? nullptr : out_.right_object->find(r.refine);
        for (const auto& x : e.refine) {
            if (refiner == nullptr || refiner->values.empty() || contains(refiner->values, x.by)) continue;
            out_.add(x.at, "by", quote(x.by) + " is not a value of " + quote(r.refine),
                     suggest(x.by, refiner->values, "use a value of the catalogue"));
        }
        for (const auto& m : e.managed) {
            if (refiner == nullptr || refiner->values.empty() || contains(refiner->values, m)) continue;
            out_.add(e.at, "managed", quote(m) + " is not a value of " + quote(r.refine),
                     suggest(m, refiner->values, "use a value of the catalogue"));
        }
        if (r.witness.empty()) return;
        std::vector<std::string> classes;
        for (const auto& p : e.pairs) classes.push_back(p.right);
        if (!contains(classes, r.witness_when)) {
            out_.add({r.at.document, r.at.where.member("witness")}, "when",
                     quote(r.witness_when) + " is not a value of enum " + quote(e.name),
                     suggest(r.witness_when, classes, "use one of its values"));
        }
    }

    // Every value of the catalogue has its pair, and every pair's value is in the catalogue.
    void check_values(const rule& r, const enum_spec& e, bool left) {
        const std::string& path = left ? r.left : r.right;
        const catalog_object& o = left ? *out_.left_object : *out_.right_object;
        const catalog_field* f = path.empty() ? nullptr : o.find(path);
        if (f == nullptr || f->values.empty()) return;
        const auto& only = left ? e.left_values : e.right_values;
        std::set<std::string> used(only.begin(), only.end());
        for (const auto& v : only) {
            if (contains(f->values, v)) continue;
            out_.add(e.at, "values", quote(v) + " is not a value of " + quote(path),
                     suggest(v, f->values, "use a value of the catalogue"));
        }
        for (const auto& p : e.pairs) {
            const std::string& value = left ? p.left : p.right;
            used.insert(value);
            if (contains(f->values, value)) continue;
            out_.add(p.at, left ? t_.left_platform : t_.right_platform,
                     quote(value) + " is not a value of " + quote(path),
                     suggest(value, f->values, "use a value of the catalogue"));
        }
        for (const auto& a : e.also) {
            if (left) break;
            used.insert(a.right);
            if (contains(f->values, a.right)) continue;
            out_.add(a.at, t_.right_platform, quote(a.right) + " is not a value of " + quote(path),
                     suggest(a.right, f->values, "use a value of the catalogue"));
        }
        check_unknown(e, *f, left);
        // What nobody writes needs a pair only for what the other side can say.
        if (left && !f->write && !e.pairs.empty()) return;
        for (const auto& v : f->values) {
            if (!used.contains(v))
                out_.add(e.at, {}, "value " + quote(v) + " of " + quote(path) + " has no pair",
                         "add a pair for it");
        }
    }
    void check_unknown(const enum_spec& e, const catalog_field& f, bool left) {
        if (!left || e.unknown_left.empty() || contains(f.values, e.unknown_left)) return;
        out_.add(e.at, "unknown", quote(e.unknown_left) + " is not a value of " + quote(f.name),
                 suggest(e.unknown_left, f.values, "use one of its values"));
    }

    void check_limits(const rule& r) {
        const catalog_field* f = r.right.empty() ? nullptr : out_.right_object->find(r.right);
        const catalog_field* from = out_.left_object->find(r.written_by());
        if (r.kind != rule_kind::text || f == nullptr || !f->write || from == nullptr || !from->write) return;
        const auto add = [&](std::string message, std::string hint) {
            out_.add(r.at, "id", quote(r.right) + message, hint);
        };
        if (f->max > 0 && !r.carry) {
            add(" holds " + std::to_string(f->max) + " characters, and what is longer is not carried",
                "set \"carry\": true");
        }
        if (f->max > 0 && r.carry && r.more.empty())
            add(" may be cut, and nothing points at the carried rest", "add \"more\"");
        if (f->max > 0 && r.more.size() >= f->max)
            out_.add(r.at, "more", "the pointer is longer than " + quote(r.right) + " may be", "shorten it");
        if (f->max > 0 && r.empty.size() > f->max)
            out_.add(r.at, "empty", "the text is longer than " + quote(r.right) + " may be", "shorten it");
        if (f->required && r.empty.empty())
            add(" must not be blank", "add \"empty\", the text that stands for a blank one");
    }

    bool writes(const rule& r) const {
        const catalog_field* f = r.written_by().empty() ? nullptr : out_.left_object->find(r.written_by());
        if (r.named || !r.condition.empty()) return false;  // the right side says so itself
        return r.kind != rule_kind::drop && !r.right.empty() && f != nullptr && f->write;
    }

    void check_targets() {
        std::map<std::string, const rule*> writers, shown;
        for (const auto& r : t_.rules) {
            for (const auto& name : {r.left, r.values_as}) {
                if (name.empty()) continue;
                const auto [it, fresh] = shown.emplace(name, &r);
                if (!fresh)
                    out_.add(r.at, t_.left_platform,
                             "rules " + quote(it->second->id) + " and " + quote(r.id) + " both show " +
                                 quote(name),
                             "let one of them show it");
            }
            if (!writes(r)) continue;
            const auto [it, fresh] = writers.emplace(r.right, &r);
            if (!fresh)
                out_.add(r.at, t_.right_platform,
                         "rules " + quote(it->second->id) + " and " + quote(r.id) + " both write " +
                             quote(r.right),
                         "let one of them write it");
        }
    }

    // A table that writes at all fills what the other side insists on.
    void check_required() {
        std::set<std::string> filled;
        for (const auto& r : t_.rules) {
            if (writes(r)) filled.insert(r.right);
        }
        if (filled.empty()) return;
        for (const auto& f : out_.right_object->fields) {
            if (!f.required || filled.contains(f.name)) continue;
            out_.add(t_.at, "rules",
                     "nothing fills the required field " + quote(f.name) + " of " + t_.right_platform,
                     "map a field to it that " + t_.left_platform + " writes");
        }
    }

    lint_report& out_;
    const table& t_;
};

}  // namespace

void lint_rules(lint_report& out) { checker(out).run(); }

}  // namespace casebridge::mapping
