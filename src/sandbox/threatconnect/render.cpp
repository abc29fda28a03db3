#include "sandbox/threatconnect/render.hpp"

#include <boost/json/serialize.hpp>

namespace casebridge::sandbox::threatconnect {

namespace {

const field_tree no_fields;

void scalar(json::writer& w, const boost::json::value& v) {
    if (v.is_string())
        w.string(v.get_string());
    else if (v.is_int64())
        w.integer(v.get_int64());
    else if (v.is_bool())
        w.boolean(v.get_bool());
    else
        w.raw(boost::json::serialize(v));
}

}  // namespace

void field_tree::add(std::string_view dotted) {
    if (dotted == "_all_") {
        everything = true;
        return;
    }
    const auto dot = dotted.find('.');
    auto& child = below[std::string(dotted.substr(0, dot))];
    if (dot != std::string_view::npos) child.add(dotted.substr(dot + 1));
}

const field_tree* field_tree::find(std::string_view name) const {
    const auto it = below.find(name);
    if (it != below.end()) return &it->second;
    return everything ? &no_fields : nullptr;
}

std::string renderer::text(const record& r, const field_tree& fields) const {
    std::string out;
    json::writer w(out);
    object(w, r, fields);
    return out;
}

void renderer::object(json::writer& w, const record& r, const field_tree& fields) const {
    w.begin_object();
    const bool elsewhere = r.artifact_id != 0 || r.task_id != 0 || r.event_id != 0;
    for (const auto& f : definition(r.type).fields) {
        if (f.answer == shown::never) continue;
        const auto* asked = fields.find(f.asked_as.empty() ? f.name : f.asked_as);
        if (f.answer == shown::always || asked || (f.answer == shown::farther && !elsewhere))
            field(w, r, f, asked);
    }
    w.end_object();
}

void renderer::field(json::writer& w, const record& r, const field_def& f, const field_tree* below) const {
    const auto& tree = below ? *below : no_fields;
    switch (f.kind) {
        case value_kind::owner_name:
            if (const auto* o = store_.find(object_type::owner, r.owner)) w.member(f.name, o->text("name"));
            return;
        case value_kind::owner_id: w.member(f.name, r.owner); return;
        case value_kind::user:
            if (r.has(f.name)) {
                w.key(f.name);
                user(w, r.number(f.name), below != nullptr);
            }
            return;
        case value_kind::assignee: assignee(w, r); return;
        case value_kind::collection: collection(w, r, f, tree); return;
        case value_kind::parent: parent(w, r, f, tree); return;
        case value_kind::reference: parent_object(w, f.name, f.target, r.number("_template"), tree); return;
        default: break;
    }
    if (f.name == "id") {
        w.member(f.name, r.id);
    } else if (f.name == "link" && r.has("_link")) {
        w.member(f.name, context_.base_url + std::string(r.text("_link")));
    } else if (const auto* v = r.values.if_contains(f.name)) {
        w.key(f.name);
        scalar(w, *v);
    }
}

// The six keys of a user everywhere but in the list of users (§4, head).
void renderer::user(json::writer& w, id_type id, bool details) const {
    const auto* u = store_.find(object_type::user, id);
    w.begin_object();
    w.member("id", id);
    if (u) {
        for (const auto* key : {"userName", "firstName", "lastName", "pseudonym"})
            if (u->has(key)) w.member(key, u->text(key));
        if (const auto* o = store_.find(object_type::owner, u->owner)) w.member("owner", o->text("name"));
        if (details)
            for (const auto* key : {"ownerRoles", "systemRole"})
                if (const auto* v = u->values.if_contains(key)) {
                    w.key(key);
                    scalar(w, *v);
                }
    }
    w.end_object();
}

void renderer::assignee(json::writer& w, const record& r) const {
    const auto* v = r.values.if_contains("assignee");
    if (!v) return;
    const auto& a = v->get_object();
    const bool is_user = a.at("type").as_string() == "User";
    const auto id = a.at("id").as_int64();
    w.key("assignee").begin_object().member("type", is_user ? "User" : "Group").key("data");
    if (is_user) {
        user(w, id, false);
    } else if (const auto* g = store_.find(object_type::user_group, id)) {
        object(w, *g, no_fields);
    } else {
        w.begin_object().member("id", id).end_object();
    }
    w.end_object();
}

void renderer::collection(json::writer& w, const record& r, const field_def& f,
                          const field_tree& below) const {
    w.key(f.name).begin_object().key("data").begin_array();
    std::vector<id_type> ids;
    if (r.type == object_type::tag && f.target == object_type::case_)
        ids.assign(r.used_by.begin(), r.used_by.end());
    else if (f.via != link::none)
        ids = r.to(f.via);
    for (const auto id : ids) {
        const auto* child = store_.find(f.target, id);
        if (!child || !may_see(store_, context_, *child)) continue;
        if (f.target == object_type::user)
            user(w, id, false);
        else
            object(w, *child, below);
    }
    w.end_array().end_object();
}

void renderer::parent_object(json::writer& w, std::string_view name, object_type t, id_type id,
                             const field_tree& below) const {
    const auto* p = store_.find(t, id);
    if (!p) return;
    w.key(name);
    object(w, *p, below);
}

void renderer::parent(json::writer& w, const record& r, const field_def& f, const field_tree& below) const {
    const auto number = [&](id_type id) {
        if (id != 0) w.member(f.name, id);
    };
    const auto xid = [&](object_type t, id_type id) {
        if (const auto* p = store_.find(t, id)) w.member(f.name, p->text("xid"));
    };
    if (f.name == "caseId")
        number(r.case_id);
    else if (f.name == "caseXid")
        xid(object_type::case_, r.case_id);
    else if (f.name == "taskId")
        number(r.task_id);
    else if (f.name == "taskXid")
        xid(object_type::task, r.task_id);
    else if (f.name == "artifactId")
        number(r.artifact_id);
    else if (f.name == "workflowEventId")
        number(r.event_id);
    else if (f.name == "parentCase")
        parent_object(w, f.name, object_type::case_, r.case_id, below);
    else if (f.name == "task")
        parent_object(w, f.name, object_type::task, r.task_id, below);
    else if (f.name == "artifact")
        parent_object(w, f.name, object_type::artifact, r.artifact_id, below);
    else if (f.name == "workflowEvent")
        parent_object(w, f.name, object_type::workflow_event, r.event_id, below);
    else if (f.name == "artifactType") {
        const auto* t = store_.named(object_type::artifact_type, r.text("type"));
        if (t) parent_object(w, f.name, object_type::artifact_type, t->id, below);
    }
}

}  // namespace casebridge::sandbox::threatconnect
