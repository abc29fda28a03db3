// What a table says for the direction in which its left side stores (reverse_program.hpp): names that exist.
#include "mapping/lint_report.hpp"

namespace casebridge::mapping {
namespace {

const std::vector<std::string>& constants() {
    static const std::vector<std::string> all{"@owner", "@owner_number", "@number", "@case", "@case_xid"};
    return all;
}

void check_constant(lint_report& out, const origin& at, const std::string& otherwise) {
    if (!names_constant(otherwise) || contains(constants(), otherwise)) return;
    out.add(at, "or", "no constant " + quote(otherwise), suggest(otherwise, constants(), "use one of them"));
}

void check_field(lint_report& out, const declared_field& f) {
    check_constant(out, f.at, f.otherwise);
    const bool known = f.otherwise.empty() || names_constant(f.otherwise) ||
                       out.left_object->find(first_segment(f.otherwise)) != nullptr ||
                       out.right_object->find(first_segment(f.otherwise)) != nullptr;
    if (!known) {
        out.add(f.at, "or", "field " + quote(f.otherwise) + " is in neither catalogue",
                suggest(f.otherwise, names_of(*out.left_object), "name a member of either side"));
    }
    const rule* during = out.t.find(f.during);
    if (!f.during.empty() && (during == nullptr || during->kind != rule_kind::enum_))
        out.add(f.at, "during", "no enum rule " + quote(f.during),
                "name the id of an enum rule of this table");
    if (!f.set_with.empty() && f.set_with != "create" && out.right_object->find(f.set_with) == nullptr) {
        out.add(f.at, "set_with", "field " + quote(f.set_with) + " is not in the catalogue",
                suggest(f.set_with, names_of(*out.right_object), "name a member, or \"create\""));
    }
}

}  // namespace

void lint_reverse(lint_report& out) {
    if (out.t.carry && !out.t.carry->back.empty() &&
        out.left_object->find(first_segment(out.t.carry->back)) == nullptr) {
        out.add(
            out.t.carry->at, "back", "field " + quote(out.t.carry->back) + " is not in the catalogue",
            suggest(out.t.carry->back, names_of(*out.left_object), "name a member that can hold an object"));
    }
    for (const auto& r : out.t.rules) {
        if (r.kind == rule_kind::drop || r.keep) check_field(out, r.kept);
        for (const auto& f : r.fields) check_field(out, f);
    }
}

}  // namespace casebridge::mapping
