#include "mapping/lint.hpp"

#include "mapping/lint_report.hpp"

namespace casebridge::mapping {
namespace {

const catalog_object* object_of(lint_report& out, const catalog& c, const std::string& name) {
    const auto it = c.objects.find(name);
    if (it != c.objects.end()) return &it->second;
    std::vector<std::string> known;
    for (const auto& [n, o] : c.objects) known.push_back(n);
    out.add({out.t.at.document, out.t.at.where.member("sides")}, c.platform,
            "the catalogue of " + c.platform + " has no object " + quote(name),
            suggest(name, known, "add it to the catalogue"));
    return nullptr;
}

// The state lies in an entry of the bag, on a line of a text that no rule writes, or with the object that this one
// hangs on.
void check_place(lint_report& out, const carry_spec& c) {
    const int places = (c.attribute.empty() ? 0 : 1) + (c.member.empty() ? 0 : 1) + (c.child.empty() ? 0 : 1);
    if (places != 1 || c.member.empty() != c.marker.empty()) {
        out.add(c.at, "on", "the state needs one place",
                "name an \"attribute\", a \"member\" with its \"marker\", or the \"child\" that a case's "
                "entries name");
        return;
    }
    if (c.member.empty()) return;
    const catalog_field* f = out.right_object->find(c.member);
    if (f == nullptr)
        out.add(c.at, "member", "field " + quote(c.member) + " is not in the catalogue",
                suggest(c.member, names_of(*out.right_object), "add it to the catalogue"));
    else if (f->type != "string" || !f->write || f->max == 0)
        out.add(c.at, "member", quote(c.member) + " cannot hold the state",
                "name a text that can be written and whose limit the catalogue states");
    for (const auto& r : out.t.rules) {
        if (r.kind != rule_kind::drop && r.right == c.member)
            out.add(r.at, "id",
                    "rule " + quote(r.id) + " and the carried state both write " + quote(c.member),
                    "let one of them write it");
    }
}

void check_carry(lint_report& out) {
    if (!out.t.carry) return;
    const std::string_view on = out.t.carry->at.where.member("on").text();
    if (on != out.t.right_platform && !on.empty())
        out.add(out.t.carry->at, "on",
                "the state cannot lie on " + quote(on) + ", which is the table's first side",
                "write " + quote(out.t.right_platform));
    check_place(out, *out.t.carry);
}

}  // namespace

std::string quote(std::string_view s) { return "\"" + std::string(s) + "\""; }

std::string suggest(std::string_view word, const std::vector<std::string>& known, std::string otherwise) {
    const std::string near = json::nearest(word, known);
    return near.empty() ? otherwise : "did you mean " + quote(near) + "?";
}

std::vector<std::string> names_of(const catalog_object& o) {
    std::vector<std::string> out;
    for (const auto& f : o.fields) out.push_back(f.name);
    return out;
}

void lint(const table& t, const catalog& left, const catalog& right,
          std::vector<json::diagnostic>& findings) {
    lint_report out{t, left, right, nullptr, nullptr, findings};
    out.left_object = object_of(out, left, t.left_object);
    out.right_object = object_of(out, right, t.right_object);
    if (out.left_object == nullptr || out.right_object == nullptr) return;
    check_carry(out);
    lint_rules(out);
    lint_words(out);
    lint_fields(out);
    lint_lists(out);
    lint_enums(out);
    lint_totality(out);
    lint_filters(out);
    lint_reverse(out);
}

}  // namespace casebridge::mapping
