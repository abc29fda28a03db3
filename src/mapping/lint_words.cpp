// Members of rules that mean something to some kinds only, and the names in them.
#include "mapping/lint_report.hpp"

namespace casebridge::mapping {
namespace {

struct word {
    const char* name;
    std::vector<rule_kind> kinds;
};

const std::vector<word>& words() {
    static const std::vector<word> all{{"named", {rule_kind::ref}},    {"if", {rule_kind::time}},
                                       {"has", {rule_kind::bool_}},    {"behind", {rule_kind::text}},
                                       {"count", {rule_kind::number}}, {"unless", {rule_kind::drop}},
                                       {"row", {rule_kind::drop}}};
    return all;
}

class checker {
public:
    explicit checker(lint_report& out) : out_(out), t_(out.t) {}

    void check(const rule& r) {
        for (const auto& w : words()) {
            const bool fits = std::find(w.kinds.begin(), w.kinds.end(), r.kind) != w.kinds.end();
            if (r.at.where.member(w.name) && !fits)
                out_.add(r.at, w.name, quote(w.name) + " means nothing to a rule of this kind", "remove it");
        }
        check_constant(r);
        check_member(r, "if", r.condition, "boolean");
        check_member(r, "unless", r.unless, "");
        check_member({r.at.document, r.at.where.member("row")}, "by", r.row_by, "");
        check_rule(r, "has", r.has, rule_kind::time);
        check_rule(r, "behind", r.behind, rule_kind::text);
        for (const char* name : {"keep", "set_with", "during"}) {
            if (r.at.where.member(name) && (r.right.empty() || !r.keep))
                out_.add(r.at, name, quote(name) + " needs a field of " + t_.right_platform + " that is kept",
                         "name the field, and set \"keep\": true");
        }
    }

private:
    // What every object that hangs on a case takes from it.
    void check_constant(const rule& r) {
        if (r.kind == rule_kind::drop || !names_constant(r.right_or)) return;
        static const std::vector<std::string> of_times{"@case_created", "@case_updated"}, of_ids{"@case"};
        const auto& known = r.kind == rule_kind::time ? of_times : of_ids;
        if ((r.kind == rule_kind::time || r.kind == rule_kind::ref) && contains(known, r.right_or)) return;
        out_.add(r.at, "or", "no constant " + quote(r.right_or), suggest(r.right_or, known, "name a member"));
    }
    void check_member(const rule& r, std::string_view key, const std::string& name, std::string_view type) {
        check_member(r.at, key, name, type);
    }
    void check_member(const origin& at, std::string_view key, const std::string& name,
                      std::string_view type) {
        if (name.empty()) return;
        const catalog_field* f = out_.right_object->find(name);
        if (f == nullptr)
            out_.add(at, key, "field " + quote(name) + " is not in the catalogue",
                     suggest(name, names_of(*out_.right_object), "add it to the catalogue"));
        else if (!type.empty() && f->type != type)
            out_.add(at, key, quote(name) + " is not of type " + quote(type), "name a field that is");
    }
    // Another rule, whose value is carried and has no other place.
    void check_rule(const rule& r, std::string_view key, const std::string& id, rule_kind kind) {
        if (id.empty()) return;
        const rule* other = t_.find(id);
        if (other != nullptr && other->kind == kind && other->carry && other->right.empty()) return;
        std::vector<std::string> known;
        for (const auto& x : t_.rules) {
            if (x.kind == kind && x.carry && x.right.empty()) known.push_back(x.id);
        }
        out_.add(r.at, key, "no rule " + quote(id) + " that carries such a value alone",
                 suggest(id, known, "name a rule of this table"));
    }

    lint_report& out_;
    const table& t_;
};

}  // namespace

void lint_words(lint_report& out) {
    checker c(out);
    for (const auto& r : out.t.rules) c.check(r);
}

}  // namespace casebridge::mapping
