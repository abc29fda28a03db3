// How long a case took from one event to another, an add-on (Tracecat fact sheet §3.10). A real server
// measures in the background, within half a second; here whoever asks finds everything measured.
#include "sandbox/tracecat/durations.hpp"
#include "platform/tracecat/wire/datetime_text.hpp"
#include "sandbox/tracecat/child_models.hpp"
#include "sandbox/tracecat/interval.hpp"
#include "sandbox/tracecat/parts.hpp"

#include <algorithm>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

sv text_in(const boost::json::object& data, sv name) {
    const auto* v = data.if_contains(name);
    return v && v->is_string() ? sv(v->as_string()) : sv();
}

bool is_among(const std::vector<std::string>& all, sv one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

bool changes_a_field(const boost::json::object& data, const std::vector<std::string>& fields) {
    const auto* changes = data.if_contains("changes");
    if (!changes) return false;
    return std::any_of(changes->as_array().begin(), changes->as_array().end(), [&](const auto& change) {
        return is_among(fields, text_in(change.as_object(), "field"));
    });
}

bool fits(const duration_anchor& a, const event& e) {
    if (a.event_type != e.type) return false;
    if (!a.new_values.empty() && !is_among(a.new_values, text_in(e.data, "new"))) return false;
    if (!a.tag_refs.empty() && !is_among(a.tag_refs, text_in(e.data, "tag_ref"))) return false;
    if (!a.field_ids.empty() && !changes_a_field(e.data, a.field_ids)) return false;
    if (!a.dropdown_definition) return true;
    if (text_in(e.data, "definition_id") != a.dropdown_definition->to_string()) return false;
    const auto option = uuid::parse(text_in(e.data, "new_option_id"));
    return option && std::find(a.dropdown_options.begin(), a.dropdown_options.end(), *option) !=
                         a.dropdown_options.end();
}

const event* select(const duration_anchor& a, const std::vector<event>& events, instant from) {
    const event* found = nullptr;
    for (const event& e : events) {
        if (e.at < from || !fits(a, e)) continue;
        if (!found || a.last) found = &e;
    }
    return found;
}

void measure(store& data, const duration_definition& d, incident& of) {
    const event* start = select(d.start, of.events, instant{});
    if (!start) return;
    const event* end = select(d.end, of.events, start->at);
    auto at = std::find_if(of.durations.begin(), of.durations.end(),
                           [&](const duration& one) { return one.definition == d.id; });
    if (at == of.durations.end()) {
        at = of.durations.insert(at, duration{});
        at->id = data.new_id();
        at->definition = d.id;
    }
    at->start_event = start->id;
    at->started_at = start->at;
    if (!end) return;
    at->end_event = end->id;
    at->ended_at = end->at;
    at->length = end->at.micros - start->at.micros;
}

void catch_up(store& data, const workspace& w, incident& of) {
    if (of.measured == of.events.size()) return;
    for (const duration_definition& d : w.duration_definitions)
        if (of.events.back().at >= d.created_at) measure(data, d, of);
    of.measured = of.events.size();
}

std::string document(const incident& of, const duration& d) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("definition_id", d.definition.to_string());
    write_id(w, "start_event_id", d.start_event);
    write_id(w, "end_event_id", d.end_event);
    write_time(w, "started_at", d.started_at);
    write_time(w, "ended_at", d.ended_at);
    write_text(w, "duration", d.length ? std::optional(interval_text(*d.length)) : std::nullopt);
    w.member("id", d.id.to_string()).member("case_id", of.id.to_string()).end_object();
    return out;
}

// The case of the path with its durations measured; nothing with the 403 or 404 as the answer.
incident* measured_case(context& c) {
    if (!require_addons(c)) return nullptr;
    incident* of = c.find_case();
    if (!of)
        wire::answer_detail(c.res, 404,
                            "Case " + c.id("case_id").to_string() + " not found in this workspace");
    else
        catch_up(c.data, *c.where, *of);
    return of;
}

duration* named(context& c, incident& of) {
    for (duration& d : of.durations)
        if (d.id == c.id("duration_id")) return &d;
    wire::answer_detail(c.res, 404,
                        "Case duration " + c.id("duration_id").to_string() + " not found for this case");
    return nullptr;
}

