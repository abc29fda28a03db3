// Tag definitions, and the tags of a case (Tracecat fact sheet §3.3, §3.4).
#include "core/slug.hpp"
#include "sandbox/tracecat/parts.hpp"
#include "sandbox/tracecat/routes.hpp"

#include <algorithm>

namespace casebridge::sandbox::tracecat {
namespace {

void write_tag(json::writer& w, const tag& t) {
    w.begin_object().member("id", t.id.to_string()).member("name", t.name).member("ref", t.ref);
    write_text(w, "color", t.color);
    w.end_object();
}

void answer_tag(context& c, unsigned status, const tag& t) {
    std::string out;
    json::writer w(out);
    write_tag(w, t);
    wire::answer_json(c.res, status, std::move(out));
}

void tag_missing(context& c) { wire::answer_detail(c.res, 404, "Tag not found"); }

// Definitions -----------------------------------------------------------------------------------------------

void list(context& c) {
    std::string out;
    json::writer w(out);
    w.begin_array();
    for (const tag& t : c.where->tags) write_tag(w, t);
    w.end_array();
    wire::answer_json(c.res, 200, std::move(out));
}

void get(context& c) {
    const tag* t = c.where->find_tag(c.id("tag_id"));
    if (t)
        answer_tag(c, 200, *t);
    else
        tag_missing(c);
}

bool is_taken(const workspace& w, const std::string& ref, const tag* but) {
    return std::any_of(w.tags.begin(), w.tags.end(), [&](const tag& t) { return t.ref == ref && &t != but; });
}

void refuse_taken(context& c, const std::string& ref) {
    wire::answer_detail(c.res, 400, "Case tag with slug '" + ref + "' already exists");
}

void create(context& c) {
    tag t;
    t.name = c.document().member("name").text();
    t.ref = slug(t.name);
    t.color = text_of(c.document().member("color"));
    if (is_taken(*c.where, t.ref, nullptr)) return refuse_taken(c, t.ref);
    if (unstorable(c)) return answer_generic_error(c);
    t.id = c.data.new_id();
    c.where->tags.push_back(t);
    answer_tag(c, 201, t);
}

void update(context& c) {
    tag* t = c.where->find_tag(c.id("tag_id"));
    if (!t) return tag_missing(c);
    const json::value name = c.document().member("name"), color = c.document().member("color");
    if (name.is_null()) return wire::answer_detail(c.res, 400, "Case tag already exists");
    const std::string ref = name.exists() ? slug(name.text()) : t->ref;
    if (is_taken(*c.where, ref, t)) return refuse_taken(c, ref);
    if (unstorable(c)) return answer_generic_error(c);
    if (name.exists()) t->name = name.text();
    t->ref = ref;
    if (color.exists()) t->color = text_of(color);
    answer_tag(c, 200, *t);
}

// Cases lose the tag without an event.
void remove(context& c) {
    const uuid id = c.id("tag_id");
    if (!c.where->find_tag(id)) return tag_missing(c);
    for (const auto& [number, of] : c.where->by_number) std::erase(of->tags, id);
    std::erase_if(c.where->tags, [&](const tag& t) { return t.id == id; });
    wire::answer_nothing(c.res);
}

// On a case -------------------------------------------------------------------------------------------------

void case_missing(context& c) {
    wire::answer_detail(c.res, 404, "Case " + c.id("case_id").to_string() + " not found in this workspace.");
}

void record_tag(context& c, incident& of, std::string_view type, const tag& t) {
    c.data.record(of, type, {{"tag_id", t.id.to_string()}, {"tag_ref", t.ref}, {"tag_name", t.name}},
                  c.who.user_id());
}

void list_of_case(context& c) {
    const incident* of = c.find_case();
    std::string out;
    json::writer w(out);
    w.begin_array();
    if (of)
        for (const uuid& id : of->tags) write_tag(w, *c.where->find_tag(id));
    w.end_array();
    wire::answer_json(c.res, 200, std::move(out));
}

void add_to_case(context& c) {
    if (unstorable(c)) return answer_generic_error(c);
    incident* of = c.find_case();
    if (!of) return case_missing(c);
    const tag* t = resolve_tag(*c.where, c.document().member("tag_id").text());
    if (!t) return tag_missing(c);
    if (std::find(of->tags.begin(), of->tags.end(), t->id) == of->tags.end()) {
        of->tags.push_back(t->id);
        record_tag(c, *of, "tag_added", *t);
    }
    answer_tag(c, 201, *t);
}

void remove_from_case(context& c) {
    incident* of = c.find_case();
    if (!of) return case_missing(c);
    const tag* t = resolve_tag(*c.where, c.text("tag_identifier"));
    if (!t) return wire::answer_detail(c.res, 404, "Tag not found on case");
    if (std::erase(of->tags, t->id) == 0) return answer_generic_error(c);
    record_tag(c, *of, "tag_removed", *t);
    wire::answer_nothing(c.res);
}

constinit const route rows[] = {
    of_workspace("GET", "/cases/{case_id!}/tags", "case:read", list_of_case),
    of_workspace("POST", "/cases/{case_id!}/tags", "case:update", add_to_case, &wire::tag_add),
    of_workspace("DELETE", "/cases/{case_id!}/tags/{tag_identifier~}", "case:update", remove_from_case),
    of_workspace("GET", "/case-tags", "case:read", list),
    of_workspace("GET", "/case-tags/{tag_id}", "case:read", get),
    of_workspace("POST", "/case-tags", "case:create", create, &wire::tag_create),
    of_workspace("PATCH", "/case-tags/{tag_id}", "case:update", update, &wire::tag_update),
    of_workspace("DELETE", "/case-tags/{tag_id}", "case:delete", remove),
};

}  // namespace

tag* resolve_tag(workspace& w, std::string_view identifier) {
    if (const auto id = wire::python_uuid(identifier)) return w.find_tag(*id);
    for (tag& t : w.tags)
        if (t.ref == identifier) return &t;
    const std::string ref = slug(identifier);
    for (tag& t : w.tags)
        if (t.ref == ref) return &t;
    return nullptr;
}

void write_tags(json::writer& w, std::string_view key, const workspace& workspace, const incident& of) {
    w.key(key).begin_array();
    for (const uuid& id : of.tags) {
        const auto t = std::find_if(workspace.tags.begin(), workspace.tags.end(),
                                    [&](const tag& d) { return d.id == id; });
        if (t != workspace.tags.end()) write_tag(w, *t);
    }
    w.end_array();
}

route_list tag_routes() { return rows; }

}  // namespace casebridge::sandbox::tracecat
