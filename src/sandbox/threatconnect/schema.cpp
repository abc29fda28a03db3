#include "sandbox/threatconnect/schema.hpp"

#include <algorithm>

namespace casebridge::sandbox::threatconnect {

namespace {

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr methods read_only{};
constexpr methods full{true, true, true, false};
constexpr methods full_bulk{true, true, true, true};

// Built on first use: the spans it is made of are initialised in other files.
const std::span<const object_def> objects() {
    using T = object_type;
    namespace t = tables;
    static const object_def rows[] = {
        {T::case_, "cases", "case", "Case", t::case_fields, t::case_keywords, full_bulk, true},
        {T::task, "tasks", "task", "Task", t::task_fields, t::task_keywords, full_bulk, true},
        {T::note, "notes", "note", "Note", t::note_fields, t::note_keywords, full_bulk, true},
        {T::artifact, "artifacts", "artifact", "Artifact", t::artifact_fields, t::artifact_keywords,
         full_bulk, true},
        {T::artifact_type, "artifactTypes", "artifact type", "ArtifactType", t::artifact_type_fields,
         t::artifact_type_keywords, read_only},
        {T::workflow_event, "workflowEvents", "workflow event", "WorkflowEvent", t::event_fields,
         t::event_keywords, full_bulk, true},
        {T::workflow_template, "workflowTemplates", "workflow template", "WorkflowTemplate",
         t::template_fields, t::template_keywords, full},
        {T::case_attribute, "caseAttributes", "attribute", "CaseAttribute", t::case_attribute_fields,
         t::case_attribute_keywords, full, true},
        {T::attribute_type, "attributeTypes", "attribute type", "AttributeType", t::attribute_type_fields,
         t::attribute_type_keywords, read_only, false, true},
        {T::tag, "tags", "tag", "Tag", t::tag_fields, t::tag_keywords, full},
        {T::security_label, "securityLabels", "security label", "SecurityLabel", t::label_fields,
         t::name_keywords, read_only},
        {T::user, "security/users", "user", "User", t::user_fields, t::user_keywords, read_only},
        {T::user_group, "security/userGroups", "user group", "UserGroup", t::group_fields, t::group_keywords,
         read_only},
        {T::owner, "security/owners", "owner", "Owner", t::owner_fields, t::owner_keywords, read_only, false,
         true},
        {T::owner_role, "security/ownerRoles", "owner role", "OwnerRole", t::owner_role_fields,
         t::name_keywords, read_only},
        {T::system_role, "security/systemRoles", "system role", "SystemRole", t::system_role_fields,
         t::name_keywords, read_only},
        {T::group, "groups", "group", "Group", t::intel_fields, t::intel_keywords, read_only},
        {T::indicator, "indicators", "indicator", "Indicator", t::intel_fields, t::intel_keywords, read_only},
    };
    return rows;
}

}  // namespace

std::span<const object_def> all_objects() noexcept { return objects(); }

const object_def& definition(object_type t) noexcept { return objects()[static_cast<std::size_t>(t)]; }

const object_def* object_at(std::string_view path) noexcept {
    for (const auto& o : objects())
        if (o.path == path) return &o;
    return nullptr;
}

const field_def* field_named(const object_def& o, std::string_view name) noexcept {
    for (const auto& f : o.fields)
        if (f.name == name) return &f;
    return nullptr;
}

const keyword_def* keyword_named(const object_def& o, std::string_view name) noexcept {
    for (const auto& k : o.keywords)
        if (equal_folded(k.keyword, name)) return &k;
    return nullptr;
}

bool equal_folded(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::string folded(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

std::size_t characters(std::string_view utf8) noexcept {
    return static_cast<std::size_t>(std::count_if(
        utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace casebridge::sandbox::threatconnect
