// What each keyword of schema_keywords.cpp means for a record. Sources that begin with '@' are rows of
// the table below; every other source is a key of the record's own values.
#include "sandbox/threatconnect/tql_filter.hpp"

#include <charconv>
#include <unordered_map>

namespace casebridge::sandbox::threatconnect::tql {

namespace {

using reader = void (*)(const store&, const record&, operands&);

void number(operands& out, id_type n) {
    if (n != 0) out.emplace_back(static_cast<double>(n));
}
void text(operands& out, std::string_view t) {
    if (!t.empty()) out.emplace_back(std::string(t));
}

const boost::json::object* assignee(const record& r) {
    const auto* v = r.values.if_contains("assignee");
    return v ? v->if_object() : nullptr;
}

void assignee_type(const store&, const record& r, operands& out) {
    if (const auto* a = assignee(r)) text(out, a->at("type").as_string());
}
void assignee_kind(const store& s, const record& r, operands& out) {
    assignee_type(s, r, out);
    if (out.empty()) text(out, "None");
}
void assignee_id(const store&, const record& r, operands& out) {
    if (const auto* a = assignee(r)) number(out, a->at("id").as_int64());
}
void assignee_name(const store& s, const record& r, operands& out) {
    const auto* a = assignee(r);
    if (!a) return;
    const bool user = a->at("type").as_string() == "User";
    const auto* who = s.find(user ? object_type::user : object_type::user_group, a->at("id").as_int64());
    if (who) text(out, who->text(user ? "userName" : "name"));
}

void tag_names(const store& s, const record& r, operands& out, bool technique) {
    for (const auto id : r.to(link::tags)) {
        const auto* t = s.find(object_type::tag, id);
        if (t && t->has("techniqueId") == technique) text(out, t->text("name"));
    }
}

void integer_value(const store&, const record& r, operands& out) {
    const auto t = r.text("value");
    id_type n = 0;
    const auto read = std::from_chars(t.data(), t.data() + t.size(), n);
    if (read.ec == std::errc{} && read.ptr == t.data() + t.size()) out.emplace_back(static_cast<double>(n));
}
void date_value(const store&, const record& r, operands& out) {
    if (const auto t = parse_iso8601(r.text("value"))) out.emplace_back(*t);
}
void type_max_size(const store& s, const record& r, operands& out) {
    if (const auto* t = s.find(object_type::attribute_type, r.number("_type")))
        number(out, t->number("maxSize"));
}
void owner_name(const store& s, const record& r, operands& out) {
    if (const auto* o = s.find(object_type::owner, r.owner)) text(out, o->text("name"));
}
void associated_types(const store&, const record& r, operands& out) {
    if (const auto* types = r.values.if_contains("_associatedTypes"))
        for (const auto& t : types->as_array()) text(out, t.as_string());
}
void groups_of(const store& s, const record& r, operands& out) {
    for (const auto& [id, g] : s.all(object_type::user_group))
        for (const auto member : g.to(link::members))
            if (member == r.id) number(out, id);
}

const std::unordered_map<std::string_view, reader>& readers() {
    static const std::unordered_map<std::string_view, reader> rows = {
        {"@id", [](const store&, const record& r, operands& out) { number(out, r.id); }},
        // Workflows are not run here: no artifact is ever missing, no task automated.
        {"@none", [](const store&, const record&, operands& out) { out.emplace_back(0.0); }},
        {"@no", [](const store&, const record&, operands& out) { out.emplace_back(false); }},
        {"@idText", [](const store&, const record& r, operands& out) { text(out, std::to_string(r.id)); }},
        {"@caseId", [](const store&, const record& r, operands& out) { number(out, r.case_id); }},
        {"@caseIdText",
         [](const store&, const record& r, operands& out) { text(out, std::to_string(r.case_id)); }},
        {"@taskId", [](const store&, const record& r, operands& out) { number(out, r.task_id); }},
        {"@artifactId", [](const store&, const record& r, operands& out) { number(out, r.artifact_id); }},
        {"@eventId", [](const store&, const record& r, operands& out) { number(out, r.event_id); }},
        {"@noteId",
         [](const store&, const record& r, operands& out) {
             for (const auto id : r.to(link::notes)) number(out, id);
         }},
        {"@usedBy",
         [](const store&, const record& r, operands& out) {
             for (const auto id : r.used_by) number(out, id);
         }},
        {"@owner", [](const store&, const record& r, operands& out) { number(out, r.owner); }},
        {"@ownerName", owner_name},
        {"@system", [](const store&, const record& r, operands& out) { out.emplace_back(r.owner == 0); }},
        {"@deleted",
         [](const store&, const record& r, operands& out) { out.emplace_back(r.flag("deleted")); }},
        {"@eventLink",
         [](const store&, const record& r, operands& out) {
             if (r.has("_link")) text(out, "case:" + std::to_string(r.case_id));
         }},
        {"@caseSeverity",
         [](const store& s, const record& r, operands& out) {
             if (const auto* c = s.find(object_type::case_, r.case_id)) text(out, c->text("severity"));
         }},
        {"@tag", [](const store& s, const record& r, operands& out) { tag_names(s, r, out, false); }},
        {"@attackTag", [](const store& s, const record& r, operands& out) { tag_names(s, r, out, true); }},
        {"@shortText",
         [](const store&, const record& r, operands& out) { text(out, r.text("value").substr(0, 500)); }},
        {"@assigneeKind", assignee_kind},
        {"@assigneeType", assignee_type},
        {"@assigneeId", assignee_id},
        {"@assigneeName", assignee_name},
        {"@intVal", integer_value},
        {"@dateVal", date_value},
        {"@typeMaxSize", type_max_size},
        {"@associatedType", associated_types},
        {"@groupId", groups_of},
    };
    return rows;
}

void plain_value(const record& r, const keyword_def& k, operands& out) {
    const auto* v = r.values.if_contains(k.source);
    if (!v) return;
    switch (k.type) {
        case tql_type::integer:
            if (v->is_int64()) out.emplace_back(static_cast<double>(v->get_int64()));
            break;
        case tql_type::boolean:
            if (v->is_bool()) out.emplace_back(v->get_bool());
            break;
        case tql_type::date:
            if (v->is_string())
                if (const auto t = parse_iso8601(v->get_string())) out.emplace_back(*t);
            break;
        default:
            if (v->is_string()) out.emplace_back(std::string(v->get_string()));
    }
}

}  // namespace

void values_of(const store& s, const record& r, const keyword_def& k, operands& out) {
    if (k.source.empty()) return;
    if (k.type == tql_type::nested) {
        std::vector<id_type> ids;
        related(s, r, k, ids);
        for (const auto id : ids) number(out, id);
        return;
    }
    if (k.source.starts_with("@user:")) {
        if (const auto* u = s.find(object_type::user, r.number(k.source.substr(6))))
            text(out, u->text("userName"));
        return;
    }
    if (k.source.front() != '@') return plain_value(r, k, out);
    readers().at(k.source)(s, r, out);
}

void related(const store&, const record& r, const keyword_def& k, std::vector<id_type>& out) {
    const auto one = [&](id_type id) {
        if (id != 0) out.push_back(id);
    };
    if (k.source == "@tags")
        out = r.to(link::tags);
    else if (k.source == "@artifacts")
        out = r.to(link::artifacts);
    else if (k.source == "@notes")
        out = r.to(link::notes);
    else if (k.source == "@tasks")
        out = r.to(link::tasks);
    else if (k.source == "@cases")
        out = r.to(link::cases);
    else if (k.source == "@usedBy")
        out.assign(r.used_by.begin(), r.used_by.end());
    else if (k.source == "@case")
        one(r.case_id);
    else if (k.source == "@task")
        one(r.task_id);
    else if (k.source == "@artifact")
        one(r.artifact_id);
}

}  // namespace casebridge::sandbox::threatconnect::tql
