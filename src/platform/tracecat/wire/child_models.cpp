#include "platform/tracecat/wire/child_models.hpp"

#include "platform/tracecat/wire/unicode.hpp"
#include "platform/tracecat/wire/uuid_text.hpp"
#include "platform/tracecat/wire/validate.hpp"

#include <algorithm>

namespace casebridge::platform::tracecat {
namespace {

using sv = std::string_view;

constexpr sv priority_words[] = {"unknown", "low", "medium", "high", "critical", "other"};

void not_blank(json::value v, const location& loc, problems& out) {
    if (python_strip(v.text()).empty()) refuse_value("Comment content cannot be blank", v, loc, out);
}

// Pydantic names its validators in these places.
constexpr sv union_name =
    "json-or-python[json=function-plain[new()],python=union[is-instance[WorkflowUUID],function-plain[new()]]"
    "]";

void check_workflow(json::value v, const location& loc, problems& out) {
    if (v.is_string() && is_workflow_id(v.text())) return;
    const location tagged = deeper(loc, union_name);
    out.add("is_instance_of", deeper(tagged, sv("is-instance[WorkflowUUID]")),
            "Input should be an instance of WorkflowUUID", echo(v), context_text("class", "WorkflowUUID"));
    refuse_value("badly formed hexadecimal UUID string", v, deeper(tagged, sv("function-plain[new()]")), out);
    for (const sv pattern : {"wf_[0-9a-zA-Z]+", "wf-[0-9a-f]{32}"}) {
        const location at = deeper(loc, sv("constrained-str"));
        if (v.is_string())
            out.add("string_pattern_mismatch", at,
                    "String should match pattern '" + std::string(pattern) + "'", echo(v),
                    context_text("pattern", pattern));
        else
            out.add("string_type", at, "Input should be a valid string", echo(v));
    }
}

// name, shape, required, nullable, words, least, most, of, check
constexpr member comment_create_members[] = {
    {"content", shape::text, true, false, {}, 1, 25000, nullptr, not_blank},
    {"parent_id", shape::identifier, false, true},
    {"workflow_id", shape::custom, false, true, {}, 0, 0, nullptr, check_workflow},
};
constexpr member comment_update_members[] = {
    {"content", shape::text, false, true, {}, 1, 25000, nullptr, not_blank},
    {"parent_id", shape::identifier, false, true},
};
constexpr member task_create_members[] = {
    {"title", shape::text, true, false, {}, 1, 255},
    {"description", shape::text, false, true, {}, 0, 1000},
    {"priority", shape::enumeration, false, false, priority_words},
    {"status", shape::enumeration, false, false, task_statuses},
    {"assignee_id", shape::identifier, false, true},
    {"workflow_id", shape::custom, false, true, {}, 0, 0, nullptr, check_workflow},
    {"default_trigger_values", shape::object, false, true},
};
constexpr member task_update_members[] = {
    {"title", shape::text, false, true, {}, 1, 255},
    {"description", shape::text, false, true, {}, 0, 1000},
    {"priority", shape::enumeration, false, true, priority_words},
    {"status", shape::enumeration, false, true, task_statuses},
    {"assignee_id", shape::identifier, false, true},
    {"workflow_id", shape::custom, false, true, {}, 0, 0, nullptr, check_workflow},
    {"default_trigger_values", shape::object, false, true},
};

}  // namespace

const model comment_create = comment_create_members;
const model comment_update = comment_update_members;
const model task_create = task_create_members;
const model task_update = task_update_members;

bool is_workflow_id(sv text) noexcept {
    const auto all = [](sv rest, auto fits) {
        return !rest.empty() && std::all_of(rest.begin(), rest.end(), fits);
    };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto word = [&](char c) { return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto hex = [&](char c) { return digit(c) || (c >= 'a' && c <= 'f'); };
    if (text.starts_with("wf_")) return all(text.substr(3), word);
    if (text.starts_with("wf-")) return text.size() == 35 && all(text.substr(3), hex);
    return !uuid_complaint(text).has_value();
}

}  // namespace casebridge::platform::tracecat
