#include "sandbox/threatconnect/editor.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <map>

namespace casebridge::sandbox::threatconnect {

namespace {

namespace bj = boost::json;

api_error bad(std::string message) { return fail(err::bad_request, std::move(message)); }

std::string_view member_text(const bj::object& o, std::string_view key) {
    const auto* v = o.if_contains(key);
    return v && v->is_string() ? std::string_view(v->get_string()) : std::string_view{};
}

// The values of a SelectOne rule: "A;B;C;".
bool is_one_of(std::string_view list, std::string_view value) {
    while (!list.empty()) {
        const auto end = std::min(list.find(';'), list.size());
        if (list.substr(0, end) == value) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

}  // namespace

bool is_file_type(const store& s, std::string_view artifact_type) {
    const auto* t = s.named(object_type::artifact_type, artifact_type);
    return t && t->text("dataType") == "File";
}

record* editor::visible(object_type t, id_type id) {
    auto* r = store_.find(t, id);
    return r && may_see(store_, context_, *r) ? r : nullptr;
}

outcome<void> editor::check(document& d, const record* existing) {
    switch (d.type) {
        case object_type::case_: CB_CHECK(check_case(d, existing)); break;
        case object_type::task: CB_CHECK(check_task(d, existing)); break;
        case object_type::artifact: CB_CHECK(check_artifact(d, existing)); break;
        case object_type::case_attribute: CB_CHECK(check_attribute(d, existing)); break;
        case object_type::tag: CB_CHECK(check_tag(d, existing)); break;
        case object_type::workflow_event:
            if (existing && existing->flag("systemGenerated") && !d.values.empty())
                return bad("A system-generated workflow event cannot be modified");
            break;
        default: break;
    }
    return check_nested(d, existing);
}

outcome<void> editor::check_case(document& d, const record*) {
    if (d.has("xid") && store_.case_by_xid(context_.owner, d.text("xid")))
        return fail(err::conflict, "The xid for this case is invalid, a case with this xid already exists");
    CB_CHECK(resolve_assignee(d));
    const auto* wanted = d.values.if_contains("workflowTemplate");
    if (!wanted) return {};
    const auto& t = wanted->get_object();
    const auto id = t.contains("id") ? read_id(t.at("id")) : 0;
    const auto* found = id != 0 ? store_.find(object_type::workflow_template, id)
                                : store_.named(object_type::workflow_template, member_text(t, "name"));
    if (!found) return bad("The requested workflow template was not found");
    d.values["workflowTemplate"] = found->id;
    return {};
}

outcome<void> editor::check_task(document& d, const record*) {
    if (d.has("xid") && store_.task_by_xid(context_.owner, d.text("xid")))
        return fail(err::conflict, "The xid for this task is invalid, a task with this xid already exists");
    if (const auto* other = d.values.if_contains("dependentOnId"))
        if (!visible(object_type::task, other->as_int64())) return bad("The requested task was not found");
    return resolve_assignee(d);
}

outcome<void> editor::check_artifact(document& d, const record* existing) {
    if (!existing) {
        const record* type = nullptr;
        for (const auto& [id, t] : store_.all(object_type::artifact_type))
            if (equal_folded(t.text("name"), d.text("type"))) type = &t;
        if (!type)
            return fail(err::improper_format,
                        "The type for this artifact is invalid, there is no artifact type '" +
                            std::string(d.text("type")) + "'");
        d.values["type"] = type->text("name");
    }
    const auto type = existing ? existing->text("type") : d.text("type");
    if (d.has("fileData") && !is_file_type(store_, type))
        return fail(err::mismatched,
                    "An artifact of the type '" + std::string(type) + "' cannot hold a file");
    return {};
}

outcome<void> editor::check_attribute(document& d, const record* existing) {
    const auto name = existing ? existing->text("type") : d.text("type");
    const record* type = nullptr;
    for (const auto& [id, t] : store_.all(object_type::attribute_type))
        if (t.text("name") == name && may_see(store_, context_, t)) type = &t;
    const auto* kinds = type ? type->values.if_contains("_associatedTypes") : nullptr;
    if (!kinds ||
        std::find(kinds->as_array().begin(), kinds->as_array().end(), "Case") == kinds->as_array().end())
        return bad("The requested attribute type was not found: '" + std::string(name) + "'");
    if (!existing) d.values["_type"] = type->id;
    if (!d.has("value")) return {};
    const auto most = static_cast<std::size_t>(type->number("maxSize"));
    if (characters(d.text("value")) > most)
        return fail(err::improper_format,
                    "The value for this attribute is invalid, please enter a value between 1-" +
                        std::to_string(most) + " characters in length");
    const auto* rule_of = type->values.if_contains("validationRule");
    if (rule_of && member_text(rule_of->as_object(), "type") == "SelectOne" &&
        !is_one_of(member_text(rule_of->as_object(), "text"), d.text("value")))
        return fail(err::improper_format,
                    type->has("errorMessage") ? std::string(type->text("errorMessage")) : "");
    return {};
}

// Max Allowed, on the set of attributes that the case would have afterwards.
outcome<void> editor::check_attribute_counts(const std::vector<const document*>& added, const record* c,
                                             const nested_documents* within) {
    std::map<id_type, id_type> counts;
    const bool replaced = within && within->mode == collection_mode::replace;
    if (c) {
        for (const auto id : c->to(link::attributes)) {
            const bool kept = !replaced || std::any_of(within->entries.begin(), within->entries.end(),
                                                       [&](const document& e) { return e.id == id; });
            if (kept) ++counts[store_.find(object_type::case_attribute, id)->number("_type")];
        }
    }
    for (const auto* d : added) {
        const auto type_id = d->values.at("_type").as_int64();
        const auto* type = store_.find(object_type::attribute_type, type_id);
        const auto most = type->number("_maxAllowed");
        if (++counts[type_id] > most && most != 0)
            return bad("The maximum number of attributes of the type '" + std::string(type->text("name")) +
                       "' is " + std::to_string(most));
    }
    return {};
}

outcome<void> editor::check_tag(document& d, const record* existing) {
    const auto* other = d.has("name") ? store_.tag_named(context_.owner, d.text("name")) : nullptr;
    if (other && other != existing)
        return fail(err::conflict, "The name for this tag is invalid, a tag with this name already exists");
    if (d.has("owner")) {
        const auto* o = store_.find(object_type::owner, context_.owner);
        if (d.text("owner") != o->text("name"))
            return fail(err::mismatched, "The owners of the requested objects were different");
        d.values.erase("owner");
    }
    return {};
}

outcome<void> editor::check_nested(document& d, const record* existing) {
    for (auto& n : d.nested) {
        std::vector<const document*> added;
        for (auto& e : n.entries) {
            CB_CHECK(check_entry(e, n, existing));
            if (n.field->target == object_type::case_attribute && e.id == 0) added.push_back(&e);
        }
        if (n.field->target == object_type::case_attribute && n.mode != collection_mode::remove)
            CB_CHECK(check_attribute_counts(added, existing, &n));
    }
    return {};
}

outcome<void> editor::check_entry(document& e, const nested_documents& n, const record* parent) {
    const bool removal = n.mode == collection_mode::remove;
    switch (e.type) {
        case object_type::tag: return resolve_tag(e, n.mode);
        case object_type::user: return resolve_user(e);
        case object_type::group:
        case object_type::indicator:
            return bad("The requested " + std::string(definition(e.type).entity) + " was not found");
        case object_type::case_attribute: {
            if (removal && e.id == 0) return fail(err::missing_data, "The id for this attribute is required");
            if (e.id == 0) return check(e, nullptr);
            const auto* known = visible(object_type::case_attribute, e.id);
            if (removal) return {};
            if (!known || !parent || known->case_id != parent->id)
                return bad("The requested attribute was not found");
            return check(e, known);
        }
        case object_type::case_:
            if (removal && e.id == 0) return fail(err::missing_data, "The id for this case is required");
            if (e.id == 0) return check(e, nullptr);
            if (!removal && !visible(object_type::case_, e.id))
                return bad("The requested case was not found");
            return {};
        default:
            if (e.id != 0)
                return fail(err::improper_format, "An existing " + std::string(definition(e.type).entity) +
                                                      " is changed by its own endpoint");
            return check(e, nullptr);
    }
}

outcome<void> editor::resolve_tag(document& e, collection_mode mode) {
    if (e.id != 0) {
        if (mode != collection_mode::remove && !visible(object_type::tag, e.id))
            return bad("The requested tag was not found");
        return {};
    }
    if (e.has("techniqueId")) {
        const auto* t = store_.technique(e.text("techniqueId"));
        if (!t) return bad("The requested tag was not found");
        e.id = t->id;
        return {};
    }
    if (!e.has("name")) return fail(err::missing_data, "The name for this tag is required");
    return {};
}

outcome<void> editor::resolve_user(document& e) {
    if (e.id == 0 && !e.has("userName")) return fail(err::missing_data, "The id for this user is required");
    const auto* u = e.id != 0 ? store_.find(object_type::user, e.id) : store_.user_named(e.text("userName"));
    if (!u || !belongs(*u, context_.owner)) return bad("The requested user was not found");
    e.id = u->id;
    return {};
}

outcome<id_type> editor::assignee_user(const bj::object& data) {
    // The id decides, even against a userName beside it (§12.33).
    const record* u = data.contains("id") ? store_.find(object_type::user, read_id(data.at("id")))
                                          : store_.user_named(member_text(data, "userName"));
    if (!u || !belongs(*u, context_.owner)) return bad("The requested user was not found");
    return u->id;
}

outcome<id_type> editor::assignee_group(const bj::object& data) {
    const record* g = data.contains("id") ? store_.find(object_type::user_group, read_id(data.at("id")))
                                          : store_.named(object_type::user_group, member_text(data, "name"));
    if (!g || !belongs(*g, context_.owner)) return bad("The requested user group was not found");
    return g->id;
}

outcome<void> editor::resolve_assignee(document& d) {
    const auto* v = d.values.if_contains("assignee");
    if (!v) return {};
    const auto& a = v->get_object();
    const auto type = member_text(a, "type");
    const auto* data = a.if_contains("data");
    for (const auto& [key, unused] : a)
        if (key != "type" && key != "data")
            return fail(err::improper_format, "Unknown field '" + std::string(key) + "' for this assignee");
    if (equal_folded(type, "None")) {
        d.values["assignee"] = nullptr;
        return {};
    }
    if (!data || !data->is_object()) return fail(err::missing_data, "The data for this assignee is required");
    const auto& who = data->get_object();
    const bool known = equal_folded(type, "User") || equal_folded(type, "Group");
    if (!known && !type.empty())
        return fail(err::improper_format,
                    "The type for this assignee is invalid , please enter one of the following values: User, "
                    "Group, None");
    if (!who.contains("id") && !who.contains("userName") && !who.contains("name"))
        return fail(err::missing_data, "The id for this assignee is required");
    const bool group =
        known ? equal_folded(type, "Group") : !who.contains("userName") && who.contains("name");
    CB_TRY(const auto id, group ? assignee_group(who) : assignee_user(who));
    d.values["assignee"] = bj::object{{"type", group ? "Group" : "User"}, {"id", id}};
    return {};
}

outcome<editor::parents> editor::find_parents(const document& d) {
    parents p;
    const auto id_of = [&](std::string_view key) { return d.has(key) ? d.values.at(key).as_int64() : 0; };
    const auto missing = [](std::string_view what) {
        return fail(err::not_found, "The requested " + std::string(what) + " was not found");
    };
    if (d.has("workflowEventId") &&
        !(p.event = visible(object_type::workflow_event, id_of("workflowEventId"))))
        return missing("workflow event");
    if (d.has("artifactId") && !(p.artifact = visible(object_type::artifact, id_of("artifactId"))))
        return missing("artifact");
    if (d.has("taskId") && !(p.task = visible(object_type::task, id_of("taskId")))) return missing("task");
    if (d.has("taskXid")) {
        auto* t = store_.task_by_xid(context_.owner, d.text("taskXid"));
        if (!t || !may_see(store_, context_, *t)) return missing("task");
        if (p.task && p.task != t) return fail(err::mismatched);
        p.task = t;
    }
    if (d.has("caseId") && !(p.case_ = visible(object_type::case_, id_of("caseId")))) return missing("case");
    if (d.has("caseXid")) {
        auto* c = store_.case_by_xid(context_.owner, d.text("caseXid"));
        if (!c || !may_see(store_, context_, *c)) return missing("case");
        if (p.case_ && p.case_ != c) return fail(err::mismatched);
        p.case_ = c;
    }
    for (const auto* via : {p.event, p.artifact, p.task})
        if (via && p.case_ && via->case_id != p.case_->id) return fail(err::mismatched);
    return p;
}

}  // namespace casebridge::sandbox::threatconnect
