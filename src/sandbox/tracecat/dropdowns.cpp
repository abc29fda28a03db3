// The workspace's dropdowns and their options, an add-on (Tracecat fact sheet §3.9).
#include "sandbox/tracecat/dropdowns.hpp"

#include "core/slug.hpp"
#include "sandbox/tracecat/child_models.hpp"

#include <algorithm>
#include <set>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

constexpr sv definition_taken = "Dropdown definition with this ref already exists";
constexpr sv option_taken = "Option with this ref already exists for this dropdown";

// Numbers and flags as Python takes them.
std::int64_t number_of(json::value v) {
    std::int64_t n = 0;
    if (v.to_int64(n)) return n;
    if (v.is_boolean()) return v.is_true() ? 1 : 0;
    return wire::python_integer(v.text()).value_or(0);
}

bool flag_of(json::value v) {
    if (v.is_number()) return number_of(v) != 0;
    return v.is_boolean() ? v.is_true() : wire::python_bool(v.text()).value_or(false);
}

void write_option(json::writer& w, const dropdown_option& o) {
    w.begin_object().member("id", o.id.to_string()).member("label", o.label).member("ref", o.ref);
    write_text(w, "icon_name", o.icon_name);
    write_text(w, "color", o.color);
    w.member("position", o.position).end_object();
}

template <typename T>
std::vector<const T*> by_position(const std::vector<T>& all) {
    std::vector<const T*> out;
    for (const T& one : all) out.push_back(&one);
    std::stable_sort(out.begin(), out.end(),
                     [](const T* a, const T* b) { return a->position < b->position; });
    return out;
}

void write_definition(json::writer& w, const dropdown_definition& d) {
    w.begin_object().member("id", d.id.to_string()).member("name", d.name).member("ref", d.ref);
    write_text(w, "icon_name", d.icon_name);
    w.member("is_ordered", d.is_ordered).member("required_on_closure", d.required_on_closure);
    w.member("position", d.position).key("options").begin_array();
    for (const dropdown_option* o : by_position(d.options)) write_option(w, *o);
    w.end_array().end_object();
}

void answer_definition(context& c, unsigned status, const dropdown_definition& d) {
    std::string body;
    json::writer w(body);
    write_definition(w, d);
    wire::answer_json(c.res, status, std::move(body));
}

void answer_option(context& c, unsigned status, const dropdown_option& o) {
    std::string body;
    json::writer w(body);
    write_option(w, o);
    wire::answer_json(c.res, status, std::move(body));
}

// The definition that the path names; nothing with the 403 or 404 as the answer.
dropdown_definition* named(context& c) {
    if (!require_addons(c)) return nullptr;
    dropdown_definition* d = c.where->find_dropdown(c.id("definition_id"));
    if (!d) wire::answer_detail(c.res, 404, definition_missing(c.id("definition_id")));
    return d;
}

dropdown_option* named_option(context& c, dropdown_definition& d) {
    for (dropdown_option& o : d.options)
        if (o.id == c.id("option_id")) return &o;
    wire::answer_detail(c.res, 404, option_missing(c.id("option_id"), d.id));
    return nullptr;
}

// The members that a body has, over what was there; null clears what may be null and is nothing elsewhere.
void apply(json::value body, sv name, std::string& to) {
    if (const json::value v = body.member(name); given(v)) to = v.text();
}
void apply(json::value body, sv name, std::optional<std::string>& to) {
    if (const json::value v = body.member(name); v.exists()) to = text_of(v);
}
void apply(json::value body, sv name, std::int64_t& to) {
    if (const json::value v = body.member(name); given(v)) to = number_of(v);
}
void apply(json::value body, sv name, bool& to) {
    if (const json::value v = body.member(name); given(v)) to = flag_of(v);
}

void apply(json::value body, dropdown_option& to) {
    apply(body, "label", to.label);
    apply(body, "ref", to.ref);
    apply(body, "icon_name", to.icon_name);
    apply(body, "color", to.color);
    apply(body, "position", to.position);
}

void apply(json::value body, dropdown_definition& to) {
    apply(body, "name", to.name);
    apply(body, "ref", to.ref);
    apply(body, "icon_name", to.icon_name);
    apply(body, "is_ordered", to.is_ordered);
    apply(body, "required_on_closure", to.required_on_closure);
    apply(body, "position", to.position);
}

void list(context& c) {
    if (!require_addons(c)) return;
    std::string body;
    json::writer w(body);
    w.begin_array();
    for (const dropdown_definition* d : by_position(c.where->dropdowns)) write_definition(w, *d);
    w.end_array();
    wire::answer_json(c.res, 200, std::move(body));
}

void get(context& c) {
    if (const dropdown_definition* d = named(c)) answer_definition(c, 200, *d);
}

