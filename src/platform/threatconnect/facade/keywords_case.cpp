// Words of queries about cases and what hangs on them: ThreatConnect fact sheet §5.1. Paths lead into the
// documents that the bridge hands over, which may hold more than clients are shown. What no document here ever has
// (artifacts that a workflow misses, automation, deletion) reads as a server's that has none.
#include "platform/threatconnect/facade/keyword_rows.hpp"
#include "platform/threatconnect/facade/objects.hpp"

namespace casebridge::platform::threatconnect::tables {
namespace {

using t = query::value_type;

constexpr query::keyword cases_[] = {
    word("assignedToUserOrGroup", t::text, "assignee.type").folded("Enum").otherwise("None"),
    word("assigneeName", t::text, "assignee.data.userName").or_at("assignee.data.name").as("Assignee"),
    word("attackTag", t::text, "tags.data.techniqueId").several(),
    word("calScore", t::integer),
    word("caseCloseDate", t::time, "caseCloseTime"),
    word("caseCloseTime", t::time, "caseCloseTime"),
    word("caseCloseUser", t::text, "caseCloseUser.userName").as("User"),
    word("caseDetectionTime", t::time, "caseDetectionTime"),
    word("caseDetectionUser", t::text, "caseDetectionUser.userName").as("User"),
    word("caseOccurrenceTime", t::time, "caseOccurrenceTime"),
    word("caseOccurrenceUser", t::text, "caseOccurrenceUser.userName").as("User"),
    word("caseOpenDate", t::time, "caseOpenTime"),
    word("caseOpenTime", t::time, "caseOpenTime"),
    word("caseOpenUser", t::text, "caseOpenUser.userName").as("User"),
    word("createdBy", t::text, "createdBy.userName").as("User"),
    word("createdById", t::integer, "createdBy.id"),
    word("dateAdded", t::time, "dateAdded"),
    word("description", t::text, "description"),
    word("detectionDue", t::time, "detectionDue"),
    word("detectionOverdue", t::boolean, "detectionOverdue"),
    related("hasAllTags", "tags.data", "tags").for_each(),
    related("hasArtifact", "artifacts.data", "artifacts"),
    related("hasCase", "associatedCases.data", "cases"),
    related("hasGroup", "associatedGroups.data", "groups"),
    related("hasIndicator", "associatedIndicators.data", "indicators"),
    related("hasNote", "notes.data", "notes"),
    related("hasTag", "tags.data", "tags"),
    related("hasTask", "tasks.data", "tasks"),
    word("hasWorkflowTemplate", t::integer, "workflowTemplate.id"),
    word("id", t::integer, "id"),
    word("idAsString", t::text, "id"),
    word("lastUpdated", t::time, "lastUpdated"),
    word("missingArtifactCount", t::integer).otherwise("0"),
    word("name", t::text, "name"),
    word("owner", t::integer, "ownerId"),
    word("ownerName", t::text, "owner"),
    word("resolution", t::text, "resolution").folded("Enum"),
    word("responseDue", t::time, "responseDue"),
    word("responseOverdue", t::boolean, "responseOverdue"),
    word("severity", t::text, "severity").folded("Enum"),
    word("status", t::text, "status").folded("Enum"),
    word("tag", t::text, "tags.data.name").several(),
    word("targetId", t::integer, "assignee.data.id"),
    word("targetType", t::text, "assignee.type").folded("Enum"),
    word("threatAssessScore", t::integer),
    word("timeToDetect", t::integer, "timeToDetect"),
    word("timeToRespond", t::integer, "timeToRespond"),
    word("typeName", t::text, "name"),
    word("xid", t::text, "xid"),
};

constexpr query::keyword attributes_[] = {
    word("caseId", t::integer, "caseId"),
    word("dateAdded", t::time, "dateAdded"),
    word("dateVal", t::time, "value"),
    word("default", t::boolean, "default"),
    word("displayed", t::boolean),
    related("hasCase", "parentCase", "cases"),
    word("id", t::integer, "id"),
    word("intVal", t::integer, "value"),
    word("lastModified", t::time, "lastModified"),
    word("maxSize", t::integer, "maxSize"),
    word("owner", t::integer, "ownerId"),
    word("ownerName", t::text, "owner"),
    word("pinned", t::boolean, "pinned"),
    word("shortText", t::text, "value"),
    word("source", t::text, "source"),
    word("text", t::text, "value"),
    word("type", t::integer, "typeId"),
    word("typeName", t::text, "type"),
    word("user", t::text, "createdBy.userName").as("User"),
};

constexpr query::keyword tasks_[] = {
    word("assignedToUserOrGroup", t::text, "assignee.type").folded("Enum").otherwise("None"),
    word("assigneeName", t::text, "assignee.data.userName").or_at("assignee.data.name").as("Assignee"),
    word("automated", t::boolean).otherwise("false"),
    word("caseId", t::integer, "caseId"),
    word("caseIdAsString", t::text, "caseId"),
    word("caseSeverity", t::text, "parentCase.severity").folded("Enum"),
    word("completedBy", t::text, "completedBy"),
    word("completedDate", t::time, "completedDate"),
    word("description", t::text, "description"),
    word("dueDate", t::time, "dueDate"),
    related("hasArtifact", "artifacts.data", "artifacts"),
    related("hasCase", "parentCase", "cases"),
    related("hasNote", "notes.data", "notes"),
    word("id", t::integer, "id"),
    word("missingArtifactCount", t::integer).otherwise("0"),
    word("name", t::text, "name"),
    word("owner", t::integer, "ownerId"),
    word("ownerName", t::text, "owner"),
    word("required", t::boolean, "required").otherwise("false"),
    word("status", t::text, "status").folded("Enum"),
    word("targetId", t::integer, "assignee.data.id"),
    word("targetType", t::text, "assignee.type").folded("Enum"),
    word("workflowPhase", t::integer, "workflowPhase"),
    word("workflowStep", t::integer, "workflowStep"),
    word("xid", t::text, "xid"),
};

constexpr query::keyword notes_[] = {
    word("artifactId", t::integer, "artifactId"),
    word("author", t::text, "author"),
    word("caseId", t::integer, "caseId"),
    word("data", t::text, "text"),
    word("dateAdded", t::time, "dateAdded"),
    related("hasArtifact", "artifact", "artifacts"),
    related("hasCase", "parentCase", "cases"),
    related("hasTask", "task", "tasks"),
    word("id", t::integer, "id"),
    word("lastModified", t::time, "lastModified"),
    word("summary", t::text, "summary"),
    word("taskId", t::integer, "taskId"),
    word("workflowEventId", t::integer, "workflowEventId"),
};

constexpr query::keyword artifacts_[] = {
    word("analyticsScore", t::integer, "analyticsScore"),
    word("caseId", t::integer, "caseId"),
    word("dateAdded", t::time, "dateAdded"),
    related("hasCase", "parentCase", "cases"),
    related("hasGroup", "associatedGroups.data", "groups"),
    related("hasIndicator", "associatedIndicators.data", "indicators"),
    related("hasNote", "notes.data", "notes"),
    related("hasTask", "task", "tasks"),
    word("id", t::integer, "id"),
    word("indicatorActive", t::boolean),
    word("noteId", t::integer, "notes.data.id").several(),
    word("source", t::text, "source"),
    word("summary", t::text, "summary"),
    word("taskId", t::integer, "taskId"),
    word("type", t::text, "type"),
    word("typeName", t::text, "type"),
};

constexpr query::keyword events_[] = {
    word("caseId", t::integer, "caseId"),
    word("dateAdded", t::time, "dateAdded"),
    word("deleted", t::boolean, "deleted").otherwise("false"),
    word("deletedReason", t::text, "deletedReason"),
    word("eventDate", t::time, "eventDate"),
    word("id", t::integer, "id"),
    word("link", t::text, "linkAs"),
    word("summary", t::text, "summary"),
    word("systemGenerated", t::boolean, "systemGenerated").otherwise("false"),
    word("userName", t::text, "user.userName").as("User"),
};

constexpr query::keyword templates_[] = {
    word("active", t::boolean, "active").otherwise("false"),
    word("description", t::text, "description"),
    word("id", t::integer, "id"),
    word("name", t::text, "name"),
    word("owner", t::integer, "ownerId"),
    word("ownerName", t::text, "owner"),
    word("targetId", t::integer, "assignee.data.id"),
    word("targetType", t::text, "assignee.type").folded("Enum"),
    word("version", t::integer, "version"),
};

}  // namespace

const std::span<const query::keyword> case_words{cases_}, attribute_words{attributes_}, task_words{tasks_},
    note_words{notes_}, artifact_words{artifacts_}, event_words{events_}, template_words{templates_};

}  // namespace casebridge::platform::threatconnect::tables
