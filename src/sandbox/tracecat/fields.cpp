// Definitions of custom fields (Tracecat fact sheet §3.8).
#include "platform/tracecat/wire/field_models.hpp"
#include "platform/tracecat/wire/text.hpp"
#include "sandbox/tracecat/field_types.hpp"
#include "sandbox/tracecat/parts.hpp"
#include "sandbox/tracecat/routes.hpp"

#include <algorithm>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

constexpr std::size_t longest_column = 63;       // PostgreSQL cuts what is longer
bool truth(json::value v) {
    return v.is_true() || (v.is_string() && wire::python_bool(v.text()).value_or(false)) || v.text() == "1";
}

std::optional<std::vector<std::string>> read_options(json::value v) {
    if (!given(v)) return std::nullopt;
    std::vector<std::string> out;
    for (const auto item : v.elements()) out.emplace_back(wire::trim(item.val.text()));
    return out;
}

std::optional<std::string> read_default(json::value v) {
    if (!given(v)) return std::nullopt;
    return v.is_string() || v.is_number() ? std::string(v.text())
           : v.is_boolean()               ? std::string(v.is_true() ? "true" : "false")
                                          : wire::echo(v);
}

void check_create(context& c) { wire::check_field_create(c.document(), c.faults); }
void check_update(context& c) { wire::check_field_update(c.document(), c.faults); }

std::string column_of(sv name) { return wire::lower(name.substr(0, longest_column)); }

void refuse_duplicate(context& c, sv name) {
    wire::answer_detail(c.res, 409, "A field with the name '" + std::string(name) + "' already exists");
}

void list_all(context& c) {
    std::string out;
    json::writer w(out);
    w.begin_array();
    for (const field_definition& f : c.where->fields) {
        w.begin_object();
        write_field_definition(w, f, c.how.version);
        w.end_object();
    }
    w.end_array();
    wire::answer_json(c.res, 200, std::move(out));
}

void create(context& c) {
    const json::value doc = c.document();
    const sv name = doc.member("name").text();
    field_definition f;
    f.id = column_of(name);
    f.type = *read_type(doc.member("type").text());
    f.fallback = read_default(doc.member("default"));
    // The metadata is kept under the name as typed, and is not found under the column's.
    if (f.id == name) {
        f.display_name = text_of(doc.member("display_name"));
        f.options = read_options(doc.member("options"));
        f.kind = doc.member("kind").text();
        f.required_on_closure = truth(doc.member("required_on_closure"));
    } else {
        f.type = column_type(f.type);
    }
    if (name.starts_with("__tc_"))
        return wire::answer_detail(c.res, 400,
                                   "Column " + std::string(name) + " is reserved for internal use");
    if (c.where->find_field(f.id)) return refuse_duplicate(c, name);
    std::string why;
    if (f.fallback && !default_json(f, &why)) return wire::answer_detail(c.res, 400, why);
    if (f.fallback)      // rows that exist take the default as well
        for (const auto& [number, of] : c.where->by_number) of->fields[f.id] = *default_json(f);
    c.where->fields.push_back(std::move(f));
    answer_null(c);
}

void rename_field(workspace& w, field_definition& f, std::string id) {
    for (const auto& [number, of] : w.by_number) {
        if (auto node = of->fields.extract(f.id)) {
            node.key() = id;
            of->fields.insert(std::move(node));
        }
    }
    if (!f.display_name) f.display_name = f.id;
    f.id = std::move(id);
}

// PostgreSQL casts by itself only what loses nothing.
bool can_become(field_type from, field_type to) {
    const field_type a = column_type(from), b = column_type(to);
    return a == b || (a == field_type::integer && b == field_type::numeric) ||
           (a == field_type::date && b == field_type::timestamptz);
}

void update(context& c) {
    const json::value doc = c.document(), name = doc.member("name"), type = doc.member("type");
    field_definition* f = c.where->find_field(c.text("field_id"));
    if (!f) return given(name) || given(type) ? answer_generic_error(c) : wire::answer_nothing(c.res);
    const std::string id = given(name) ? column_of(name.text()) : f->id;
    if (id != f->id && c.where->find_field(id)) return refuse_duplicate(c, name.text());
    const field_type wanted = given(type) ? *read_type(type.text()) : f->type;
    if (!can_become(f->type, wanted)) return answer_generic_error(c);
    field_definition edited = *f;
    edited.type = wanted;
    if (doc.member("default").exists()) edited.fallback = read_default(doc.member("default"));
    std::string why;
    if (edited.fallback && !f->reserved && !default_json(edited, &why))
        return wire::answer_detail(c.res, 400, why);
    if (given(doc.member("options"))) edited.options = read_options(doc.member("options"));
    if (const json::value v = doc.member("display_name"); given(v)) edited.display_name = text_of(v);
    if (const json::value v = doc.member("required_on_closure"); given(v))
        edited.required_on_closure = truth(v);
    *f = std::move(edited);
    if (id != f->id) rename_field(*c.where, *f, id);
    wire::answer_nothing(c.res);
}

void remove(context& c) {
    const std::string id = c.text("field_id");
    const field_definition* f = c.where->find_field(id);
    if (!f) return answer_generic_error(c);
    if (f->reserved) return wire::answer_detail(c.res, 400, "Field " + id + " is a reserved field");
    for (const auto& [number, of] : c.where->by_number) of->fields.erase(id);
    std::erase_if(c.where->fields, [&](const field_definition& d) { return d.id == id; });
    wire::answer_nothing(c.res);
}

route checked(route r, void (*check)(context&)) {
    r.check = check;
    return r;
}

const route rows[] = {
    of_workspace("GET", "/case-fields", "case:read", list_all),
    checked(of_workspace("POST", "/case-fields", "case:create", create, &wire::field_create), check_create),
    checked(of_workspace("PATCH", "/case-fields/{field_id~}", "case:update", update, &wire::field_update),
            check_update),
    of_workspace("DELETE", "/case-fields/{field_id~}", "case:delete", remove),
};

}  // namespace

void write_field_definition(json::writer& w, const field_definition& f, release version) {
    w.member("id", f.id);
    if (version == release::today) w.member("display_name", f.display_name.value_or(f.id));
    w.member("type", type_name(f.type)).member("description", "").member("nullable", f.nullable);
    write_text(w, "default", f.fallback);
    w.member("reserved", f.reserved).key("options");
    if (f.options) {
        w.begin_array();
        for (const std::string& o : *f.options) w.string(o);
        w.end_array();
    } else {
        w.null();
    }
    write_text(w, "kind", f.kind.empty() ? std::nullopt : std::optional(f.kind));
    w.member("required_on_closure", f.required_on_closure);
}

route_list field_routes() { return rows; }

}  // namespace casebridge::sandbox::tracecat
