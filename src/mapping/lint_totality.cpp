// Total or declared: every field of both catalogues is mapped, carried, or dropped with a reason.
#include "mapping/lint_report.hpp"

#include <set>

namespace casebridge::mapping {
namespace {

using names = std::set<std::string, std::less<>>;

names covered(const table& t, bool left) {
    names out;
    const auto cover = [&](const std::string& path) { out.emplace(first_segment(path)); };
    for (const auto& r : t.rules) {
        if (left) {
            cover(r.left);
            cover(r.write_as);
            cover(r.values_as);
            for (const auto& f : r.fields) cover(f.otherwise);
            continue;
        }
        cover(r.right);
        cover(r.condition);
        if (!names_constant(r.right_or)) cover(r.right_or);
        for (const auto& f : r.fields) cover(f.member);
    }
    return out;
}

void check_side(lint_report& out, const catalog_object& o, bool left) {
    const names known = covered(out.t, left);
    for (const auto& f : o.fields) {
        if (known.contains(f.name)) continue;
        out.add(f.at, {},
                "field " + quote(f.name) + " is neither mapped, carried nor dropped by table " +
                    quote(out.t.object),
                "add a rule for it, or a drop with its reason");
    }
}

// A shape names members that the object has: anything else would be missing from every answer.
void check_shapes(lint_report& out, const catalog_object& o) {
    for (const auto& [shape, members] : o.shapes) {
        for (const auto& name : members) {
            if (o.find(name) != nullptr) continue;
            out.add({o.at.document, o.at.where.member("shapes")}, shape,
                    "shape " + quote(shape) + " names " + quote(name) + ", which is not among the fields",
                    suggest(name, names_of(o), "add it to \"fields\""));
        }
    }
}

}  // namespace

void lint_totality(lint_report& out) {
    check_side(out, *out.left_object, true);
    check_side(out, *out.right_object, false);
    check_shapes(out, *out.left_object);
    check_shapes(out, *out.right_object);
}

}  // namespace casebridge::mapping
