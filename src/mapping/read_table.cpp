#include "mapping/read.hpp"

#include "json/writer.hpp"

namespace casebridge::mapping {
namespace {

std::string text_of(json::value v, std::string_view key) { return std::string(v.member(key).text()); }

void read_absent(json::value v, rule& r) {
    const json::value a = v.member("absent");
    if (a.is_null())
        r.absent_null = true;
    else if (a.exists())
        r.absent = std::string(a.text());
}

// "@number" the entry's own, "@case" its holder's, "@user:u" the user named under u; other texts are keys of
// the state's entry, everything else is a constant.
bag_member read_bag_member(std::string_view name, json::value v) {
    using source = bag_member::source;
    bag_member m{std::string(name), source::text, std::string(v.text())};
    if (!v.is_string()) {
        m.from = source::constant;
        m.key.clear();
        json::append_value(m.key, v);
    } else if (m.key == "@number") {
        m.from = source::number;
    } else if (m.key == "@case") {
        m.from = source::holder;
    } else if (m.key.starts_with("@user:")) {
        m.from = source::user;
        m.key.erase(0, std::string_view("@user:").size());
    }
    return m;
}

// What a rule says of its right member where the left side stores.
declared_field read_kept(json::value v, const rule& r) {
    declared_field f;
    f.at = r.at;
    f.member = r.right;
    f.absent = v.member("emit").is_string() ? text_of(v, "emit") : r.emit;
    f.otherwise = r.kind == rule_kind::drop ? r.right_or : r.left;
    f.set_with = text_of(v, "set_with");
    f.during = text_of(v, "during");
    return f;
}

void read_count(json::value v, const table& t, rule& r) {
    r.counts = v.exists();
    r.count_member = text_of(v, t.right_platform);
    r.count_is = text_of(v, "is");
}

rule read_rule(const json::jsonc_document& doc, json::value v, const table& t) {
    rule r;
    r.at = {&doc, v};
    r.id = text_of(v, "id");
    r.kind = rule_kind_from_string(v.member("kind").text()).value_or(rule_kind::drop);
    r.left = text_of(v, t.left_platform);
    r.right = text_of(v, t.right_platform);
    r.right_or = text_of(v, "or");
    r.write_as = text_of(v, "write_as");
    r.form = text_of(v, "form");
    r.domain = text_of(v, "domain");
    r.prefix = text_of(v, "prefix");
    std::int64_t digits = 0;
    if (v.member("digits").to_int64(digits)) r.digits = static_cast<std::size_t>(digits);
    r.ref = text_of(v, "ref");
    r.of = text_of(v, "of");
    r.enum_name = text_of(v, "enum");
    r.refine = text_of(v, "refine");
    r.carry = v.member("carry").is_true();
    read_absent(v, r);
    r.empty = text_of(v, "empty");
    r.more = text_of(v, "more");
    r.witness = text_of(v.member("witness"), t.right_platform);
    r.witness_when = text_of(v.member("witness"), "when");
    if (v.member("emit").exists()) json::append_value(r.emit, v.member("emit"));
    r.keep = v.member("keep").is_true();
    r.why = text_of(v, "why");
    r.named = v.member("named").is_true();
    r.condition = text_of(v, "if");
    r.has = text_of(v, "has");
    r.behind = text_of(v, "behind");
    read_count(v.member("count"), t, r);
    r.unless = text_of(v, "unless");
    r.row_of = text_of(v.member("row"), "of");
    r.row_by = text_of(v.member("row"), "by");
    r.row_show = text_of(v.member("row"), "show");
    if (!r.right.empty() && (r.keep || r.kind == rule_kind::drop)) r.kept = read_kept(v, r);
    r.values_as = text_of(v, "values_as");
    r.name_key = text_of(v, "name");
    r.value_key = text_of(v, "value");
    for (const auto& [key, m] : v.member("entry").members())
        r.entry.push_back(read_bag_member(key.text(), m));
    r.wrap_kind = text_of(v.member("wrap"), "kind");
    r.wrap_data = text_of(v.member("wrap"), "data");
    r.wrap_user = text_of(v.member("wrap"), "user");
    r.wrap_group = text_of(v.member("wrap"), "group");
    for (const auto& [none, f] : v.member("native").elements()) {
        declared_field& made = r.fields.emplace_back(read_declared_field(doc, f, t.right_platform));
        if (t.carry) made.list.own_prefix = t.carry->spill_prefix;
    }
    return r;
}

std::vector<member_test> read_tests(const json::jsonc_document& doc, json::value list,
                                    const std::string& platform) {
    std::vector<member_test> out;
    for (const auto& [none, v] : list.elements()) {
        out.push_back({text_of(v, platform),
                       read_strings(v.member("is")),
                       read_strings(v.member("ends")),
                       v.member("absent").is_true(),
                       {&doc, v}});
    }
    return out;
}

shown_list read_list(const json::jsonc_document& doc, json::value v, const std::string& platform) {
    shown_list l;
    l.at = {&doc, v};
    l.of = text_of(v, "of");
    l.members = read_strings(v.member("members"));
    l.which = read_tests(doc, v.member("which"), platform);
    l.but = text_of(v, "but");
    l.own = text_of(v, "own");
    std::int64_t most = 0;
    if (v.member("most").to_int64(most)) l.most = static_cast<std::size_t>(most);
    return l;
}

relation read_relation(std::string_view name) {
    if (name == "narrower") return relation::narrower;
    if (name == "broader") return relation::broader;
    return name == "equal" ? relation::equal : relation::related;
}

enum_spec read_enum(const json::jsonc_document& doc, std::string_view name, json::value v, const table& t) {
    enum_spec e;
    e.name = name;
    e.at = {&doc, v};
    for (const auto& [none, p] : v.member("pairs").elements()) {
        e.pairs.push_back({text_of(p, t.left_platform),
                           text_of(p, t.right_platform),
                           read_relation(p.member("rel").text()),
                           p.member("pick").is_true(),
                           {&doc, p}});
    }
    for (const auto& [none, s] : v.member("stale").elements()) {
        e.stale.push_back({read_strings(s.member("was")), text_of(s, "now"), text_of(s, "then"), {&doc, s}});
    }
    for (const auto& [none, a] : v.member("also").elements()) {
        e.also.push_back(
            {text_of(a, t.right_platform), text_of(a, "of"), text_of(a, t.left_platform), {&doc, a}});
    }
    for (const auto& [none, x] : v.member("refine").elements()) e.refine.push_back(read_refine(doc, x, t));
    e.managed = read_strings(v.member("managed"));
    e.refine_write = v.member("refine_write").is_true();
    e.left_values = read_strings(v.member("values").member(t.left_platform));
    e.right_values = read_strings(v.member("values").member(t.right_platform));
    e.left_order = read_strings(v.member("order").member(t.left_platform));
    e.right_order = read_strings(v.member("order").member(t.right_platform));
    e.unknown_left = text_of(v.member("unknown"), t.left_platform);
    return e;
}

}  // namespace

declared_field read_declared_field(const json::jsonc_document& doc, json::value v,
                                   const std::string& right_platform) {
    declared_field f;
    f.at = {&doc, v};
    f.field = text_of(v, "field");
    f.display_name = text_of(v, "display_name");
    f.type = text_of(v, "type");
    f.description = text_of(v, "description");
    const json::value options = v.member("options");
    if (options.is_string())
        f.options_enum = options.text();
    else
        f.options = read_strings(options);
    f.member = text_of(v, right_platform);
    f.attribute = text_of(v, "attribute");
    f.absent = text_of(v, "absent");
    f.otherwise = text_of(v, "or");
    f.set_with = text_of(v, "set_with");
    f.during = text_of(v, "during");
    f.write = v.member("write").is_true() || !f.attribute.empty();
    f.spread = v.member("spread").is_true();
    if (const json::value list = v.member("list")) f.list = read_list(doc, list, right_platform);
    return f;
}

enum_refine read_refine(const json::jsonc_document& doc, json::value v, const table& t) {
    return {text_of(v, t.right_platform), text_of(v, "by"), text_of(v, t.left_platform), {&doc, v}};
}

table read_table(const json::jsonc_document& doc) {
    table t;
    const json::value root = doc.root();
    t.at = {&doc, root};
    t.object = text_of(root, "object");
    t.version = text_of(root, "version");
    std::size_t side = 0;
    for (const auto& [platform, object] : root.member("sides").members()) {
        (side == 0 ? t.left_platform : t.right_platform) = platform.text();
        (side == 0 ? t.left_object : t.right_object) = object.text();
        ++side;
    }
    if (const json::value c = root.member("carry"); c.exists()) {
        t.carry = carry_spec{text_of(c, "attribute"),
                             text_of(c.member("spill"), "artifact_type"),
                             text_of(c.member("spill"), "prefix"),
                             {&doc, c},
                             text_of(c, "member"),
                             text_of(c, "marker"),
                             text_of(c, "child"),
                             text_of(c, "back")};
    }
    t.which = read_tests(doc, root.member("which"), t.right_platform);
    for (const auto& [none, r] : root.member("rules").elements()) t.rules.push_back(read_rule(doc, r, t));
    for (const auto& [name, e] : root.member("enums").members()) {
        t.enums.emplace(name.text(), read_enum(doc, name.text(), e, t));
    }
    return t;
}

}  // namespace casebridge::mapping