void create(context& c) {
    if (!require_addons(c)) return;
    dropdown_definition d;
    apply(c.document(), d);
    if (unstorable(c) || c.where->find_dropdown(d.ref)) return answer_generic_error(c);
    std::set<std::string> refs;
    for (const auto item : c.document().member("options").elements()) {
        dropdown_option& o = d.options.emplace_back();
        o.id = c.data.new_id();
        apply(item.val, o);
        if (!refs.insert(o.ref).second) return wire::answer_detail(c.res, 409, definition_taken);
    }
    d.id = c.data.new_id();
    answer_definition(c, 201, c.where->dropdowns.emplace_back(std::move(d)));
}

// A new name makes a new ref, unless one is given.
void edit(context& c) {
    dropdown_definition* d = named(c);
    if (!d) return;
    dropdown_definition changed = *d;
    const json::value body = c.document();
    apply(body, changed);
    if (given(body.member("name")) && !given(body.member("ref"))) changed.ref = slug(changed.name, '_');
    const dropdown_definition* holder = c.where->find_dropdown(changed.ref);
    if (holder && holder->id != d->id) return wire::answer_detail(c.res, 409, definition_taken);
    if (unstorable(c)) return answer_generic_error(c);
    *d = std::move(changed);
    answer_definition(c, 200, *d);
}

void remove(context& c) {
    const dropdown_definition* d = named(c);
    if (!d) return;
    const uuid id = d->id;
    for (auto& [case_id, of] : c.where->cases)
        std::erase_if(of->dropdowns, [&](const dropdown_value& v) { return v.definition == id; });
    std::erase_if(c.where->dropdowns, [&](const dropdown_definition& one) { return one.id == id; });
    wire::answer_nothing(c.res);
}

bool is_taken(const dropdown_definition& d, const dropdown_option& wanted) {
    return std::any_of(d.options.begin(), d.options.end(),
                       [&](const dropdown_option& o) { return o.ref == wanted.ref && o.id != wanted.id; });
}

void add_option(context& c) {
    dropdown_definition* d = named(c);
    if (!d) return;
    dropdown_option o;
    o.id = c.data.new_id();
    apply(c.document(), o);
    if (is_taken(*d, o)) return wire::answer_detail(c.res, 409, option_taken);
    if (unstorable(c)) return answer_generic_error(c);
    answer_option(c, 201, d->options.emplace_back(std::move(o)));
}

void edit_option(context& c) {
    dropdown_definition* d = named(c);
    dropdown_option* o = d ? named_option(c, *d) : nullptr;
    if (!o) return;
    dropdown_option changed = *o;
    apply(c.document(), changed);
    if (is_taken(*d, changed)) return wire::answer_detail(c.res, 409, option_taken);
    if (unstorable(c)) return answer_generic_error(c);
    *o = std::move(changed);
    answer_option(c, 200, *o);
}

// Cases that have chosen it keep their value, empty.
void remove_option(context& c) {
    dropdown_definition* d = named(c);
    const dropdown_option* o = d ? named_option(c, *d) : nullptr;
    if (!o) return;
    const uuid id = o->id;
    for (auto& [case_id, of] : c.where->cases)
        for (dropdown_value& v : of->dropdowns)
            if (v.option == id) v.option.reset();
    std::erase_if(d->options, [&](const dropdown_option& one) { return one.id == id; });
    wire::answer_nothing(c.res);
}

void reorder(context& c) {
    dropdown_definition* d = named(c);
    if (!d) return;
    std::int64_t place = 0;
    for (const auto item : c.document().elements()) {
        const uuid id = wire::uuid_value(item.val.text());
        for (dropdown_option& o : d->options)
            if (o.id == id) o.position = place;
        ++place;
    }
    wire::answer_nothing(c.res);
}

void check_order(context& c) { check_id_list(c.document(), c.faults); }

constexpr sv all = "/case-dropdowns";
constexpr sv one = "/case-dropdowns/{definition_id!}";
constexpr sv options = "/case-dropdowns/{definition_id!}/options";
constexpr sv in_order = "/case-dropdowns/{definition_id!}/options/reorder";
constexpr sv one_option = "/case-dropdowns/{definition_id!}/options/{option_id!}";
const route rows[] = {
    of_workspace("GET", all, "case:read", list),
    of_workspace("POST", all, "case:create", create, &dropdown_create),
    of_workspace("GET", one, "case:read", get),
    of_workspace("PATCH", one, "case:update", edit, &dropdown_update),
    of_workspace("DELETE", one, "case:delete", remove),
    of_workspace("POST", options, "case:create", add_option, &option_create),
    {"PUT", in_order, true, guard::workspace, "case:update", reorder, nullptr, nullptr, check_order},
    of_workspace("PATCH", one_option, "case:update", edit_option, &option_update),
    of_workspace("DELETE", one_option, "case:delete", remove_option),
};

}  // namespace

std::string definition_missing(const uuid& definition) {
    return "Dropdown definition " + definition.to_string() + " not found";
}

route_list dropdown_routes() {
    static const std::vector<route> joined = [] {
        std::vector<route> out(std::begin(rows), std::end(rows));
        const route_list values = dropdown_value_routes();
        out.insert(out.end(), values.begin(), values.end());
        return out;
    }();
    return joined;
}

}  // namespace casebridge::sandbox::tracecat