// What the body has, over what was there; the length is not computed again.
void apply(json::value body, duration& to) {
    const auto event_id = [&](sv name, std::optional<uuid>& id) {
        const json::value v = body.member(name);
        if (v.exists()) id = given(v) ? std::optional(wire::uuid_value(v.text())) : std::nullopt;
    };
    const auto time = [&](sv name, std::optional<instant>& t) {
        const json::value v = body.member(name);
        if (v.exists()) t = given(v) ? std::optional(wire::read_datetime(v.text()).value) : std::nullopt;
    };
    event_id("start_event_id", to.start_event);
    event_id("end_event_id", to.end_event);
    time("started_at", to.started_at);
    time("ended_at", to.ended_at);
    const json::value length = body.member("duration");
    if (!length.exists()) return;
    std::int64_t seconds = 0;
    to.length = length.to_int64(seconds) ? std::optional(seconds * 1'000'000) : read_interval(length.text());
}

void list(context& c) {
    const incident* of = measured_case(c);
    if (!of) return;
    std::string body;
    json::writer w(body);
    w.begin_array();
    for (const duration& d : of->durations) w.raw(document(*of, d));
    w.end_array();
    wire::answer_json(c.res, 200, std::move(body));
}

void get(context& c) {
    incident* of = measured_case(c);
    const duration* d = of ? named(c, *of) : nullptr;
    if (d) wire::answer_json(c.res, 200, document(*of, *d));
}

void create(context& c) {
    incident* of = measured_case(c);
    if (!of) return;
    duration d;
    d.id = c.data.new_id();
    d.definition = wire::uuid_value(c.document().member("definition_id").text());
    const auto& known = c.where->duration_definitions;
    if (std::none_of(known.begin(), known.end(), [&](const auto& one) { return one.id == d.definition; }))
        return wire::answer_detail(c.res, 404, duration_definition_missing(d.definition));
    if (std::any_of(of->durations.begin(), of->durations.end(),
                    [&](const duration& one) { return one.definition == d.definition; }))
        return wire::answer_detail(c.res, 400, "A duration for this definition already exists on the case");
    apply(c.document(), d);
    wire::answer_json(c.res, 201, document(*of, of->durations.emplace_back(d)));
}

void edit(context& c) {
    incident* of = measured_case(c);
    duration* d = of ? named(c, *of) : nullptr;
    if (!d) return;
    apply(c.document(), *d);
    wire::answer_json(c.res, 200, document(*of, *d));
}

void remove(context& c) {
    incident* of = measured_case(c);
    const duration* d = of ? named(c, *of) : nullptr;
    if (!d) return;
    of->durations.erase(of->durations.begin() + (d - of->durations.data()));
    wire::answer_nothing(c.res);
}

constexpr sv all = "/cases/{case_id}/durations";
constexpr sv one = "/cases/{case_id}/durations/{duration_id}";
const route rows[] = {
    of_workspace("GET", all, "case:read", list),
    of_workspace("POST", all, "case:create", create, &case_duration_create),
    of_workspace("GET", one, "case:read", get),
    of_workspace("PATCH", one, "case:update", edit, &case_duration_update),
    of_workspace("DELETE", one, "case:delete", remove),
};

}  // namespace

void write_durations(json::writer& w, sv key, context& c, const incident& of) {
    incident* found = c.how.addons ? c.where->find_case(of.id) : nullptr;
    if (found) catch_up(c.data, *c.where, *found);
    w.key(key);
    if (!found || found->durations.empty()) {
        w.null();
        return;
    }
    w.begin_array();
    for (const duration& d : found->durations) w.raw(document(of, d));
    w.end_array();
}

route_list duration_routes() {
    static const std::vector<route> joined = [] {
        const route_list definitions = duration_definition_routes();
        std::vector<route> out(definitions.begin(), definitions.end());
        out.insert(out.end(), std::begin(rows), std::end(rows));
        return out;
    }();
    return joined;
}

}  // namespace casebridge::sandbox::tracecat
