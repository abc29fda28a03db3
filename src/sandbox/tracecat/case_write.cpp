#include "sandbox/tracecat/case_write.hpp"

#include "platform/tracecat/wire/text.hpp"
#include "sandbox/tracecat/jsonb.hpp"

#include <algorithm>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;
using kind = refusal_of_write::kind;

std::size_t index_of(wire::words all, sv word) {
    return static_cast<std::size_t>(std::find(all.begin(), all.end(), word) - all.begin());
}

// What a body says, resolved; nothing of it is done yet.
struct plan {
    std::vector<field_setting> fields;
    std::vector<dropdown_setting> dropdowns;
    std::optional<std::optional<uuid>> assignee;
    std::optional<std::optional<jsonb>> payload;
};

refusal_of_write database() { return {kind::database, "Database operation failed"}; }

refusable make_plan(context& c, json::value doc, plan& out) {
    if (given(doc.member("fields")))
        if (auto bad = read_fields(*c.where, doc.member("fields"), out.fields)) return bad;
    if (given(doc.member("dropdown_values")))
        if (auto bad = read_dropdowns(*c.where, doc.member("dropdown_values"), out.dropdowns)) return bad;
    if (const json::value v = doc.member("assignee_id"); v.exists()) {
        out.assignee.emplace();
        if (!v.is_null()) *out.assignee = wire::uuid_value(v.text());
        if (*out.assignee && !c.data.find_user(**out.assignee)) return database();
    }
    if (const json::value v = doc.member("payload"); v.exists()) {
        out.payload.emplace();
        if (!v.is_null()) *out.payload = to_jsonb(v);
        if (*out.payload && (**out.payload).unstorable) return database();
    }
    return std::nullopt;
}

void set_payload(incident& of, std::optional<jsonb> payload) {
    of.payload_depth = payload ? payload->depth : 0;
    of.payload_unreadable = payload && payload->unreadable;
    of.payload = payload ? std::optional(std::move(payload->text)) : std::nullopt;
}

// As Python's truth of a value that a closure requires: false and 0 count.
bool is_blank(json::value v) {
    if (!given(v)) return true;
    if (v.is_string()) return wire::trim(v.text()).empty();
    return (v.is_array() || v.is_object()) && v.size() == 0;
}

bool has_option(const incident& of, const dropdown_definition& d, const plan& p) {
    bool has = std::any_of(of.dropdowns.begin(), of.dropdowns.end(),
                           [&](const dropdown_value& v) { return v.definition == d.id && v.option; });
    for (const dropdown_setting& s : p.dropdowns)
        if (s.definition == d.id) has = s.option.has_value();
    return has;
}

// Fields by id, dropdowns by name, as JSON inside of the text.
std::string missing_requirements(const workspace& w, const incident& of, json::value doc, const plan& p) {
    std::string fields, dropdowns;
    const auto add = [](std::string& list, sv text) {
        if (!list.empty()) list += ",";
        json::append_string(list, text);
    };
    for (const field_definition& f : w.fields) {
        if (!f.required_on_closure) continue;
        const json::value sent = doc.member("fields").member(f.id);
        const auto stored = of.fields.find(f.id);
        if (sent.exists() ? is_blank(sent)
                          : is_blank_field(stored == of.fields.end() ? nullptr : &stored->second))
            add(fields, f.id);
    }
    for (const dropdown_definition& d : w.dropdowns)
        if (d.required_on_closure && !has_option(of, d, p)) add(dropdowns, d.name);
    if (fields.empty() && dropdowns.empty()) return {};
    return R"({"code":"closure_requirements_not_met","missing_fields":[)" + fields +
           R"(],"missing_dropdowns":[)" + dropdowns + "]}";
}

refusable check_closure(context& c, const incident& of, json::value doc, const plan& p) {
    const json::value status = doc.member("status");
    if (!c.how.addons || !given(status) || wire::statuses[of.status] == status.text()) return std::nullopt;
    if (status.text() != "closed" && status.text() != "resolved") return std::nullopt;
    std::string missing = missing_requirements(*c.where, of, doc, p);
    if (missing.empty()) return std::nullopt;
    return refusal_of_write{kind::validation, std::move(missing)};
}

sv status_event(sv before, sv after) {
    if (after == "closed") return "case_closed";
    return before == "closed" ? "case_reopened" : "status_changed";
}

