#include "sandbox/threatconnect/document.hpp"

#include "core/crypto.hpp"
#include "core/error.hpp"
#include "core/timestamp.hpp"

#include <charconv>

namespace casebridge::sandbox::threatconnect {

namespace {

namespace bj = boost::json;

// Sentences in the style of the messages that are known (§1.4).
api_error invalid(const object_def& o, std::string_view field, std::string_view what) {
    return fail(err::improper_format, "The " + std::string(field) + " for this " + std::string(o.entity) +
                                          " is invalid, " + std::string(what));
}

outcome<bj::value> read_string(const object_def& o, const field_def& f, const bj::value& v) {
    if (!v.is_string()) return invalid(o, f.name, "please enter text");
    const std::string_view text = v.get_string();
    if (!f.values.empty()) {
        std::string list;
        for (const auto& allowed : f.values) {
            if (equal_folded(allowed, text)) return bj::value(allowed);
            list += (list.empty() ? "" : ", ") + std::string(allowed);
        }
        return fail(err::improper_format,
                    "The " + std::string(f.name) + " for this " + std::string(o.entity) +
                        " is invalid , please enter one of the following values: " + list);
    }
    const auto length = characters(text);
    if (length < f.min || (f.max != 0 && length > f.max)) {
        if (f.max == 0) return invalid(o, f.name, "this value is required");
        return invalid(o, f.name,
                       "please enter a " + std::string(f.name) + " between " + std::to_string(f.min) + "-" +
                           std::to_string(f.max) + " characters in length");
    }
    return v;
}

outcome<bj::value> read_integer(const object_def& o, const field_def& f, const bj::value& v) {
    if (!v.is_int64()) return invalid(o, f.name, "please enter an integer");
    const auto n = v.get_int64();
    if (n < static_cast<id_type>(f.min) || (f.max != 0 && n > static_cast<id_type>(f.max)))
        return invalid(o, f.name,
                       "please enter a number from " + std::to_string(f.min) +
                           (f.max != 0 ? " to " + std::to_string(f.max) : ""));
    return v;
}

outcome<bj::value> read_parent(const object_def& o, const field_def& f, const bj::value& v) {
    if (f.name.ends_with("Xid")) {
        if (!v.is_string()) return invalid(o, f.name, "please enter text");
        return v;
    }
    const auto id = read_id(v);
    if (id <= 0) return invalid(o, f.name, "please enter an id");
    return bj::value(id);
}

outcome<bj::value> read_scalar(const object_def& o, const field_def& f, const bj::value& v) {
    if (v.is_null()) return invalid(o, f.name, "it cannot be null");
    switch (f.kind) {
        case value_kind::string: return read_string(o, f, v);
        case value_kind::integer: return read_integer(o, f, v);
        case value_kind::boolean:
            if (!v.is_bool()) return invalid(o, f.name, "please enter true or false");
            return v;
        case value_kind::date:
            if (!v.is_string() || !parse_iso8601(v.get_string()))
                return invalid(o, f.name, "please enter a valid date");
            return v;
        case value_kind::file:
            if (!v.is_string() || !base64_decode(v.get_string()))
                return invalid(o, f.name, "please enter Base64");
            return v;
        case value_kind::owner_name:
            if (!v.is_string()) return invalid(o, f.name, "please enter text");
            return v;
        case value_kind::parent: return read_parent(o, f, v);
        case value_kind::assignee:
        case value_kind::reference:
            if (!v.is_object()) return invalid(o, f.name, "please enter an object");
            return v;
        default: return v;
    }
}

outcome<collection_mode> read_mode(const object_def& o, const field_def& f, const bj::value* v) {
    if (!v || !f.mode) return collection_mode::append;
    if (v->is_string()) {
        if (equal_folded(v->get_string(), "append")) return collection_mode::append;
        if (equal_folded(v->get_string(), "delete")) return collection_mode::remove;
        if (equal_folded(v->get_string(), "replace")) return collection_mode::replace;
    }
    return invalid(o, std::string(f.name) + ".mode", "please enter one of append, delete, replace");
}

outcome<nested_documents> read_collection(const object_def& o, const field_def& f, const bj::value& v,
                                          purpose why) {
    const auto* c = v.if_object();
    if (!c) return invalid(o, f.name, "please enter an object with the key data");
    for (const auto& [key, unused] : *c)
        if (key != "data" && key != "mode" && key != "count")
            return invalid(o, f.name, "unknown key '" + std::string(key) + "'");
    nested_documents out;
    out.field = &f;
    CB_TRY(auto mode, read_mode(o, f, c->if_contains("mode")));
    out.mode = why == purpose::update ? mode : collection_mode::append;
    const auto* data = c->if_contains("data");
    if (!data) return out;
    if (!data->is_array()) return invalid(o, f.name, "data must be a list");
    if (f.max != 0 && data->get_array().size() > f.max)
        return invalid(o, f.name, "please enter at most " + std::to_string(f.max) + " entries");
    const auto inner = out.mode == collection_mode::remove ? purpose::removal : purpose::nested;
    for (const auto& entry : data->get_array()) {
        CB_TRY(auto one, read_document(definition(f.target), entry, inner));
        out.entries.push_back(std::move(one));
    }
    return out;
}

// What a nested entry may name an existing object by, beside its id.
bool names_existing(object_type t, std::string_view key) {
    return (t == object_type::tag && (key == "techniqueId" || key == "name")) ||
           (t == object_type::user && key == "userName");
}

// Tags are known by their names without surrounding blanks.
bj::value without_blanks(const bj::value& v) {
    if (!v.is_string()) return v;
    std::string_view text = v.get_string();
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return bj::value(text);
}

outcome<void> read_member(const object_def& o, std::string_view key, const bj::value& given, purpose why,
                          document& out) {
    const bool tag_name = o.type == object_type::tag && key == "name";
    const bj::value trimmed = tag_name ? without_blanks(given) : bj::value();
    const bj::value& v = tag_name ? trimmed : given;
    const bool inside = why == purpose::nested || why == purpose::removal;
    if (inside && key == "id") {
        out.id = read_id(v);
        if (out.id <= 0) return invalid(o, "id", "please enter an id");
        return {};
    }
    const auto* f = field_named(o, key);
    if (!f)
        return fail(err::improper_format,
                    "Unknown field '" + std::string(key) + "' for this " + std::string(o.entity));
    const auto allowed = why == purpose::update ? f->put : f->post;
    if (allowed == rule::ignored) return {};
    const bool by_name = why == purpose::removal || (inside && allowed == rule::refused);
    if (by_name && names_existing(o.type, key) && v.is_string()) {
        out.values[key] = v;
        return {};
    }
    if (why == purpose::removal) return {};
    if (inside && o.type == object_type::user) return {};   // the other keys of a user are of no matter
    if (inside && o.type == object_type::case_attribute && out.id != 0 && allowed == rule::refused) return {};
    if (allowed == rule::refused)
        return fail(err::improper_format,
                    "The " + std::string(key) + " for this " + std::string(o.entity) +
                        (f->post == rule::refused ? " is read-only" : " cannot be changed"));
    if (f->kind == value_kind::collection) {
        CB_TRY(auto c, read_collection(o, *f, v, why));
        out.nested.push_back(std::move(c));
        return {};
    }
    CB_TRY(auto value, read_scalar(o, *f, v));
    out.values[key] = std::move(value);
    return {};
}

bool complete_without(const object_def& o, const field_def& f, const document& d, purpose why) {
    if (d.id != 0 || d.has(f.name)) return true;
    if (why == purpose::nested && f.kind == value_kind::parent) return true;
    if (!f.alternative.empty() && d.has(f.alternative)) return true;
    if (o.type == object_type::tag && d.has("techniqueId")) return true;
    if (f.kind != value_kind::parent) return false;
    for (const auto* other : {"taskId", "taskXid", "artifactId", "workflowEventId"})
        if (d.has(other)) return true;
    return false;
}

}  // namespace

std::string_view document::text(std::string_view key) const {
    const auto* v = values.if_contains(key);
    return v && v->is_string() ? std::string_view(v->get_string()) : std::string_view{};
}

id_type read_id(const bj::value& v) {
    if (v.is_int64()) return v.get_int64();
    if (!v.is_string()) return 0;
    const std::string_view t = v.get_string();
    id_type id = 0;
    const auto read = std::from_chars(t.data(), t.data() + t.size(), id);
    return read.ec == std::errc{} && read.ptr == t.data() + t.size() ? id : 0;
}

outcome<document> read_document(const object_def& o, const bj::value& body, purpose why) {
    document out;
    out.type = o.type;
    const auto* members = body.if_object();
    if (!members) return fail(err::improper_format, "Please enter a valid " + std::string(o.entity));
    const bool inside = why == purpose::nested || why == purpose::removal;
    if (inside && members->contains("id")) CB_CHECK(read_member(o, "id", members->at("id"), why, out));
    for (const auto& [key, v] : *members) {
        if (inside && key == "id") continue;
        CB_CHECK(read_member(o, key, v, why, out));
    }
    if (why == purpose::update || why == purpose::removal) return out;
    for (const auto& f : o.fields) {
        if (f.post != rule::required || complete_without(o, f, out, why)) continue;
        return fail(err::missing_data,
                    "The " + std::string(f.name) + " for this " + std::string(o.entity) + " is required");
    }
    return out;
}

}  // namespace casebridge::sandbox::threatconnect
