// Field tables of cases and their children: ThreatConnect fact sheet §4.1 to §4.6 and §4.8. The order of
// the rows is the order of the keys in an answer.
#include "sandbox/threatconnect/schema.hpp"

namespace casebridge::sandbox::threatconnect::tables {

namespace {

using K = value_kind;
using T = object_type;
constexpr auto no = rule::refused;
constexpr auto may = rule::optional;
constexpr auto must = rule::required;
constexpr auto skip = rule::ignored;
constexpr auto D = shown::always;
constexpr auto F = shown::asked;
constexpr auto never = shown::never;

constexpr std::string_view case_status[] = {"Open", "Closed"};
constexpr std::string_view severity[] = {"Low", "Medium", "High", "Critical"};
constexpr std::string_view resolution[] = {
    "Containment Achieved",        "Deferred / Delayed", "Escalated", "False Positive",
    "In Progress / Investigating", "Not Specified",      "Rejected",  "Restoration Achieved"};
constexpr std::string_view task_status[] = {"Pending", "Open", "Reopened", "Closed"};
constexpr std::string_view duration_type[] = {"Days", "Hours", "Minutes"};

constexpr field_def collection(std::string_view name, T target, link via, bool mode, std::string_view text,
                               rule r = may, std::size_t most = 1000) {
    return {name, K::collection, r, r, F, text, 0, most, {}, target, via, mode};
}
constexpr field_def parent(std::string_view name, rule post, shown answer, std::string_view text,
                           K kind = K::parent, std::string_view alternative = {}) {
    return {name, kind, post, no, answer, text, 0, 0, {}, T::none, link::none, false, {}, alternative};
}

constexpr field_def cases[] = {
    {"id", K::integer, no, no, D, "the ID of the case"},
    {"xid", K::string, may, no, D, "the external identifier of the case", 10, 100},
    {"name", K::string, must, may, D, "the name of the case", 1, 255},
    {"description", K::string, may, may, D, "the description of the case", 0, 1500},
    {"dateAdded", K::date, no, no, D, "when the case was added"},
    {"lastUpdated", K::date, no, no, D, "when the case was last changed"},
    {"caseOpenTime", K::date, may, may, D, "when the case was opened"},
    {"caseCloseTime", K::date, may, may, D, "when the case was closed"},
    {"caseOpenUser", K::user, no, no, D, "who opened the case"},
    {"caseCloseUser", K::user, no, no, D, "who closed the case"},
    {"caseOccurrenceTime", K::date, may, may, D, "when the incident happened"},
    {"caseOccurrenceUser", K::user, no, no, D, "who set the time of occurrence"},
    {"caseDetectionTime", K::date, may, may, D, "when the incident was detected"},
    {"caseDetectionUser", K::user, no, no, D, "who set the time of detection"},
    {"detectionDue", K::date, no, no, D, "when detection is due"},
    {"timeToDetect", K::integer, no, no, D, "seconds until detection"},
    {"detectionOverdue", K::boolean, no, no, D, "whether detection is overdue"},
    {"responseDue", K::date, no, no, D, "when a response is due"},
    {"timeToRespond", K::integer, no, no, D, "seconds until the response"},
    {"responseOverdue", K::boolean, no, no, D, "whether the response is overdue"},
    {"status", K::string, must, may, D, "the status of the case", 0, 0, case_status},
    {"severity", K::string, must, may, D, "the severity of the case", 0, 0, severity},
    {"resolution", K::string, may, may, D, "the resolution of the case", 0, 0, resolution},
    {"assignee", K::assignee, may, may, D, "the user or group that the case is assigned to"},
    {"createdBy",
     K::user,
     no,
     no,
     D,
     "who created the case",
     0,
     0,
     {},
     T::none,
     link::none,
     false,
     "userDetails"},
    {"owner", K::owner_name, no, no, D, "the name of the organization"},
    {"ownerId", K::owner_id, no, no, D, "the ID of the organization"},
    collection("artifacts", T::artifact, link::artifacts, false, "artifacts of the case"),
    collection("associatedCases", T::case_, link::cases, true, "cases associated with the case"),
    collection("associatedGroups", T::group, link::none, true, "groups associated with the case"),
    collection("associatedIndicators", T::indicator, link::none, true, "indicators associated with the case"),
    collection("attributes", T::case_attribute, link::attributes, true, "attributes of the case", may, 0),
    collection("notes", T::note, link::notes, false, "notes of the case"),
    collection("related", T::case_, link::none, false, "cases related to the case", no, 0),
    collection("tags", T::tag, link::tags, true, "tags of the case"),
    collection("tasks", T::task, link::tasks, false, "tasks of the case"),
    collection("userAccess", T::user, link::user_access, true, "the users that may see the case", may, 0),
    collection("workflowEvents", T::workflow_event, link::events, false, "the timeline of the case"),
    {"workflowTemplate",
     K::reference,
     may,
     may,
     F,
     "the template of the case",
     0,
     0,
     {},
     T::workflow_template},
};

constexpr field_def tasks_[] = {
    {"id", K::integer, no, no, D, "the ID of the task"},
    {"xid", K::string, may, no, D, "the external identifier of the task", 10, 100},
    {"name", K::string, must, may, D, "the name of the task", 1, 255},
    {"description", K::string, may, may, D, "the description of the task", 0, 1500},
    {"workflowPhase", K::integer, may, no, D, "the phase of the workflow", 0, 127},
    {"workflowStep", K::integer, may, no, D, "the step within the phase", 1, 127},
    {"required", K::boolean, may, may, D, "whether the task must be done"},
    {"dependentOnId", K::integer, may, no, D, "the task that must be done before"},
    {"status", K::string, may, may, D, "the status of the task", 0, 0, task_status},
    {"dueDate", K::date, may, may, D, "when the task is due"},
    {"duration", K::integer, no, no, D, "how long the task may take"},
    {"durationType", K::string, may, may, D, "the unit of the duration", 0, 0, duration_type},
    {"completedBy", K::string, no, no, D, "who completed the task"},
    {"completedDate", K::date, may, no, D, "when the task was completed"},
    {"configPlaybook", K::string, no, no, D, "the playbook of the task"},
    {"configTask", K::json, no, no, D, "the template of the task"},
    {"assignee", K::assignee, may, may, D, "the user or group that the task is assigned to"},
    {"owner", K::owner_name, no, no, D, "the name of the organization"},
    parent("caseId", must, F, "the ID of the task's case", K::parent, "caseXid"),
    parent("caseXid", must, F, "the external identifier of the task's case", K::parent, "caseId"),
    parent("parentCase", no, F, "the case of the task"),
    collection("artifacts", T::artifact, link::artifacts, false, "artifacts of the task"),
    collection("notes", T::note, link::notes, false, "notes of the task"),
};

constexpr field_def notes_[] = {
    {"id", K::integer, no, no, D, "the ID of the note"},
    parent("caseId", must, shown::farther, "the ID of the note's case", K::parent, "caseXid"),
    parent("caseXid", must, shown::farther, "the external identifier of the note's case", K::parent,
           "caseId"),
    parent("artifactId", may, D, "the ID of the note's artifact"),
    parent("taskId", may, D, "the ID of the note's task"),
    parent("taskXid", may, F, "the external identifier of the note's task"),
    parent("workflowEventId", may, D, "the ID of the note's event"),
    {"text", K::string, must, may, D, "the text of the note", 1, 65500},
    {"summary", K::string, no, no, D, "the beginning of the text"},
    {"author", K::string, no, no, D, "the user name of the note's author"},
    {"dateAdded", K::date, no, no, D, "when the note was added"},
    {"lastModified", K::date, no, no, D, "when the note was last changed"},
    {"edited", K::boolean, no, no, D, "whether the text was changed"},
    parent("artifact", no, F, "the artifact of the note"),
    parent("parentCase", no, F, "the case of the note"),
    parent("task", no, F, "the task of the note"),
    parent("workflowEvent", no, F, "the event of the note"),
};

constexpr field_def artifacts_[] = {
    {"id", K::integer, no, no, D, "the ID of the artifact"},
    {"summary", K::string, must, may, D, "the value of the artifact", 1, 500},
    {"type", K::string, must, no, D, "the name of the artifact's type"},
    {"intelType", K::string, no, no, D, "the kind of indicator that the artifact is"},
    {"source", K::string, may, may, D, "where the artifact comes from", 0, 100},
    {"fieldName", K::string, may, may, D, "the task field that the artifact fills", 0, 100},
    {"dateAdded", K::date, no, no, D, "when the artifact was added"},
    {"derivedLink", K::boolean, may, may, D, "whether cases are linked by this artifact"},
    {"hashCode", K::string, may, no, D, "the hash of the artifact"},
    {"analyticsPriority",
     K::string,
     no,
     no,
     F,
     "the priority",
     0,
     0,
     {},
     T::none,
     link::none,
     false,
     "analytics"},
    {"analyticsPriorityLevel",
     K::integer,
     no,
     no,
     F,
     "the level",
     0,
     0,
     {},
     T::none,
     link::none,
     false,
     "analytics"},
    {"analyticsScore", K::integer, no, no, F, "the score", 0, 0, {}, T::none, link::none, false, "analytics"},
    {"analyticsStatus",
     K::string,
     no,
     no,
     F,
     "the status",
     0,
     0,
     {},
     T::none,
     link::none,
     false,
     "analytics"},
    {"analyticsType", K::string, no, no, F, "the type", 0, 0, {}, T::none, link::none, false, "analytics"},
    {"fileData", K::file, may, may, F, "the Base64 of the file"},
    parent("artifactType", no, F, "the type of the artifact"),
    parent("caseId", must, F, "the ID of the artifact's case", K::parent, "caseXid"),
    parent("caseXid", must, F, "the external identifier of the artifact's case", K::parent, "caseId"),
    parent("parentCase", no, F, "the case of the artifact"),
    parent("task", no, F, "the task of the artifact"),
    parent("taskId", may, F, "the ID of the artifact's task"),
    parent("taskXid", may, F, "the external identifier of the artifact's task"),
    collection("associatedGroups", T::group, link::none, true, "groups associated with the artifact"),
    collection("associatedIndicators", T::indicator, link::none, true, "indicators of the artifact"),
    collection("notes", T::note, link::notes, false, "notes of the artifact"),
    {"links", K::json, no, no, F, "links of the artifact"},
};

constexpr field_def artifact_types_[] = {
    {"id", K::integer, no, no, D, "the ID of the type"},
    {"name", K::string, no, no, D, "the name of the type"},
    {"description", K::string, no, no, D, "the description of the type"},
    {"dataType", K::string, no, no, D, "what an artifact of the type holds"},
    {"intelType", K::string, no, no, D, "the kind of indicator of the type"},
    {"derivedLink", K::boolean, no, no, D, "whether cases are linked by artifacts of the type"},
};

constexpr field_def events_[] = {
    {"id", K::integer, no, no, D, "the ID of the event"},
    {"eventDate", K::date, may, may, D, "when the event happened"},
    {"dateAdded", K::date, no, no, D, "when the event was added"},
    {"summary", K::string, must, may, D, "what happened", 1, 255},
    {"deleted", K::boolean, no, no, D, "whether the event was deleted"},
    {"deletedReason", K::string, no, no, D, "why the event was deleted", 1, 255},
    {"systemGenerated", K::boolean, no, no, D, "whether the system added the event"},
    {"link", K::string, no, no, D, "the object of the event"},
    {"linkText", K::string, no, no, D, "the text of the link"},
    {"user", K::user, no, no, F, "who added the event"},
    parent("caseId", must, F, "the ID of the event's case", K::parent, "caseXid"),
    parent("caseXid", must, F, "the external identifier of the event's case", K::parent, "caseId"),
    parent("parentCase", no, F, "the case of the event"),
    collection("notes", T::note, link::notes, false, "notes of the event"),
};

constexpr field_def attributes_[] = {
    {"id", K::integer, no, no, D, "the ID of the attribute"},
    {"dateAdded", K::date, no, no, D, "when the attribute was added"},
    {"type", K::string, must, no, D, "the name of the attribute's type"},
    {"value", K::string, must, may, D, "the value of the attribute", 1},
    {"source", K::string, may, may, D, "where the value comes from"},
    {"createdBy", K::user, no, no, D, "who created the attribute"},
    {"lastModified", K::date, no, no, D, "when the attribute was last changed"},
    {"pinned", K::boolean, skip, skip, D, "does not apply to cases"},
    {"default", K::boolean, skip, skip, D, "does not apply to cases"},
    {"securityLabels",
     K::collection,
     skip,
     skip,
     never,
     "does not apply to cases",
     0,
     1000,
     {},
     T::security_label},
    parent("caseId", must, F, "the ID of the attribute's case"),
};

}  // namespace

const std::span<const field_def> case_fields{cases};
const std::span<const field_def> task_fields{tasks_};
const std::span<const field_def> note_fields{notes_};
const std::span<const field_def> artifact_fields{artifacts_};
const std::span<const field_def> artifact_type_fields{artifact_types_};
const std::span<const field_def> event_fields{events_};
const std::span<const field_def> case_attribute_fields{attributes_};

}  // namespace casebridge::sandbox::threatconnect::tables