// One of the three enums; equal values are no change.
bool change_word(context& c, incident& of, json::value v, wire::words all, std::size_t incident::* member,
                 sv name) {
    if (!given(v)) return false;
    const std::size_t after = index_of(all, v.text()), before = of.*member;
    if (after == before) return false;
    of.*member = after;
    const std::string type = name == "status" ? std::string(status_event(all[before], all[after]))
                                              : std::string(name) + "_changed";
    c.data.record(of, type, {{"old", all[before]}, {"new", all[after]}}, c.who.user_id());
    return true;
}

bool change_assignee(context& c, incident& of, const plan& p) {
    if (!p.assignee || *p.assignee == of.assignee) return false;
    const auto text = [](const std::optional<uuid>& id) {
        return id ? boost::json::value(id->to_string()) : boost::json::value();
    };
    boost::json::object data{{"old", text(of.assignee)}, {"new", text(*p.assignee)}};
    of.assignee = *p.assignee;
    c.data.record(of, "assignee_changed", std::move(data), c.who.user_id());
    return true;
}

bool change_texts(context& c, incident& of, json::value doc) {
    bool changed = false;
    if (const json::value v = doc.member("summary"); given(v) && of.summary != v.text()) {
        const std::string before = std::exchange(of.summary, std::string(v.text()));
        c.data.record(of, "case_updated", {{"field", "summary"}, {"old", before}, {"new", of.summary}},
                      c.who.user_id());
        changed = true;
    }
    if (const json::value v = doc.member("description"); given(v) && of.description != v.text()) {
        of.description = v.text();       // without an event
        changed = true;
    }
    return changed;
}

bool change_payload(context& c, incident& of, plan& p) {
    if (!p.payload) return false;
    const bool same = p.payload->has_value() == of.payload.has_value() &&
                      (!of.payload || (**p.payload).text == *of.payload);
    if (same) return false;
    set_payload(of, std::move(*p.payload));
    c.data.record(of, "payload_changed", {}, c.who.user_id());
    return true;
}

// Everything but dropdowns; true if a column of the case's own row changed, which moves updated_at.
bool apply(context& c, incident& of, json::value doc, plan& p) {
    bool changed = change_word(c, of, doc.member("status"), wire::statuses, &incident::status, "status");
    changed |= change_word(c, of, doc.member("priority"), wire::priorities, &incident::priority, "priority");
    changed |= change_word(c, of, doc.member("severity"), wire::severities, &incident::severity, "severity");
    if (!p.fields.empty()) {
        boost::json::array changes = set_fields(of, *c.where, p.fields);
        if (!changes.empty())
            c.data.record(of, "fields_changed", {{"changes", std::move(changes)}}, c.who.user_id());
    }
    changed |= change_assignee(c, of, p);
    changed |= change_texts(c, of, doc);
    changed |= change_payload(c, of, p);
    return changed;
}

}  // namespace

bool names_dropdowns(json::value doc) noexcept { return given(doc.member("dropdown_values")); }

refusable create_case(context& c, json::value doc, bool blemished) {
    plan p;
    if (auto bad = make_plan(c, doc, p)) return bad;
    if (blemished) return database();
    incident fresh;
    fresh.summary = doc.member("summary").text();
    fresh.description = doc.member("description").text();
    fresh.status = index_of(wire::statuses, doc.member("status").text());
    fresh.priority = index_of(wire::priorities, doc.member("priority").text());
    fresh.severity = index_of(wire::severities, doc.member("severity").text());
    if (p.assignee) fresh.assignee = *p.assignee;
    if (p.payload) set_payload(fresh, std::move(*p.payload));
    set_default_fields(fresh, *c.where);
    set_fields(fresh, *c.where, p.fields);
    incident& added = c.data.add_case(*c.where, std::move(fresh));
    c.data.record(added, "case_created", {}, c.who.user_id());
    for (const dropdown_setting& s : p.dropdowns) set_dropdown(c, added, s);
    return std::nullopt;
}

refusable update_case(context& c, incident& of, json::value update, bool blemished) {
    plan p;
    const refusable bad = make_plan(c, update, p);
    if (auto missing = check_closure(c, of, update, p)) return missing;
    if (bad) return bad;
    // Both are columns that take no null, which only the database notices.
    if (update.member("summary").is_null() || update.member("description").is_null() || blemished)
        return database();
    bool changed = false;
    c.data.change(*c.where, of, [&](incident& edited) { changed = apply(c, edited, update, p); }, false);
    for (const dropdown_setting& s : p.dropdowns) set_dropdown(c, of, s);
    if (changed) c.data.change(*c.where, of, [](incident&) {}, true);
    return std::nullopt;
}

}  // namespace casebridge::sandbox::tracecat
