// The workspace's definitions of durations, an add-on (Tracecat fact sheet §3.10).
#include "sandbox/tracecat/child_models.hpp"
#include "sandbox/tracecat/durations.hpp"

#include <algorithm>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

std::vector<std::string> texts_of(json::value list) {
    std::vector<std::string> out;
    for (const auto item : list.elements()) out.emplace_back(item.val.text());
    return out;
}

duration_anchor read_anchor(json::value v) {
    const json::value filters = v.member("filters");
    duration_anchor a;
    a.event_type = v.member("event_type").text();
    a.last = v.member("selection").text() == "last";
    a.new_values = texts_of(filters.member("new_values"));
    a.tag_refs = texts_of(filters.member("tag_refs"));
    a.field_ids = texts_of(filters.member("field_ids"));
    if (const json::value id = filters.member("dropdown_definition_id"); given(id))
        a.dropdown_definition = wire::uuid_value(id.text());
    for (const auto item : filters.member("dropdown_option_ids").elements())
        a.dropdown_options.push_back(wire::uuid_value(item.val.text()));
    return a;
}

void write_texts(json::writer& w, sv key, const std::vector<std::string>& texts) {
    w.key(key).begin_array();
    for (const std::string& t : texts) w.string(t);
    w.end_array();
}

void write_anchor(json::writer& w, sv key, const duration_anchor& a) {
    w.key(key).begin_object().member("event_type", a.event_type).key("filters").begin_object();
    write_texts(w, "new_values", a.new_values);
    write_texts(w, "tag_refs", a.tag_refs);
    write_texts(w, "field_ids", a.field_ids);
    write_id(w, "dropdown_definition_id", a.dropdown_definition);
    w.key("dropdown_option_ids").begin_array();
    for (const uuid& id : a.dropdown_options) w.string(id.to_string());
    w.end_array().end_object().member("selection", a.last ? "last" : "first").end_object();
}

void write_definition(json::writer& w, const duration_definition& d) {
    w.begin_object().member("name", d.name);
    write_text(w, "description", d.description);
    write_anchor(w, "start_anchor", d.start);
    write_anchor(w, "end_anchor", d.end);
    w.member("id", d.id.to_string()).end_object();
}

void answer_definition(context& c, unsigned status, const duration_definition& d) {
    std::string body;
    json::writer w(body);
    write_definition(w, d);
    wire::answer_json(c.res, status, std::move(body));
}

// The definition that the path names, or the 404.
duration_definition* named(context& c) {
    for (duration_definition& d : c.where->duration_definitions)
        if (d.id == c.id("duration_id")) return &d;
    wire::answer_detail(c.res, 404, duration_definition_missing(c.id("duration_id")));
    return nullptr;
}

// True with the 400 as the answer.
bool refuse_name(context& c, sv name, const uuid& own) {
    for (const duration_definition& d : c.where->duration_definitions) {
        if (d.name != name || d.id == own) continue;
        wire::answer_detail(c.res, 400, "A duration named '" + std::string(name) + "' already exists");
        return true;
    }
    return false;
}

void list(context& c) {
    if (!require_addons(c)) return;
    std::string body;
    json::writer w(body);
    w.begin_array();
    for (const duration_definition& d : c.where->duration_definitions) write_definition(w, d);
    w.end_array();
    wire::answer_json(c.res, 200, std::move(body));
}

void get(context& c) {
    if (!require_addons(c)) return;
    if (const duration_definition* d = named(c)) answer_definition(c, 200, *d);
}

// A broad exception handler stands around the real create and update.
void create(context& c) {
    if (!c.how.addons || unstorable(c))
        return wire::answer_detail(c.res, 500, "Failed to create case duration definition");
    const json::value body = c.document();
    if (refuse_name(c, body.member("name").text(), uuid{})) return;
    duration_definition d;
    d.id = c.data.new_id();
    d.created_at = c.data.now();
    d.name = body.member("name").text();
    d.description = text_of(body.member("description"));
    d.start = read_anchor(body.member("start_anchor"));
    d.end = read_anchor(body.member("end_anchor"));
    answer_definition(c, 201, c.where->duration_definitions.emplace_back(std::move(d)));
}

void edit(context& c) {
    if (!c.how.addons || unstorable(c))
        return wire::answer_detail(c.res, 500, "Failed to update case duration definition");
    duration_definition* d = named(c);
    if (!d) return;
    const json::value body = c.document();
    const json::value name = body.member("name");
    if (given(name) && refuse_name(c, name.text(), d->id)) return;
    if (given(name)) d->name = name.text();
    if (const json::value v = body.member("description"); v.exists()) d->description = text_of(v);
    if (const json::value v = body.member("start_anchor"); given(v)) d->start = read_anchor(v);
    if (const json::value v = body.member("end_anchor"); given(v)) d->end = read_anchor(v);
    answer_definition(c, 200, *d);
}

void remove(context& c) {
    if (!require_addons(c)) return;
    const duration_definition* d = named(c);
    if (!d) return;
    const uuid id = d->id;
    for (auto& [case_id, of] : c.where->cases)
        std::erase_if(of->durations, [&](const duration& one) { return one.definition == id; });
    std::erase_if(c.where->duration_definitions,
                  [&](const duration_definition& one) { return one.id == id; });
    wire::answer_nothing(c.res);
}

constexpr sv all = "/case-durations";
constexpr sv one = "/case-durations/{duration_id}";
const route rows[] = {
    of_workspace("GET", all, "case:read", list),
    of_workspace("POST", all, "case:create", create, &duration_create),
    of_workspace("GET", one, "case:read", get),
    of_workspace("PATCH", one, "case:update", edit, &duration_update),
    of_workspace("DELETE", one, "case:delete", remove),
};

}  // namespace

std::string duration_definition_missing(const uuid& definition) {
    return "Case duration definition " + definition.to_string() + " not found in this workspace";
}

route_list duration_definition_routes() { return rows; }

}  // namespace casebridge::sandbox::tracecat
