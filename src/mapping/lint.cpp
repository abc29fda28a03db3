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

void check_carry(lint_report& out) {
    if (!out.t.carry) return;
    const std::string_view on = out.t.carry->at.where.member("on").text();
    if (on == out.t.right_platform || on.empty()) return;
    out.add(out.t.carry->at, "on",
            "the state cannot lie on " + quote(on) + ", which is the table's first side",
            "write " + quote(out.t.right_platform));
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
    lint_fields(out);
    lint_enums(out);
    lint_totality(out);
}

}  // namespace casebridge::mapping
