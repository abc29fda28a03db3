// What the server adds by itself: defaults of new objects, the first event of a case, times and users
// that follow from a status (ThreatConnect fact sheet §4).
#include "sandbox/threatconnect/editor.hpp"

#include "core/crypto.hpp"
#include "core/uuid.hpp"

namespace casebridge::sandbox::threatconnect {

namespace {

namespace bj = boost::json;

std::string new_xid() {
    std::array<std::uint8_t, 16> raw{};
    random_bytes(raw);
    return uuid::from_bytes_v4(raw).to_string();
}

}  // namespace

void editor::defaults(record& r, const document& d) {
    auto& v = r.values;
    switch (r.type) {
        case object_type::case_: case_defaults(r); break;
        case object_type::task: task_defaults(r); break;
        case object_type::artifact: artifact_defaults(r); break;
        case object_type::note:
            v["author"] = store_.find(object_type::user, context_.who->user)->text("userName");
            set_all(v, {"dateAdded", "lastModified"}, bj::value(now()));
            v["edited"] = false;
            break;
        case object_type::workflow_event:
            v["dateAdded"] = now();
            if (!d.has("eventDate")) v["eventDate"] = now();
            v["systemGenerated"] = false;
            v["user"] = context_.who->user;
            break;
        case object_type::case_attribute:
            set_all(v, {"dateAdded", "lastModified"}, bj::value(now()));
            v["createdBy"] = context_.who->user;
            set_all(v, {"pinned", "default"}, false);
            break;
        case object_type::tag:
            v["lastUsed"] = now();
            v.erase("owner");
            store_.index_tag(r);
            break;
        case object_type::workflow_template:  // no API makes one active (§4.7)
            v["active"] = false;
            if (!r.has("version")) v["version"] = 1;
            break;
        default: break;
    }
}

void editor::case_defaults(record& r) {
    auto& v = r.values;
    const auto user = context_.who->user;
    if (!r.has("xid")) v["xid"] = new_xid();
    store_.index_xid(r);
    set_all(v, {"dateAdded", "lastUpdated"}, bj::value(now()));
    if (!r.has("caseOpenTime")) v["caseOpenTime"] = now();
    set_all(v, {"caseOpenUser", "createdBy"}, user);
    set_all(v, {"detectionOverdue", "responseOverdue"}, false);
    if (!r.has("resolution")) v["resolution"] = "Not Specified";
    if (r.text("status") == "Closed") {
        if (!r.has("caseCloseTime")) v["caseCloseTime"] = now();
        v["caseCloseUser"] = user;
    }
    case_created_event(r);
}

void editor::adopt_case(record& c) {
    if (!c.has("xid")) c.values["xid"] = new_xid();
    store_.index_xid(c);
    case_created_event(c);
}

void editor::case_created_event(record& c) {
    auto& e = store_.add(object_type::workflow_event, c.owner);
    store_.attach(c, link::events, e);
    set_all(e.values, {"eventDate", "dateAdded"}, bj::value(c.text("dateAdded")));
    e.values["summary"] = "Case created";
    e.values["systemGenerated"] = true;
    e.values["_link"] = "/api/v3/cases/" + std::to_string(c.id);
    e.values["user"] = c.number("createdBy");
}

void editor::task_defaults(record& r) {
    auto& v = r.values;
    if (!r.has("xid")) v["xid"] = new_xid();
    store_.index_xid(r);
    if (!r.has("workflowPhase")) v["workflowPhase"] = 0;
    if (!r.has("workflowStep")) v["workflowStep"] = 1;
    if (!r.has("required")) v["required"] = false;
    if (!r.has("status")) v["status"] = r.has("dependentOnId") ? "Pending" : "Open";
    if (r.text("status") == "Closed") status_changed(r, "Open", {});
}

void editor::artifact_defaults(record& r) {
    auto& v = r.values;
    v["dateAdded"] = now();
    const auto* type = store_.named(object_type::artifact_type, r.text("type"));
    if (type->has("intelType")) v["intelType"] = type->text("intelType");
    if (!r.has("derivedLink")) v["derivedLink"] = type->flag("derivedLink");
    if (!r.has("hashCode")) {
        const auto d = sha256(std::to_string(r.id) + ":" + std::string(r.text("summary")));
        v["hashCode"] = hex_encode(as_text(d)).substr(0, 40);
    }
}

// The server computes the hash of a file, whatever the client said (§7).
void editor::file_changed(record& r) {
    const auto bytes = base64_decode(r.text("fileData"));
    const auto d = sha256(*bytes);
    r.values["hashCode"] = base64_encode(as_text(d));
}

void editor::status_changed(record& r, std::string_view before, const document& d) {
    const auto after = r.text("status");
    if (after == before) return;
    auto& v = r.values;
    if (r.type == object_type::task) {
        if (after == "Closed") {
            if (!r.has("completedDate")) v["completedDate"] = now();
            v["completedBy"] = store_.find(object_type::user, context_.who->user)->text("userName");
        } else {
            v.erase("completedDate");
            v.erase("completedBy");
        }
        return;
    }
    if (after == "Closed") {
        if (!d.has("caseCloseTime")) v["caseCloseTime"] = now();
        v["caseCloseUser"] = context_.who->user;
    } else {
        v.erase("caseCloseTime");
        v.erase("caseCloseUser");
    }
}

}  // namespace casebridge::sandbox::threatconnect
