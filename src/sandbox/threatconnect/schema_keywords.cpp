// TQL keywords per endpoint: ThreatConnect fact sheet §5.1.
#include "sandbox/threatconnect/schema.hpp"

namespace casebridge::sandbox::threatconnect::tables {

namespace {

using Q = tql_type;
using T = object_type;

constexpr keyword_def cases[] = {
    {"assignedToUserOrGroup", Q::string, "@assigneeKind"},
    {"assigneeName", Q::string, "@assigneeName"},
    {"attackTag", Q::string, "@attackTag"},
    {"calScore", Q::integer},
    {"caseCloseDate", Q::date, "caseCloseTime"},
    {"caseCloseTime", Q::date, "caseCloseTime"},
    {"caseCloseUser", Q::string, "@user:caseCloseUser"},
    {"caseDetectionTime", Q::date, "caseDetectionTime"},
    {"caseDetectionUser", Q::string, "@user:caseDetectionUser"},
    {"caseOccurrenceTime", Q::date, "caseOccurrenceTime"},
    {"caseOccurrenceUser", Q::string, "@user:caseOccurrenceUser"},
    {"caseOpenDate", Q::date, "caseOpenTime"},
    {"caseOpenTime", Q::date, "caseOpenTime"},
    {"caseOpenUser", Q::string, "@user:caseOpenUser"},
    {"createdBy", Q::string, "@user:createdBy"},
    {"createdById", Q::integer, "createdBy"},
    {"dateAdded", Q::date, "dateAdded"},
    {"description", Q::string, "description"},
    {"detectionDue", Q::date, "detectionDue"},
    {"detectionOverdue", Q::boolean, "detectionOverdue"},
    {"hasAllTags", Q::nested, "@tags", T::tag},
    {"hasArtifact", Q::nested, "@artifacts", T::artifact},
    {"hasCase", Q::nested, "@cases", T::case_},
    {"hasGroup", Q::nested, "", T::group},
    {"hasIndicator", Q::nested, "", T::indicator},
    {"hasNote", Q::nested, "@notes", T::note},
    {"hasTag", Q::nested, "@tags", T::tag},
    {"hasTask", Q::nested, "@tasks", T::task},
    {"hasWorkflowTemplate", Q::integer, "_template"},
    {"id", Q::integer, "@id"},
    {"idAsString", Q::string, "@idText"},
    {"lastUpdated", Q::date, "lastUpdated"},
    {"missingArtifactCount", Q::integer, "@none"},
    {"name", Q::string, "name"},
    {"owner", Q::integer, "@owner"},
    {"ownerName", Q::string, "@ownerName"},
    {"resolution", Q::string, "resolution"},
    {"responseDue", Q::date, "responseDue"},
    {"responseOverdue", Q::boolean, "responseOverdue"},
    {"severity", Q::string, "severity"},
    {"status", Q::string, "status"},
    {"tag", Q::string, "@tag"},
    {"targetId", Q::integer, "@assigneeId"},
    {"targetType", Q::string, "@assigneeType"},
    {"threatAssessScore", Q::integer},
    {"timeToDetect", Q::integer, "timeToDetect"},
    {"timeToRespond", Q::integer, "timeToRespond"},
    {"typeName", Q::string, "name"},
    {"xid", Q::string, "xid"},
};

constexpr keyword_def tasks[] = {
    {"assignedToUserOrGroup", Q::string, "@assigneeKind"},
    {"assigneeName", Q::string, "@assigneeName"},
    {"automated", Q::boolean, "@no"},
    {"caseId", Q::integer, "@caseId"},
    {"caseIdAsString", Q::string, "@caseIdText"},
    {"caseSeverity", Q::string, "@caseSeverity"},
    {"completedBy", Q::string, "completedBy"},
    {"completedDate", Q::date, "completedDate"},
    {"description", Q::string, "description"},
    {"dueDate", Q::date, "dueDate"},
    {"hasArtifact", Q::nested, "@artifacts", T::artifact},
    {"hasCase", Q::nested, "@case", T::case_},
    {"hasNote", Q::nested, "@notes", T::note},
    {"id", Q::integer, "@id"},
    {"missingArtifactCount", Q::integer, "@none"},
    {"name", Q::string, "name"},
    {"owner", Q::integer, "@owner"},
    {"ownerName", Q::string, "@ownerName"},
    {"required", Q::boolean, "required"},
    {"status", Q::string, "status"},
    {"targetId", Q::integer, "@assigneeId"},
    {"targetType", Q::string, "@assigneeType"},
    {"workflowPhase", Q::integer, "workflowPhase"},
    {"workflowStep", Q::integer, "workflowStep"},
    {"xid", Q::string, "xid"},
};

constexpr keyword_def notes[] = {
    {"artifactId", Q::integer, "@artifactId"},
    {"author", Q::string, "author"},
    {"caseId", Q::integer, "@caseId"},
    {"data", Q::string, "text"},
    {"dateAdded", Q::date, "dateAdded"},
    {"hasArtifact", Q::nested, "@artifact", T::artifact},
    {"hasCase", Q::nested, "@case", T::case_},
    {"hasTask", Q::nested, "@task", T::task},
    {"id", Q::integer, "@id"},
    {"lastModified", Q::date, "lastModified"},
    {"summary", Q::string, "summary"},
    {"taskId", Q::integer, "@taskId"},
    {"workflowEventId", Q::integer, "@eventId"},
};

constexpr keyword_def artifacts[] = {
    {"analyticsScore", Q::integer},
    {"caseId", Q::integer, "@caseId"},
    {"dateAdded", Q::date, "dateAdded"},
    {"hasCase", Q::nested, "@case", T::case_},
    {"hasGroup", Q::nested, "", T::group},
    {"hasIndicator", Q::nested, "", T::indicator},
    {"hasNote", Q::nested, "@notes", T::note},
    {"hasTask", Q::nested, "@task", T::task},
    {"id", Q::integer, "@id"},
    {"indicatorActive", Q::boolean},
    {"noteId", Q::integer, "@noteId"},
    {"source", Q::string, "source"},
    {"summary", Q::string, "summary"},
    {"taskId", Q::integer, "@taskId"},
    {"type", Q::string, "type"},
    {"typeName", Q::string, "type"},
};

constexpr keyword_def artifact_types[] = {
    {"active", Q::boolean, "_active"},
    {"dataType", Q::string, "dataType"},
    {"description", Q::string, "description"},
    {"id", Q::integer, "@id"},
    {"intelType", Q::string, "intelType"},
    {"managed", Q::boolean},
    {"name", Q::string, "name"},
};

constexpr keyword_def events[] = {
    {"caseId", Q::integer, "@caseId"},
    {"dateAdded", Q::date, "dateAdded"},
    {"deleted", Q::boolean, "@deleted"},
    {"deletedReason", Q::string, "deletedReason"},
    {"eventDate", Q::date, "eventDate"},
    {"id", Q::integer, "@id"},
    {"link", Q::string, "@eventLink"},
    {"summary", Q::string, "summary"},
    {"systemGenerated", Q::boolean, "systemGenerated"},
    {"userName", Q::string, "@user:user"},
};

constexpr keyword_def attributes[] = {
    {"caseId", Q::integer, "@caseId"},
    {"dateAdded", Q::date, "dateAdded"},
    {"dateVal", Q::date, "@dateVal"},
    {"default", Q::boolean, "default"},
    {"displayed", Q::boolean},
    {"hasCase", Q::nested, "@case", T::case_},
    {"id", Q::integer, "@id"},
    {"intVal", Q::integer, "@intVal"},
    {"lastModified", Q::date, "lastModified"},
    {"maxSize", Q::integer, "@typeMaxSize"},
    {"owner", Q::integer, "@owner"},
    {"ownerName", Q::string, "@ownerName"},
    {"pinned", Q::boolean, "pinned"},
    {"shortText", Q::string, "@shortText"},
    {"source", Q::string, "source"},
    {"text", Q::string, "value"},
    {"type", Q::integer, "_type"},
    {"typeName", Q::string, "type"},
    {"user", Q::string, "@user:createdBy"},
};

constexpr keyword_def templates[] = {
    {"active", Q::boolean, "active"},   {"description", Q::string, "description"},
    {"id", Q::integer, "@id"},          {"name", Q::string, "name"},
    {"owner", Q::integer, "@owner"},    {"ownerName", Q::string, "@ownerName"},
    {"targetId", Q::integer},           {"targetType", Q::string},
    {"version", Q::integer, "version"},
};

constexpr keyword_def attribute_types[] = {
    {"associatedType", Q::string, "@associatedType"},
    {"default", Q::boolean},
    {"defaultOwnerId", Q::integer},
    {"defaultType", Q::string},
    {"description", Q::string, "description"},
    {"id", Q::integer, "@id"},
    {"maxsize", Q::integer, "maxSize"},
    {"name", Q::string, "name"},
    {"owner", Q::integer, "@owner"},
    {"ownerName", Q::string, "@ownerName"},
    {"system", Q::boolean, "@system"},
};

constexpr keyword_def tags[] = {
    {"associatedCase", Q::integer, "@usedBy"},
    {"associatedGroup", Q::integer},
    {"associatedIndicator", Q::integer},
    {"associatedVictim", Q::integer},
    {"caseId", Q::integer, "@usedBy"},
    {"description", Q::string, "description"},
    {"financialRisk", Q::string},
    {"financialRiskScore", Q::integer},
    {"financialRiskValue", Q::integer},
    {"hasCase", Q::nested, "@usedBy", T::case_},
    {"hasGroup", Q::nested, "", T::group},
    {"hasIndicator", Q::nested, "", T::indicator},
    {"hasVictim", Q::nested, "", T::group},
    {"id", Q::integer, "@id"},
    {"lastUsed", Q::date, "lastUsed"},
    {"name", Q::string, "name"},
    {"normalized", Q::boolean, "normalized"},
    {"owner", Q::integer, "@owner"},
    {"ownerName", Q::string, "@ownerName"},
    {"securityCoverage", Q::string},
    {"summary", Q::folded, "name"},
    {"techniqueId", Q::string, "techniqueId"},
};

constexpr keyword_def users[] = {
    {"disabled", Q::boolean, "disabled"},
    {"firstName", Q::string, "firstName"},
    {"groupId", Q::integer, "@groupId"},
    {"id", Q::integer, "@id"},
    {"jobFunction", Q::string},
    {"jobRole", Q::string},
    {"lastLogin", Q::date},
    {"lastName", Q::string, "lastName"},
    {"lastPasswordChange", Q::date},
    {"locked", Q::boolean, "locked"},
    {"passwordResetRequired", Q::boolean},
    {"pseudonym", Q::string, "pseudonym"},
    {"systemRole", Q::string, "systemRole"},
    {"termsAccepted", Q::boolean},
    {"termsAcceptedDate", Q::date},
    {"tqlTimeout", Q::integer},
    {"userName", Q::string, "userName"},
};

constexpr keyword_def groups[] = {
    {"description", Q::string, "description"},
    {"id", Q::integer, "@id"},
    {"name", Q::string, "name"},
};

constexpr keyword_def owners[] = {
    {"id", Q::integer, "_membership"},
    {"ownerId", Q::integer, "@id"},
    {"ownerName", Q::string, "name"},
    {"permApps", Q::string, "permApps"},
    {"permArtifact", Q::string, "permArtifact"},
    {"permAttribute", Q::string, "permAttribute"},
    {"permAttributeType", Q::string, "permAttributeType"},
    {"permCaseTag", Q::string, "permCaseTag"},
    {"permComment", Q::string, "permComment"},
    {"permCopyData", Q::string, "permCopyData"},
    {"permGroup", Q::string, "permGroup"},
    {"permIndicator", Q::string, "permIndicator"},
    {"permInvite", Q::string, "permInvite"},
    {"permMembers", Q::string, "permMembers"},
    {"permPlaybooks", Q::string, "permPlaybooks"},
    {"permPlaybooksExecute", Q::string, "permPlaybooksExecute"},
    {"permPost", Q::string, "permPost"},
    {"permPublish", Q::string, "permPublish"},
    {"permSecurityLabel", Q::string, "permSecurityLabel"},
    {"permSettings", Q::string, "permSettings"},
    {"permTag", Q::string, "permTag"},
    {"permTask", Q::string, "permTask"},
    {"permTimeline", Q::string, "permTimeline"},
    {"permTrack", Q::string},
    {"permUsers", Q::string, "permUsers"},
    {"permVictim", Q::string, "permVictim"},
    {"permWorkflowTemplate", Q::string, "permWorkflowTemplate"},
    {"userId", Q::integer},
};

// Threat intelligence is empty here, but clients ask for what belongs to a case or an artifact (§10.1 C17).
constexpr keyword_def intel[] = {
    {"active", Q::boolean},
    {"associable", Q::boolean},
    {"confidence", Q::integer},
    {"dateAdded", Q::date},
    {"hasArtifact", Q::nested, "", T::artifact},
    {"hasCase", Q::nested, "", T::case_},
    {"hasGroup", Q::nested, "", T::group},
    {"hasIndicator", Q::nested, "", T::indicator},
    {"hasTag", Q::nested, "", T::tag},
    {"id", Q::integer, "@id"},
    {"indicatorActive", Q::boolean},
    {"lastModified", Q::date},
    {"name", Q::string, "name"},
    {"owner", Q::integer, "@owner"},
    {"ownerName", Q::string, "@ownerName"},
    {"rating", Q::integer},
    {"summary", Q::string, "name"},
    {"tag", Q::string},
    {"threatAssessScore", Q::integer},
    {"type", Q::integer},
    {"typeName", Q::string, "type"},
    {"xid", Q::string},
};

constexpr keyword_def names[] = {
    {"id", Q::integer, "@id"},
    {"name", Q::string, "name"},
};

}  // namespace

const std::span<const keyword_def> case_keywords{cases};
const std::span<const keyword_def> task_keywords{tasks};
const std::span<const keyword_def> note_keywords{notes};
const std::span<const keyword_def> artifact_keywords{artifacts};
const std::span<const keyword_def> artifact_type_keywords{artifact_types};
const std::span<const keyword_def> event_keywords{events};
const std::span<const keyword_def> case_attribute_keywords{attributes};
const std::span<const keyword_def> template_keywords{templates};
const std::span<const keyword_def> attribute_type_keywords{attribute_types};
const std::span<const keyword_def> tag_keywords{tags};
const std::span<const keyword_def> user_keywords{users};
const std::span<const keyword_def> group_keywords{groups};
const std::span<const keyword_def> owner_keywords{owners};
const std::span<const keyword_def> name_keywords{names};
const std::span<const keyword_def> intel_keywords{intel};

}  // namespace casebridge::sandbox::threatconnect::tables
