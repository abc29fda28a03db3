// Custom fields: those that a table shows from the other side's members, and those of overlays.
#include "mapping/lint_report.hpp"

#include <map>
#include <set>

namespace casebridge::mapping {
namespace {

class checker {
public:
    explicit checker(lint_report& out) : out_(out) {
        for (const auto& f : out.left.reserved_fields) ids_.insert(f.field);
    }

    void check(const declared_field& f) {
        if (!ids_.insert(f.field).second) {
            out_.add(f.at, "field", "field " + quote(f.field) + " exists already", "choose another id");
        }
        if (out_.left.find_type(f.type) == nullptr) {
            out_.add(f.at, "type", "no field type " + quote(f.type), "see field_types in the catalogue");
        }
        if (!f.member.empty()) check_member(f);
        if (!f.attribute.empty()) check_attribute(f);
        check_options(f);
        if (f.spread && f.type != "MULTI_SELECT") {
            out_.add(f.at, "spread", "only a MULTI_SELECT field can be spread", "remove \"spread\"");
        }
    }

private:
    void check_member(const declared_field& f) {
        const std::string_view first = first_segment(f.member);
        if (out_.right_object->find(first) == nullptr) {
            out_.add(f.at, out_.t.right_platform, "field " + quote(f.member) + " is not in the catalogue",
                     suggest(first, names_of(*out_.right_object), "add it to the catalogue"));
        }
        const catalog_field* native = out_.right_object->find(f.member);
        if (native != nullptr && f.write && !native->write) {
            out_.add(f.at, "write", quote(f.member) + " cannot be written", "remove \"write\"");
        }
    }
    void check_attribute(const declared_field& f) {
        const auto [it, fresh] = attributes_.emplace(f.attribute, f.field);
        if (!fresh) {
            out_.add(f.at, "attribute", quote(f.attribute) + " is field " + quote(it->second) + " already",
                     "one field shows one attribute type");
        }
        if (out_.t.carry && f.attribute == out_.t.carry->attribute) {
            out_.add(f.at, "attribute", quote(f.attribute) + " holds the carried state",
                     "use another attribute type");
        }
    }
    void check_options(const declared_field& f) {
        const bool select = f.type == "SELECT" || f.type == "MULTI_SELECT";
        const bool none = f.options.empty() && f.options_enum.empty();
        if (select && none) {
            out_.add(f.at, "type", "a " + f.type + " field needs options", "add \"options\"");
        }
        if (!select && !none) {
            out_.add(f.at, "options", "only SELECT and MULTI_SELECT take options", "remove them");
        }
        if (f.options_enum.empty()) return;
        const auto e = out_.t.enums.find(f.options_enum);
        if (e == out_.t.enums.end()) {
            std::vector<std::string> known;
            for (const auto& [name, spec] : out_.t.enums) known.push_back(name);
            out_.add(f.at, "options", "no enum " + quote(f.options_enum) + " in this table",
                     suggest(f.options_enum, known, "name an enum or list the options"));
            return;
        }
        const catalog_field* native = out_.right_object->find(f.member);
        if (native == nullptr || native->values.empty()) return;
        for (const auto& v : e->second.right_values) {
            if (contains(native->values, v)) continue;
            out_.add(e->second.at, "values", quote(v) + " is not a value of " + quote(f.member),
                     suggest(v, native->values, "use a value of the catalogue"));
        }
    }

    lint_report& out_;
    std::set<std::string> ids_;
    std::map<std::string, std::string> attributes_;   // attribute type → field
};

}  // namespace

void lint_fields(lint_report& out) {
    checker c(out);
    for (const auto& r : out.t.rules) {
        for (const auto& f : r.fields) c.check(f);
    }
}

}  // namespace casebridge::mapping
