#include "mapping/read.hpp"

namespace casebridge::mapping {
namespace {

std::size_t to_size(json::value v) {
    std::int64_t n = 0;
    return v.to_int64(n) && n > 0 ? static_cast<std::size_t>(n) : 0;
}

std::vector<catalog_filter> read_filters(const json::jsonc_document& doc, json::value list) {
    std::vector<catalog_filter> out;
    for (const auto& [none, f] : list.elements()) {
        out.push_back({std::string(f.member("by").text()),
                       f.member("rating").text() == "exact",
                       std::string(f.member("as").text()),
                       static_cast<std::int64_t>(to_size(f.member("slack_seconds"))),
                       f.member("letters").text() != "unknown",
                       {&doc, f},
                       static_cast<std::int64_t>(to_size(f.member("most")))});
    }
    return out;
}

catalog_object read_object(const json::jsonc_document& doc, std::string_view name, json::value v) {
    catalog_object o;
    o.name = name;
    o.at = {&doc, v};
    for (const auto& [none, f] : v.member("fields").elements()) {
        o.fields.push_back({std::string(f.member("name").text()),
                            std::string(f.member("type").text()),
                            read_strings(f.member("values")),
                            to_size(f.member("max")),
                            f.member("nullable").is_true(),
                            f.member("write").is_true(),
                            f.member("required").is_true(),
                            {&doc, f},
                            read_filters(doc, f.member("filters"))});
    }
    for (const auto& [shape, members] : v.member("shapes").members()) {
        o.shapes[std::string(shape.text())] = read_strings(members);
    }
    return o;
}

}  // namespace

std::vector<std::string> read_strings(json::value list) {
    std::vector<std::string> out;
    for (const auto& [none, v] : list.elements()) out.emplace_back(v.text());
    return out;
}

catalog read_catalog(const json::jsonc_document& doc) {
    catalog c;
    const json::value root = doc.root();
    c.platform = root.member("platform").text();
    for (const auto& [name, object] : root.member("objects").members()) {
        auto& o = c.objects.emplace(name.text(), read_object(doc, name.text(), object)).first->second;
        if (root.member("filter_language").text() == "parameters")
            o.filters_are = filter_language::parameters;
    }
    for (const auto& [name, t] : root.member("field_types").members()) {
        c.field_types.push_back({std::string(name.text()), std::string(t.member("codec").text()),
                                 std::string(t.member("refusal").text()),
                                 std::string(t.member("unknown_options").text())});
    }
    for (const auto& [none, f] : root.member("reserved_fields").elements()) {
        const json::value d = f.member("default");
        c.reserved_fields.push_back({std::string(f.member("field").text()),
                                     std::string(f.member("type").text()),
                                     d.is_string() ? std::optional(std::string(d.text())) : std::nullopt,
                                     std::string(f.member("from").text())});
    }
    return c;
}

}  // namespace casebridge::mapping
