#include "platform/threatconnect/client/requests.hpp"

#include "core/crypto.hpp"
#include "http/target.hpp"
#include "json/writer.hpp"
#include "query/tql.hpp"

namespace casebridge::platform::threatconnect {
namespace {

using query::tql_string;

constexpr std::string_view files_path = "/v3/artifacts";
constexpr std::string_view cases_path = "/v3/cases";

// Everything that the table reads beyond the default answer (§4.1, column resp).
void add_case_fields(target_builder& t, child_kinds with) {
    t.add("fields", "attributes").add("fields", "tags").add("fields", "userAccess");
    if (with.notes) t.add("fields", "notes");
    if (with.tasks) t.add("fields", "tasks");
    if (with.artifacts) t.add("fields", "artifacts");
    if (with.events) t.add("fields", "workflowEvents");
}

std::string bound_filter(const case_listing& what) {
    constexpr std::int64_t second = 1'000'000;
    const std::int64_t slack = what.wide ? 26 * 3600 * second : second;
    const std::int64_t at = what.bound->micros + (what.descending ? slack : -slack);
    return std::string(time_member(what.by)) + (what.descending ? " <= " : " >= ") + query::tql_time({at});
}

std::string literal(std::int64_t number) { return std::to_string(number); }
std::string literal(const std::string& text) { return tql_string(text); }

template <class T>
std::string one_of(std::string_view keyword, const std::vector<T>& values) {
    std::string out(keyword);
    out += " IN (";
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out += ',';
        out += literal(values[i]);
    }
    return out + ")";
}

std::string listing_filter(const case_listing& what) {
    std::string out = what.filter;
    const auto add = [&](const std::string& part) { out += out.empty() ? part : " and " + part; };
    if (!what.numbers.empty()) add(one_of("id", what.numbers));
    if (what.external_ids.size() == 1) add("xid = " + tql_string(what.external_ids.front()));
    if (what.external_ids.size() > 1) add(one_of("xid", what.external_ids));
    if (what.beyond_number) add((what.descending ? "id < " : "id > ") + std::to_string(*what.beyond_number));
    if (what.bound) add(bound_filter(what));
    return out;
}

std::string listing_order(const case_listing& what) {
    const std::string direction = what.descending ? "desc" : "asc";
    if (what.by == case_listing::order::number) return "id " + direction;
    return std::string(time_member(what.by)) + " " + direction + " id " + direction;
}

void write_attribute(json::writer& w, std::string_view type, std::string_view value) {
    w.begin_object().member("type", type).member("value", value).end_object();
}

}  // namespace

std::string_view time_member(case_listing::order by) noexcept {
    return by == case_listing::order::updated ? "lastUpdated" : "dateAdded";
}

target_builder::target_builder(std::string_view base, std::string_view path, std::string_view owner) {
    constexpr std::size_t usual_arguments = 192;
    text.reserve(base.size() + path.size() + owner.size() + usual_arguments);
    text.append(base).append(path).append("?owner=");
    http::append_encoded(text, owner);
}

target_builder& target_builder::add(std::string_view name, std::string_view value) {
    text.append("&").append(name).append("=");
    http::append_encoded(text, value);
    return *this;
}

target_builder& target_builder::add(std::string_view name, std::uint64_t value) {
    text.append("&").append(name).append("=").append(std::to_string(value));
    return *this;
}

std::string_view path_of(child what) noexcept {
    constexpr std::string_view paths[] = {"/v3/notes", "/v3/tasks", "/v3/artifacts", "/v3/workflowEvents"};
    return paths[static_cast<std::size_t>(what)];
}

std::string case_target(std::string_view base, std::string_view owner, std::int64_t number,
                        child_kinds with) {
    target_builder t(base, std::string(cases_path) + "/" + std::to_string(number), owner);
    add_case_fields(t, with);
    return std::move(t.text);
}

