#include "sandbox/threatconnect/options.hpp"

#include "json/writer.hpp"

#include <set>

namespace casebridge::sandbox::threatconnect {

namespace {

std::string_view type_of(const field_def& f) {
    switch (f.kind) {
        case value_kind::integer: return f.name == "id" ? "Long" : "Integer";
        case value_kind::boolean: return "Boolean";
        case value_kind::date: return "Date";
        case value_kind::json: return "JsonNode";
        case value_kind::user: return "User";
        case value_kind::assignee: return "Assignee";
        case value_kind::owner_id: return "Long";
        case value_kind::collection:
        case value_kind::reference:
            return f.target == object_type::none ? "Victim" : definition(f.target).type_name;
        case value_kind::parent:
            if (f.name.ends_with("Xid")) return "String";
            if (f.name.ends_with("Id")) return "Long";
            if (f.name == "parentCase") return "Case";
            if (f.name == "task") return "Task";
            if (f.name == "artifact") return "Artifact";
            if (f.name == "workflowEvent") return "WorkflowEvent";
            return "ArtifactType";
        default: return "String";
    }
}

std::string_view type_of(tql_type t) {
    switch (t) {
        case tql_type::integer:
        case tql_type::nested: return "Integer";
        case tql_type::boolean: return "Boolean";
        case tql_type::date: return "DateTime";
        case tql_type::folded: return "StringLower";
        default: return "String";
    }
}

bool is_read_only(const field_def& f) { return f.post == rule::refused && f.put == rule::refused; }

void allowable(json::writer& w, const field_def& f, const object_def& o, const store& s) {
    if (o.type == object_type::artifact && f.name == "type") {
        w.key("allowableValues").begin_array();
        for (const auto& [id, t] : s.all(object_type::artifact_type)) w.string(t.text("name"));
        w.end_array();
    } else if (!f.values.empty()) {
        w.key("allowableValues").begin_array();
        for (const auto& v : f.values) w.string(v);
        w.end_array();
    }
}

void limits(json::writer& w, const field_def& f) {
    const auto least = static_cast<std::int64_t>(f.min);
    const auto most = static_cast<std::int64_t>(f.max);
    if (f.kind == value_kind::collection) {
        if (most != 0) w.member("maxSize", most);
    } else if (f.kind == value_kind::integer) {
        if (most != 0) w.member("maxValue", most).member("minValue", least);
    } else {
        if (most != 0) w.member("maxLength", most);
        if (most != 0 || least != 0) w.member("minLength", least);
    }
}

// readOnly for today's clients, read-only for those of 2020 (§10.9), which look for it on every field.
void descriptor(json::writer& w, const field_def& f, const object_def& o, const store& s) {
    w.begin_object();
    w.member("type", type_of(f));
    const bool read_only = is_read_only(f);
    if (!read_only) {
        w.member("required", f.post == rule::required);
        if (!f.alternative.empty()) w.member("requiredAltField", f.alternative);
    }
    w.member("readOnly", read_only).member("read-only", read_only);
    if (!read_only && f.put == rule::refused) w.member("updatable", false);
    limits(w, f);
    allowable(w, f, o, s);
    w.member("description", f.description).end_object();
}

}  // namespace

std::string describe_fields(const object_def& o, const store& s, bool read_only_too) {
    std::string out;
    json::writer w(out);
    w.begin_object();
    for (const auto& f : o.fields) {
        if (is_read_only(f) && !read_only_too) continue;
        w.key(f.name);
        if (f.kind == value_kind::collection) w.begin_object().key("data").begin_array();
        descriptor(w, f, o, s);
        if (f.kind == value_kind::collection) w.end_array().end_object();
    }
    w.end_object();
    return out;
}

std::string list_field_names(const object_def& o) {
    std::string out;
    json::writer w(out);
    std::set<std::string_view> seen;
    w.begin_object().key("data").begin_array();
    for (const auto& f : o.fields) {
        const auto name = f.asked_as.empty() ? f.name : f.asked_as;
        const bool more = f.answer == shown::asked || f.answer == shown::farther || !f.asked_as.empty();
        if (!more || !seen.insert(name).second) continue;
        w.begin_object().member("name", name).member("description", "Includes " + std::string(f.description));
        w.member("includedByDefault", false).end_object();
    }
    w.end_array()
        .member("count", static_cast<std::int64_t>(seen.size()))
        .member("status", "Success")
        .end_object();
    return out;
}

std::string list_keywords(const object_def& o) {
    std::string out;
    json::writer w(out);
    w.begin_object().key("data").begin_array();
    for (const auto& k : o.keywords) {
        w.begin_object()
            .member("keyword", k.keyword)
            .member("name", k.keyword)
            .member("type", type_of(k.type));
        w.member("description", k.type == tql_type::nested
                                    ? "A nested query for association to other objects"
                                    : "The " + std::string(k.keyword) + " of the " + std::string(o.entity));
        w.end_object();
    }
    w.end_array().member("count", static_cast<std::int64_t>(o.keywords.size()));
    w.member("status", "Success").end_object();
    return out;
}

}  // namespace casebridge::sandbox::threatconnect
