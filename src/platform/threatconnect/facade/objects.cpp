#include "platform/threatconnect/facade/objects.hpp"

#include <algorithm>

namespace casebridge::platform::threatconnect {
namespace {

using k = record_kind;
using sv = std::string_view;
using words = std::span<const query::keyword>;

constexpr std::size_t small = 1024 * 1024, large = 32 * 1024 * 1024;
constexpr writes read_only{};
constexpr writes all_of_case{true, true, true, true, true}, all_of_tag{true, true, true, false, true},
    all_of_attribute{true, true, true}, all_of_child{true, true, true, true},
    all_of_template{true, true, true};

object_model served(sv path, sv entity, sv type, k kind, std::span<const field> fields, words w,
                    writes allowed = read_only, std::size_t body = small) {
    return {path, entity, type, kind, fields, {path, w}, allowed, body};
}
// The bridge has no counterpart: a list of these is empty (clients check their connection with it and walk
// what hangs on a case), and nothing can be written.
object_model empty(sv path, sv entity, sv type, std::span<const field> fields, words w, sv missing) {
    object_model m{path, entity, type, std::nullopt, fields, {path, w}, read_only, small};
    m.missing = missing;
    return m;
}
object_model with_external_ids(object_model m) {
    m.external_ids = true;
    return m;
}
// In lists of other objects: what an id stands for, and what may stand for the id.
object_model in_lists(object_model m, entry listed, sv called_by = {}) {
    m.listed = listed;
    m.called_by = called_by;
    return m;
}
object_model never_made_inside(object_model m) {
    m.made_inside = false;
    return m;
}
object_model or_called(sv name, object_model m) {
    m.or_called_by = name;
    return m;
}
object_model removed_with(sv reason, object_model m) {
    m.reason = reason;
    return m;
}
object_model part(sv path, sv entity, sv type, std::span<const field> fields) {
    return {path, entity, type, std::nullopt, fields, {path, {}}, read_only, small};
}

object_model intelligence(sv path, sv entity, sv type) {
    constexpr sv none = "there is no threat intelligence behind this server";
    return never_made_inside(
        in_lists(empty(path, entity, type, tables::intel, tables::intel_words, none), entry::referred));
}

// A function's own, since the tables that the rows point to are constants of other files.
struct all_objects {
    object_model rows[19] = {
        in_lists(with_external_ids(served("cases", "case", "Case", k::case_, tables::cases,
                                          tables::case_words, all_of_case, large)),
                 entry::referred),
        or_called("techniqueId",
                  in_lists(served("tags", "tag", "Tag", k::tag, tables::tags, tables::tag_words, all_of_tag),
                           entry::changed, "name")),
        in_lists(served("caseAttributes", "attribute", "CaseAttribute", k::attribute, tables::case_attributes,
                        tables::attribute_words, all_of_attribute, large),
                 entry::changed),
        served("attributeTypes", "attribute type", "AttributeType", k::attribute_type,
               tables::attribute_types, tables::attribute_type_words),
        served("artifactTypes", "artifact type", "ArtifactType", k::artifact_type, tables::artifact_types,
               tables::artifact_type_words),
        served("security/users", "user", "User", k::user, tables::users, tables::user_words),
        served("security/userGroups", "user group", "UserGroup", k::group, tables::groups,
               tables::group_words),
        served("security/owners", "owner", "Owner", k::owner, tables::owners, tables::owner_words),
        served("security/ownerRoles", "owner role", "OwnerRole", k::owner_role, tables::owner_roles,
               tables::role_words),
        served("security/systemRoles", "system role", "SystemRole", k::system_role, tables::system_roles,
               tables::role_words),
        served("notes", "note", "Note", k::note, tables::notes, tables::note_words, all_of_child),
        with_external_ids(
            served("tasks", "task", "Task", k::task, tables::tasks, tables::task_words, all_of_child, large)),
        served("artifacts", "artifact", "Artifact", k::artifact, tables::artifacts, tables::artifact_words,
               all_of_child, large),
        removed_with("deletedReason", served("workflowEvents", "workflow event", "WorkflowEvent", k::event,
                                             tables::events, tables::event_words, all_of_child, large)),
        never_made_inside(
            in_lists(served("workflowTemplates", "workflow template", "WorkflowTemplate", k::template_,
                            tables::templates, tables::template_words, all_of_template),
                     entry::referred, "name")),
        empty("securityLabels", "security label", "SecurityLabel", tables::labels, tables::role_words,
              "there is no place for security labels on this server"),
        intelligence("groups", "group", "Group"),
        intelligence("indicators", "indicator", "Indicator"),
        intelligence("victims", "victim", "Victim"),
    };
    // What only ever stands inside others.
    object_model parts[2] = {
        never_made_inside(
            in_lists(part("user", "user", "User", tables::part_user), entry::referred, "userName")),
        part("group", "user group", "UserGroup", tables::part_group),
    };
};

const all_objects& model() {
    static const all_objects it;
    return it;
}

}  // namespace

const field* object_model::find(sv name) const noexcept {
    const auto at =
        std::find_if(fields.begin(), fields.end(), [&](const field& f) { return f.name == name; });
    return at == fields.end() ? nullptr : &*at;
}

std::span<const object_model> objects() noexcept { return model().rows; }

const object_model* find_object(sv path) noexcept {
    for (const object_model& m : model().rows)
        if (m.path == path) return &m;
    for (const object_model& m : model().parts)
        if (m.path == path) return &m;
    return nullptr;
}

const query::vocabulary* find_vocabulary(sv object) noexcept {
    const object_model* m = find_object(object);
    return m && !m->words.keywords.empty() ? &m->words : nullptr;
}

}  // namespace casebridge::platform::threatconnect
