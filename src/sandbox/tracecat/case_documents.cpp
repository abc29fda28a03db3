#include "sandbox/tracecat/case_documents.hpp"

#include <algorithm>

namespace casebridge::sandbox::tracecat {
namespace {

constexpr std::size_t deepest_answer = 255;      // what orjson writes

void write_head(json::writer& w, const incident& of) {
    w.begin_object().member("id", of.id.to_string()).member("short_id", short_id(of.number));
    write_time(w, "created_at", of.created_at);
    write_time(w, "updated_at", of.updated_at);
    w.member("summary", of.summary).member("status", wire::statuses[of.status]);
    w.member("priority", wire::priorities[of.priority]).member("severity", wire::severities[of.severity]);
}

void write_payload(json::writer& w, const std::optional<std::string>& payload) {
    w.key("payload");
    if (payload)
        w.raw(*payload);
    else
        w.null();
}

// Only values that are not null; null altogether if no field that exists was asked for.
void write_field_values(json::writer& w, const workspace& where, const incident& of,
                        const list_options& options) {
    std::string values;
    json::writer inner(values);
    bool known = false;
    inner.begin_object();
    for (const std::string& id : options.field_ids) {
        if (std::none_of(where.fields.begin(), where.fields.end(),
                         [&](const field_definition& f) { return f.id == id; }))
            continue;
        known = true;
        const auto value = of.fields.find(id);
        if (value != of.fields.end()) inner.key(id).raw(value->second);
    }
    inner.end_object();
    w.key("field_values");
    if (known)
        w.raw(values);
    else
        w.null();
}

}  // namespace

bool is_unreadable(const incident& of, std::size_t levels_above) noexcept {
    return of.payload && (of.payload_unreadable || of.payload_depth + levels_above > deepest_answer);
}

void write_list_item(json::writer& w, context& c, const incident& of, const list_options& options) {
    write_head(w, of);
    write_user(w, "assignee", c.data, of.assignee);
    write_tags(w, "tags", *c.where, of);
    write_dropdowns(w, "dropdown_values", c, of);
    if (options.rows)
        write_linked_rows(w, "rows", c, of);
    else
        w.key("rows").begin_array().end_array();
    if (options.durations)
        write_durations(w, "durations", c, of);
    else
        w.key("durations").null();
    write_field_values(w, *c.where, of, options);
    write_payload(w, options.payload ? of.payload : std::nullopt);
    w.member("num_tasks_completed", static_cast<std::int64_t>(of.tasks_completed()));
    w.member("num_tasks_total", static_cast<std::int64_t>(of.tasks.size())).end_object();
}

std::string case_document(context& c, const incident& of, bool rows) {
    std::string out;
    json::writer w(out);
    write_head(w, of);
    w.member("description", of.description);
    write_fields(w, c, of);
    write_user(w, "assignee", c.data, of.assignee);
    write_payload(w, of.payload);
    write_tags(w, "tags", *c.where, of);
    write_dropdowns(w, "dropdown_values", c, of);
    if (rows)
        write_linked_rows(w, "rows", c, of);
    else
        w.key("rows").begin_array().end_array();
    w.end_object();
    return out;
}

}  // namespace casebridge::sandbox::tracecat
