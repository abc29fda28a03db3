#include "sandbox/tracecat/event.hpp"

#include "json/writer.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace casebridge::sandbox::tracecat {
namespace {

constexpr std::string_view types[] = {
    "case_created",
    "case_updated",
    "case_closed",
    "case_reopened",
    "case_viewed",
    "priority_changed",
    "severity_changed",
    "status_changed",
    "fields_changed",
    "assignee_changed",
    "attachment_created",
    "attachment_deleted",
    "tag_added",
    "tag_removed",
    "payload_changed",
    "task_created",
    "task_deleted",
    "task_status_changed",
    "task_priority_changed",
    "task_workflow_changed",
    "task_assignee_changed",
    "dropdown_value_changed",
    "table_row_linked",
    "table_row_unlinked",
    "comment_created",
    "comment_updated",
    "comment_deleted",
    "comment_reply_created",
    "comment_reply_updated",
    "comment_reply_deleted",
};

// Members that a base class of the model has, and which are told before the type.
constexpr std::string_view before_type[] = {"comment_id", "parent_id", "thread_root_id"};

void append_member(std::string& out, std::string_view name, std::string_view json) {
    if (out.back() != '{') out += ',';
    json::append_string(out, name);
    out += ':';
    out += json;
}

// The changes of fields are models too, whose nulls are left out; their values are not.
std::string change_list(const boost::json::value& changes) {
    std::string out = "[";
    for (const auto& change : changes.as_array()) {
        if (out.size() > 1) out += ',';
        out += '{';
        for (const auto& [name, value] : change.as_object())
            if (!value.is_null()) append_member(out, name, boost::json::serialize(value));
        out += '}';
    }
    return out + ']';
}

bool is_early(std::string_view name) noexcept {
    return std::find(std::begin(before_type), std::end(before_type), name) != std::end(before_type);
}

}  // namespace

std::span<const std::string_view> event_types() noexcept { return types; }

void append_event(std::string& out, const event& e) {
    std::string text = "{";
    for (const auto& [name, value] : e.data) {
        if (value.is_null() || !is_early(name)) continue;
        append_member(text, name, boost::json::serialize(value));
    }
    append_member(text, "type", '"' + std::string(e.type) + '"');
    for (const auto& [name, value] : e.data) {
        if (value.is_null() || is_early(name)) continue;
        append_member(text, name, name == "changes" ? change_list(value) : boost::json::serialize(value));
    }
    if (e.user) append_member(text, "user_id", '"' + e.user->to_string() + '"');
    std::string time = "\"";
    append_micros(time, e.at);
    append_member(text, "created_at", time + '"');
    out += text;
    out += '}';
}

void collect_people(const event& e, std::vector<uuid>& into) {
    const auto add = [&](const uuid& id) {
        if (std::find(into.begin(), into.end(), id) == into.end()) into.push_back(id);
    };
    if (e.user) add(*e.user);
    if (!e.type.ends_with("assignee_changed")) return;
    for (const std::string_view name : {"old", "new"}) {
        const auto* value = e.data.if_contains(name);
        const auto id =
            value && value->is_string() ? uuid::parse(std::string_view(value->as_string())) : std::nullopt;
        if (id) add(*id);
    }
}

}  // namespace casebridge::sandbox::tracecat