std::string listing_target(std::string_view base, std::string_view owner, const case_listing& what) {
    target_builder t(base, cases_path, owner);
    add_case_fields(t, what.with);
    if (const std::string filter = listing_filter(what); !filter.empty()) t.add("tql", filter);
    t.add("sorting", listing_order(what)).add("resultLimit", what.limit);
    if (what.count) t.add("count", std::string_view("true"));
    return std::move(t.text);
}

std::string files_target(std::string_view base, std::string_view owner,
                         std::span<const file_reference> files) {
    std::string cases, names;
    for (const auto& f : files) {
        cases.append(cases.empty() ? "" : ",").append(std::to_string(f.number));
        names.append(names.empty() ? "" : ",").append(tql_string(f.name));
    }
    target_builder t(base, files_path, owner);
    t.add("tql", "caseId IN (" + cases + ") and summary IN (" + names + ")");
    t.add("fields", "fileData").add("resultLimit", files.size() + 1);
    return std::move(t.text);
}

catalogue_page page_of(catalogue what) noexcept {
    switch (what) {
        case catalogue::tags: return {"/v3/tags", {}};
        case catalogue::users: return {"/v3/security/users", {}};
        case catalogue::groups: return {"/v3/security/userGroups", {}};
        case catalogue::bag_types: return {"/v3/attributeTypes", "associatedType = \"Case\""};
        case catalogue::field_definitions:
            return {"/v3/workflowTemplates", "name STARTSWITH \"casebridge field \""};
    }
    return {};
}

std::string case_body(const mapping::write_plan& plan, std::string_view carry_attribute,
                      std::string_view file_type, body_parts with) {
    std::string out = "{" + plan.members;
    std::string attributes;
    json::writer w(attributes);
    w.begin_array();
    for (const auto& change : plan.bag) {
        // Values beyond the entries that are there are new ones; the others are updated one by one.
        for (std::size_t i = change.ids.size(); i < change.texts.size(); ++i)
            write_attribute(w, change.name, change.texts[i]);
    }
    if (with.state && plan.carry == mapping::write_plan::carry_action::write)
        write_attribute(w, carry_attribute, plan.carry_text);
    if (with.history) {
        for (const auto& entry : plan.history) write_attribute(w, carry_attribute, entry);
    }
    w.end_array();
    const auto comma = [&] {
        if (out.size() > 1) out += ',';
    };
    if (!plan.external_id.empty()) {
        comma();
        out += "\"xid\":";
        json::append_string(out, plan.external_id);
    }
    if (attributes != "[]") {
        comma();
        out.append("\"attributes\":{\"data\":").append(attributes).append(",\"mode\":\"append\"}");
    }
    if (!plan.spills.empty()) {
        comma();
        out += "\"artifacts\":{\"data\":[";
        for (std::size_t i = 0; i < plan.spills.size(); ++i) {
            if (i > 0) out += ',';
            json::writer f(out);
            f.begin_object().member("summary", plan.spills[i].file).member("type", file_type);
            f.member("derivedLink", false)
                .member("fileData", base64_encode(plan.spills[i].text))
                .end_object();
        }
        out += "]}";
    }
    return out + "}";
}

std::string remove_attributes_body(const std::vector<std::int64_t>& ids) {
    std::string out;
    json::writer w(out);
    w.begin_object().key("attributes").begin_object().key("data").begin_array();
    for (const auto id : ids) w.begin_object().member("id", id).end_object();
    w.end_array().member("mode", "delete").end_object().end_object();
    return out;
}

std::string attribute_value_body(std::string_view value) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("value", value).end_object();
    return out;
}

std::string tag_body(std::string_view name, bool add, std::string_view carry_attribute,
                     const std::vector<std::string>& history) {
    std::string out;
    json::writer w(out);
    w.begin_object().key("tags").begin_object().key("data").begin_array();
    w.begin_object().member("name", name).end_object().end_array();
    w.member("mode", add ? "append" : "delete").end_object();
    if (!history.empty()) {
        w.key("attributes").begin_object().key("data").begin_array();
        for (const auto& entry : history) write_attribute(w, carry_attribute, entry);
        w.end_array().member("mode", "append").end_object();
    }
    w.end_object();
    return out;
}

}  // namespace casebridge::platform::threatconnect
