// What a case has chosen of the workspace's dropdowns (Tracecat fact sheet §3.9).
#include "sandbox/tracecat/child_models.hpp"
#include "sandbox/tracecat/dropdowns.hpp"
#include "sandbox/tracecat/parts.hpp"

#include <algorithm>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;
using kind = refusal_of_write::kind;

refusable refuse(kind what, std::string text) { return refusal_of_write{what, std::move(text)}; }

const dropdown_definition& definition_of(const context& c, const dropdown_value& v) {
    return *c.where->find_dropdown(v.definition);
}

void write_value(json::writer& w, const context& c, const dropdown_value& v) {
    const dropdown_definition& d = definition_of(c, v);
    const dropdown_option* o = v.option ? d.find(*v.option) : nullptr;
    w.begin_object().member("id", v.id.to_string()).member("definition_id", d.id.to_string());
    w.member("definition_ref", d.ref).member("definition_name", d.name);
    write_id(w, "option_id", o ? std::optional(o->id) : std::nullopt);
    write_text(w, "option_label", o ? std::optional(o->label) : std::nullopt);
    write_text(w, "option_ref", o ? std::optional(o->ref) : std::nullopt);
    write_text(w, "option_icon_name", o ? o->icon_name : std::nullopt);
    write_text(w, "option_color", o ? o->color : std::nullopt);
    w.end_object();
}

dropdown_value& value_of(store& data, incident& of, const uuid& definition) {
    for (dropdown_value& v : of.dropdowns)
        if (v.definition == definition) return v;
    return of.dropdowns.emplace_back(dropdown_value{data.new_id(), definition, std::nullopt});
}

void tell_option(boost::json::object& data, const dropdown_option* o, const char* id, const char* label) {
    if (!o) return;
    data[id] = o->id.to_string();
    data[label] = o->label;
}

refusable read_option(const dropdown_definition& d, json::value choice, dropdown_setting& out) {
    const json::value id = choice.member("option_id");
    const json::value ref = choice.member("option_ref");
    if (given(id)) {
        out.option = wire::uuid_value(id.text());
        if (!d.find(*out.option)) return refuse(kind::not_found, option_missing(*out.option, d.id));
    } else if (given(ref)) {
        const auto at = std::find_if(d.options.begin(), d.options.end(),
                                     [&](const dropdown_option& o) { return o.ref == ref.text(); });
        if (at == d.options.end())
            return refuse(kind::not_found, "Dropdown option with ref '" + std::string(ref.text()) +
                                               "' not found for definition " + d.id.to_string());
        out.option = at->id;
    }
    return std::nullopt;
}

void list(context& c) {
    if (!require_addons(c)) return;
    const incident* of = c.find_case();
    if (!of)
        return answer_domain_error(c, "TracecatNotFoundError",
                                   "Case " + c.id("case_id").to_string() + " not found");
    std::string body;
    json::writer w(body);
    w.begin_array();
    for (const dropdown_value& v : of->dropdowns) write_value(w, c, v);
    w.end_array();
    wire::answer_json(c.res, 200, std::move(body));
}

bool exists_anywhere(const context& c, const uuid& option) {
    return std::any_of(c.where->dropdowns.begin(), c.where->dropdowns.end(),
                       [&](const dropdown_definition& d) { return d.find(option) != nullptr; });
}

void choose(context& c) {
    if (!require_addons(c)) return;
    incident* of = c.find_case();
    if (!of) return wire::answer_detail(c.res, 404, "Case " + c.id("case_id").to_string() + " not found");
    const dropdown_definition* d = c.where->find_dropdown(c.id("definition_id"));
    if (!d) return answer_generic_error(c);
    dropdown_setting setting{d->id, std::nullopt};
    if (const json::value v = c.document().member("option_id"); given(v)) {
        setting.option = wire::uuid_value(v.text());
        if (!exists_anywhere(c, *setting.option)) return answer_generic_error(c);
        if (!d->find(*setting.option))
            return wire::answer_detail(c.res, 404, option_missing(*setting.option, d->id));
    }
    set_dropdown(c, *of, setting);
    std::string body;
    json::writer w(body);
    write_value(w, c, value_of(c.data, *of, d->id));
    wire::answer_json(c.res, 200, std::move(body));
}

const route rows[] = {
    of_workspace("GET", "/cases/{case_id!}/dropdowns", "case:read", list),
    of_workspace("PUT", "/cases/{case_id!}/dropdowns/{definition_id!}", "case:update", choose,
                 &dropdown_choice),
};

}  // namespace

std::string option_missing(const uuid& option, const uuid& definition) {
    return "Dropdown option " + option.to_string() + " not found for definition " + definition.to_string();
}

refusable read_dropdowns(workspace& w, json::value choices, std::vector<dropdown_setting>& out) {
    for (const auto item : choices.elements()) {
        const json::value id = item.val.member("definition_id");
        const json::value ref = item.val.member("definition_ref");
        const dropdown_definition* d =
            given(id) ? w.find_dropdown(wire::uuid_value(id.text())) : w.find_dropdown(ref.text());
        if (!d && given(id)) return refuse(kind::not_found, definition_missing(wire::uuid_value(id.text())));
        if (!d)
            return refuse(kind::not_found,
                          "Dropdown definition with ref '" + std::string(ref.text()) + "' not found");
        const auto again = [&](const dropdown_setting& s) { return s.definition == d->id; };
        if (std::any_of(out.begin(), out.end(), again))
            return refuse(kind::validation,
                          "Duplicate dropdown definition " + d->id.to_string() + " in request");
        dropdown_setting setting{d->id, std::nullopt};
        if (auto why = read_option(*d, item.val, setting)) return why;
        out.push_back(setting);
    }
    return std::nullopt;
}

void set_dropdown(context& c, incident& of, const dropdown_setting& setting) {
    const dropdown_definition& d = *c.where->find_dropdown(setting.definition);
    dropdown_value& v = value_of(c.data, of, d.id);
    boost::json::object data;
    data["definition_id"] = d.id.to_string();
    data["definition_ref"] = d.ref;
    data["definition_name"] = d.name;
    tell_option(data, v.option ? d.find(*v.option) : nullptr, "old_option_id", "old_option_label");
    tell_option(data, setting.option ? d.find(*setting.option) : nullptr, "new_option_id",
                "new_option_label");
    v.option = setting.option;
    c.data.record(of, "dropdown_value_changed", std::move(data), c.who.user_id());
}

void write_dropdowns(json::writer& w, sv key, const context& c, const incident& of) {
    w.key(key).begin_array();
    if (c.how.addons)
        for (const dropdown_value& v : of.dropdowns) write_value(w, c, v);
    w.end_array();
}

route_list dropdown_value_routes() { return rows; }

}  // namespace casebridge::sandbox::tracecat
