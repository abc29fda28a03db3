// Members of cases and of what hangs on them: ThreatConnect fact sheet §4.1 to §4.8. The order of the rows is
// the order of the members in an answer.
#include "platform/threatconnect/facade/objects.hpp"

namespace casebridge::platform::threatconnect::tables {
namespace {

using s = shape;
using sv = std::string_view;
using enum use;

constexpr sv case_status[] = {"Open", "Closed"};
constexpr sv severity[] = {"Low", "Medium", "High", "Critical"};
constexpr sv resolution[] = {
    "Containment Achieved",        "Deferred / Delayed", "Escalated", "False Positive",
    "In Progress / Investigating", "Not Specified",      "Rejected",  "Restoration Achieved"};
constexpr sv task_status[] = {"Pending", "Open", "Reopened", "Closed"};
constexpr sv duration_type[] = {"Days", "Hours", "Minutes"};

constexpr field time(sv n, use post, use put, sv about) { return {n, s::time, post, put, about}; }
constexpr field number(sv n, use post, use put, sv about) { return {n, s::integer, post, put, about}; }
constexpr field flag(sv n, use post, use put, sv about) { return {n, s::boolean, post, put, about}; }
constexpr field user(sv n, sv about) {
    field f = shown(n, s::user, about);
    f.of = "user";
    return f;
}

constexpr field cases_[] = {
    shown("id", s::integer, "the ID of the case"),
    text("xid", may, fixed, "the external identifier of the case").between(10, 100),
    text("name", must, may, "the name of the case").between(1, 255),
    text("description", may, may, "the description of the case").between(0, 1500),
    shown("dateAdded", s::time, "when the case was added"),
    shown("lastUpdated", s::time, "when the case was last changed"),
    time("caseOpenTime", may, may, "when the case was opened"),
    time("caseCloseTime", may, may, "when the case was closed"),
    user("caseOpenUser", "who opened the case"),
    user("caseCloseUser", "who closed the case"),
    time("caseOccurrenceTime", may, may, "when the incident happened"),
    user("caseOccurrenceUser", "who entered when it happened"),
    time("caseDetectionTime", may, may, "when the incident was detected"),
    user("caseDetectionUser", "who entered when it was detected"),
    shown("detectionDue", s::time, "when detection is due"),
    shown("timeToDetect", s::integer, "seconds until detection"),
    shown("detectionOverdue", s::boolean, "whether detection is overdue").or_else("false"),
    shown("responseDue", s::time, "when the response is due"),
    shown("timeToRespond", s::integer, "seconds until the response"),
    shown("responseOverdue", s::boolean, "whether the response is overdue").or_else("false"),
    text("status", must, may, "the status of the case").one_of(case_status),
    text("severity", must, may, "the severity of the case").one_of(severity),
    text("resolution", may, may, "the resolution of the case").one_of(resolution),
    {"assignee", s::assignee, may, may, "the user or group that the case is assigned to"},
    user("createdBy", "who created the case").more_as("userDetails"),
    shown("owner", s::text, "the name of the organization"),
    shown("ownerId", s::integer, "the ID of the organization"),
    list_of("artifacts", "artifacts", may, "the artifacts of the case"),
    list_of("associatedCases", "cases", may, "cases that are associated with it").with_modes(),
    list_of("associatedGroups", "groups", may, "groups that are associated with it").with_modes(),
    list_of("associatedIndicators", "indicators", may, "indicators that are associated with it").with_modes(),
    list_of("attributes", "caseAttributes", may, "the attributes of the case", 0).with_modes(),
    list_of("notes", "notes", may, "the notes of the case"),
    list_of("related", "cases", fixed, "cases that are related to it", 0),
    list_of("tags", "tags", may, "the tags of the case").with_modes(),
    list_of("tasks", "tasks", may, "the tasks of the case"),
    list_of("userAccess", "user", may, "the only users that may see the case", 0).as_a_whole(),
    list_of("workflowEvents", "workflowEvents", may, "the timeline of the case"),
    one_of_kind("workflowTemplate", "workflowTemplates", may, "the template of the case"),
};

constexpr field attributes_[] = {
    shown("id", s::integer, "the ID of the attribute"),
    shown("dateAdded", s::time, "when the attribute was added"),
    text("type", must, fixed, "the name of the attribute's type").between(1, 0),
    text("value", must, may, "the value of the attribute").between(1, 0),
    text("source", may, may, "where the value comes from"),
    user("createdBy", "who created the attribute"),
    shown("lastModified", s::time, "when the attribute was last changed"),
    flag("pinned", moot, moot, "does not apply to cases").or_else("false"),
    flag("default", moot, moot, "does not apply to cases").or_else("false"),
    list_of("securityLabels", "securityLabels", moot, "does not apply to cases"),
    number("caseId", parent, fixed, "the ID of the attribute's case").if_asked(),
    shown("shardId", s::integer, "the ID of the organization").if_asked(),
};

constexpr field tasks_[] = {
    shown("id", s::integer, "the ID of the task"),
    text("xid", may, fixed, "the external identifier of the task").between(10, 100),
    text("name", must, may, "the name of the task").between(1, 255),
    text("description", may, may, "the description of the task").between(0, 1500),
    number("workflowPhase", may, fixed, "the phase of the workflow").between(0, 127),
    number("workflowStep", may, fixed, "the step within the phase").between(1, 127),
    flag("required", may, may, "whether the task must be done"),
    number("dependentOnId", may, fixed, "the task that must be done before"),
    text("status", may, may, "the status of the task").one_of(task_status),
    time("dueDate", may, may, "when the task is due"),
    shown("duration", s::integer, "how long the task may take"),
    text("durationType", may, may, "the unit of the duration").one_of(duration_type),
    shown("completedBy", s::text, "who completed the task"),
    time("completedDate", may, fixed, "when the task was completed"),
    shown("configPlaybook", s::text, "the playbook of the task"),
    shown("configTask", s::any, "the template of the task"),
    {"assignee", s::assignee, may, may, "the user or group that the task is assigned to"},
    shown("owner", s::text, "the name of the organization"),
    list_of("artifacts", "artifacts", may, "the artifacts of the task"),
    number("caseId", parent, fixed, "the ID of the task's case").or_by("caseXid").if_asked(),
    text("caseXid", parent, fixed, "the external identifier of the task's case").or_by("caseId").if_asked(),
    list_of("notes", "notes", may, "the notes of the task"),
    one_of_kind("parentCase", "cases", fixed, "the case of the task"),
};

constexpr field notes_[] = {
    shown("id", s::integer, "the ID of the note"),
    number("caseId", parent, fixed, "the ID of the note's case").or_by("caseXid").unless_nearer(),
    text("caseXid", parent, fixed, "the external identifier of the note's case")
        .or_by("caseId")
        .unless_nearer(),
    number("artifactId", near_parent, fixed, "the ID of the note's artifact"),
    number("taskId", near_parent, fixed, "the ID of the note's task"),
    text("taskXid", near_parent, fixed, "the external identifier of the note's task").if_asked(),
    number("workflowEventId", near_parent, fixed, "the ID of the note's event"),
    text("text", must, may, "the text of the note").between(1, 65500),
    shown("summary", s::text, "the beginning of the text"),
    shown("author", s::text, "the user name of the note's author"),
    shown("dateAdded", s::time, "when the note was added"),
    shown("lastModified", s::time, "when the note was last changed"),
    shown("edited", s::boolean, "whether the text was changed"),
    one_of_kind("artifact", "artifacts", fixed, "the artifact of the note"),
    one_of_kind("parentCase", "cases", fixed, "the case of the note"),
    one_of_kind("task", "tasks", fixed, "the task of the note"),
    one_of_kind("workflowEvent", "workflowEvents", fixed, "the event of the note"),
};

constexpr field artifacts_[] = {
    shown("id", s::integer, "the ID of the artifact"),
    text("summary", must, may, "the value of the artifact").between(1, 500),
    text("type", must, fixed, "the name of the artifact's type").between(1, 0).name_of("artifactTypes"),
    shown("intelType", s::text, "the kind of indicator that the artifact is"),
    text("source", may, may, "where the artifact comes from").between(0, 100),
    text("fieldName", may, may, "the field of the task that the artifact fills").between(0, 100),
    shown("dateAdded", s::time, "when the artifact was added"),
    flag("derivedLink", may, may, "whether cases are linked by this artifact"),
    text("hashCode", may, fixed, "the hash of the artifact"),
    shown("analyticsPriority", s::text, "the priority").if_asked("analytics"),
    shown("analyticsPriorityLevel", s::integer, "the level of the priority").if_asked("analytics"),
    shown("analyticsScore", s::integer, "the score").if_asked("analytics"),
    shown("analyticsStatus", s::text, "the status").if_asked("analytics"),
    shown("analyticsType", s::text, "the type").if_asked("analytics"),
    one_of_kind("artifactType", "artifactTypes", fixed, "the type of the artifact"),
    list_of("associatedGroups", "groups", may, "groups that are associated with it").with_modes(),
    list_of("associatedIndicators", "indicators", may, "indicators that are associated with it").with_modes(),
    number("caseId", parent, fixed, "the ID of the artifact's case").or_by("caseXid").if_asked(),
    text("caseXid", parent, fixed, "the external identifier of the artifact's case")
        .or_by("caseId")
        .if_asked(),
    field{"fileData", s::file, may, may, "the Base64 of the file"}.if_asked(),
    shown("links", s::any, "the links of the artifact").if_asked(),
    list_of("notes", "notes", may, "the notes of the artifact"),
    one_of_kind("parentCase", "cases", fixed, "the case of the artifact"),
    one_of_kind("task", "tasks", fixed, "the task of the artifact"),
    number("taskId", near_parent, fixed, "the ID of the artifact's task").if_asked(),
    text("taskXid", near_parent, fixed, "the external identifier of the artifact's task").if_asked(),
};

constexpr field events_[] = {
    shown("id", s::integer, "the ID of the event"),
    time("eventDate", may, may, "when the event happened"),
    shown("dateAdded", s::time, "when the event was added"),
    text("summary", must, may, "what happened").between(1, 255),
    shown("deleted", s::boolean, "whether the event was deleted"),
    shown("deletedReason", s::text, "why the event was deleted").between(1, 255),
    shown("systemGenerated", s::boolean, "whether the system added the event"),
    shown("link", s::link, "the object that the event is about"),
    shown("linkText", s::text, "the text of the link"),
    number("caseId", parent, fixed, "the ID of the event's case").or_by("caseXid").if_asked(),
    text("caseXid", parent, fixed, "the external identifier of the event's case").or_by("caseId").if_asked(),
    list_of("notes", "notes", may, "the notes of the event"),
    one_of_kind("parentCase", "cases", fixed, "the case of the event"),
    user("user", "who added the event").if_asked(),
};

constexpr field templates_[] = {
    shown("id", s::integer, "the ID of the template"),
    text("name", must, may, "the name of the template").between(1, 255),
    text("description", may, may, "the description of the template").between(0, 1500),
    shown("active", s::boolean, "whether the template can be used"),
    number("version", may, may, "the version of the template").between(1, 0),
    shown("assignee", s::assignee, "whom cases are assigned to"),
    list_of("cases", "cases", fixed, "the cases that were made from the template", 0).if_told(),
    shown("configArtifact", s::text, "the artifacts of the template"),
    {"configAttribute", s::any, may, may, "the attributes of the template"},
    shown("configPlaybook", s::text, "the playbooks of the template"),
    shown("configTask", s::any, "the tasks of the template"),
    shown("owner", s::text, "the name of the organization"),
    shown("ownerId", s::integer, "the ID of the organization"),
};

}  // namespace

const std::span<const field> cases{cases_}, case_attributes{attributes_}, tasks{tasks_}, notes{notes_},
    artifacts{artifacts_}, events{events_}, templates{templates_};

}  // namespace casebridge::platform::threatconnect::tables
