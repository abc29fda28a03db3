#include "platform/threatconnect/facade/options.hpp"

#include "json/writer.hpp"
#include "platform/threatconnect/facade/keyword_rows.hpp"

#include <algorithm>
#include <vector>

namespace casebridge::platform::threatconnect {
namespace {

using sv = std::string_view;

sv type_of(const field& f) {
    switch (f.kind) {
        case shape::text:
        case shape::file:
        case shape::link:
        case shape::owner: return "String";
        case shape::integer: return f.name == "id" || f.name.ends_with("Id") ? "Long" : "Integer";
        case shape::boolean: return "Boolean";
        case shape::time: return "Date";
        case shape::any: return "JsonNode";
        case shape::user: return "User";
        case shape::assignee: return "Assignee";
        case shape::one:
        case shape::list: break;
    }
    const object_model* of = find_object(f.of);
    return of ? of->type : "JsonNode";
}

sv type_of(const query::keyword& k) {
    if (!k.shown_type.empty()) return k.shown_type;
    switch (k.type) {
        case query::value_type::integer:
        case query::value_type::nested: return "Integer";
        case query::value_type::decimal: return "Double";
        case query::value_type::boolean: return "Boolean";
        case query::value_type::time: return "DateTime";
        case query::value_type::text: break;
    }
    return "String";
}

void write_limits(json::writer& w, const field& f) {
    const auto least = static_cast<std::int64_t>(f.least), most = static_cast<std::int64_t>(f.most);
    const bool list = f.kind == shape::list, number = f.kind == shape::integer;
    if (most != 0) w.member(list ? "maxSize" : number ? "maxValue" : "maxLength", most);
    if (!list && (most != 0 || least != 0)) w.member(number ? "minValue" : "minLength", least);
}

void write_values(json::writer& w, const field& f, const allowed_names& names) {
    const auto named = f.named_in.empty() ? names.end() : names.find(f.named_in);
    if (f.values.empty() && named == names.end()) return;
    w.key("allowableValues").begin_array();
    for (const sv v : f.values) w.string(v);
    if (named != names.end())
        for (const std::string& v : named->second) w.string(v);
    w.end_array();
}

// readOnly is for today's clients, read-only for those of 2020, which look for it on every field (§10.9).
void write_descriptor(json::writer& w, const field& f, const allowed_names& names) {
    const bool fixed = f.read_only();
    w.begin_object().member("type", type_of(f));
    if (!fixed) w.member("required", f.post == use::must || f.post == use::parent);
    if (!fixed && !f.alternative.empty()) w.member("requiredAltField", f.alternative);
    w.member("readOnly", fixed).member("read-only", fixed);
    if (!fixed && f.put == use::fixed) w.member("updatable", false);
    write_limits(w, f);
    write_values(w, f, names);
    w.member("description", f.about).end_object();
}

// "caseOpenTime": "Case Open Time"
std::string spaced(sv camel) {
    std::string out;
    for (const char c : camel) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (upper && !out.empty()) out += ' ';
        out += out.empty() && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return out;
}

std::string about(const query::keyword& k, const object_model& object) {
    if (k.type == query::value_type::nested) {
        const object_model* of = find_object(k.object);
        return "A nested query for association to " + std::string(of ? of->entity : "object") + "s";
    }
    return "The " + spaced(k.name) + " of the " + std::string(object.entity);
}

}  // namespace

std::string describe(const object_model& object, bool read_only_too, const allowed_names& names) {
    std::string out;
    json::writer w(out);
    w.begin_object();
    for (const field& f : object.fields) {
        if (f.read_only() && !read_only_too) continue;
        w.key(f.name);
        const bool list = f.kind == shape::list;
        if (list) w.begin_object().key("data").begin_array();
        write_descriptor(w, f, names);
        if (list) w.end_array().end_object();
    }
    w.end_object();
    return out;
}

std::string describe_fields(const object_model& object) {
    std::string out;
    json::writer w(out);
    std::vector<sv> seen;
    w.begin_object().key("data").begin_array();
    for (const field& f : object.fields) {
        const sv name = f.asked_name();
        const bool more = f.shown != show::always || !f.asked_as.empty();
        if (!more || std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
        seen.push_back(name);
        w.begin_object().member("name", name).member("description", "Includes " + std::string(f.about));
        w.member("includedByDefault", false).end_object();
    }
    w.end_array().member("count", static_cast<std::int64_t>(seen.size()));
    w.member("status", "Success").end_object();
    return out;
}

std::string describe_words(const object_model& object) {
    std::string out;
    json::writer w(out);
    std::int64_t listed = 0;
    w.begin_object().key("data").begin_array();
    for (const query::keyword& k : object.words.keywords) {
        if (k.shown_type == unlisted) continue;
        ++listed;
        w.begin_object().member("keyword", k.name);
        w.member("name", k.label.empty() ? spaced(k.name) : std::string(k.label));
        w.member("type", type_of(k)).member("description", about(k, object)).end_object();
    }
    w.end_array().member("count", listed);
    w.member("status", "Success").end_object();
    return out;
}

}  // namespace casebridge::platform::threatconnect
