// Which objects a table or a list in a custom field means, and what a list shows of them.
#include "mapping/lint_report.hpp"

namespace casebridge::mapping {
namespace {

void check_member(lint_report& out, const origin& at, std::string_view key, std::string_view path,
                  const catalog_object& o) {
    const std::string_view first = first_segment(path);
    if (path.empty() || o.find(first) != nullptr) return;
    out.add(at, key, "field " + quote(path) + " is not in the catalogue",
            suggest(first, names_of(o), "add it to the catalogue"));
}

void check_tests(lint_report& out, const std::vector<member_test>& tests, const catalog_object& o) {
    for (const auto& t : tests) {
        check_member(out, t.at, out.t.right_platform, t.member, o);
        if (t.absent == (t.is.empty() && t.ends.empty())) continue;
        out.add(t.at, {}, "a test needs either \"absent\" or the texts that fit",
                "say which objects are meant");
    }
}

void check_value(lint_report& out, const declared_field& f) {
    const field_type* type = out.left.find_type(f.type);
    if (type != nullptr && type->codec != "json")
        out.add(f.at, "type", "a list of objects is no value of type " + quote(f.type), "write \"JSONB\"");
    for (const char* name : {"write", "absent", "or", "set_with", "during"}) {
        if (f.at.where.member(name)) out.add(f.at, name, "a list is only shown", "remove " + quote(name));
    }
}

void check_list(lint_report& out, const declared_field& f) {
    const shown_list& l = f.list;
    if (l.of.empty()) return;
    check_value(out, f);
    const auto object = out.right.objects.find(l.of);
    if (object == out.right.objects.end()) {
        std::vector<std::string> known;
        for (const auto& [name, o] : out.right.objects) known.push_back(name);
        out.add(l.at, "of", "the catalogue of " + out.right.platform + " has no object " + quote(l.of),
                suggest(l.of, known, "add it to the catalogue"));
        return;
    }
    for (const auto& m : l.members) check_member(out, l.at, "members", m, object->second);
    check_tests(out, l.which, object->second);
    check_member(out, l.at, "own", l.own, object->second);
    if (!l.own.empty() && l.own_prefix.empty())
        out.add(l.at, "own", "the table keeps no files of its own",
                "remove it, or add \"spill\" to the carry");
}

}  // namespace

void lint_lists(lint_report& out) {
    check_tests(out, out.t.which, *out.right_object);
    for (const auto& r : out.t.rules) {
        for (const auto& f : r.fields) check_list(out, f);
    }
}

}  // namespace casebridge::mapping
