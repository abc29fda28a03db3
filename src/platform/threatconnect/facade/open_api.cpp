#include "platform/threatconnect/facade/open_api.hpp"

#include "json/writer.hpp"
#include "platform/threatconnect/facade/routes.hpp"

#include <map>
#include <utility>
#include <vector>

namespace casebridge::platform::threatconnect {
namespace {

using sv = std::string_view;
struct operation_row {
    const route* row;
    const object_model* object;
};
using paths = std::map<std::string, std::vector<operation_row>>;

bool serves(const object_model& m, action a) noexcept {
    switch (a) {
        case action::create: return m.allowed.create;
        case action::update: return m.allowed.update;
        case action::remove: return m.allowed.remove;
        case action::remove_many: return m.allowed.remove_many;
        default: return true;
    }
}

paths collect() {
    constexpr sv mark = "{type}";
    paths out;
    for (const route& r : routes()) {
        const auto at = r.pattern.find(mark);
        if (at == sv::npos) {
            out[std::string(r.pattern)].push_back({&r, nullptr});
            continue;
        }
        for (const object_model& m : objects()) {
            if (!serves(m, r.what)) continue;
            std::string path(r.pattern);
            path.replace(at, mark.size(), m.path);
            out[path].push_back({&r, &m});
        }
    }
    return out;
}

void write_parameter(json::writer& w, sv name, sv in, sv type) {
    w.begin_object().member("name", name).member("in", in).member("required", in == "path");
    w.key("schema").begin_object().member("type", type).end_object().end_object();
}

void write_parameters(json::writer& w, const route& r) {
    constexpr std::pair<sv, sv> of_lists[] = {{"tql", "string"},
                                              {"sorting", "string"},
                                              {"resultStart", "integer"},
                                              {"resultLimit", "integer"},
                                              {"count", "boolean"}};
    w.key("parameters").begin_array();
    if (r.pattern.find("{id}") != sv::npos) write_parameter(w, "id", "path", "string");
    if (r.what == action::list)
        for (const auto& [name, type] : of_lists) write_parameter(w, name, "query", type);
    if (r.what == action::list || r.what == action::read || r.what == action::create ||
        r.what == action::update)
        write_parameter(w, "fields", "query", "string");
    if (r.what == action::describe) write_parameter(w, "show", "query", "string");
    if (r.what == action::renew_token) write_parameter(w, "expiredToken", "query", "string");
    w.end_array();
}

std::string lower(sv text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

void write_operation(json::writer& w, const operation_row& o) {
    const bool body = o.row->what == action::create || o.row->what == action::update;
    match named;
    named.row = o.row;
    named.object = o.object;
    w.key(lower(o.row->method)).begin_object().member("operationId", named.name());
    write_parameters(w, *o.row);
    if (body) w.key("requestBody").raw(R"({"content":{"application/json":{"schema":{"type":"object"}}}})");
    w.key("responses").begin_object().key(o.row->what == action::create ? "201" : "200");
    w.raw(R"({"description":"Success","content":{"application/json":{"schema":{"type":"object"}}}})");
    w.end_object().end_object();
}

}  // namespace

std::string open_api_document(sv public_url) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("openapi", "3.0.1");
    w.key("info").begin_object().member("title", "ThreatConnect v3").member("version", "3").end_object();
    w.key("servers").begin_array().begin_object().member("url", std::string(public_url) + "/api");
    w.end_object().end_array();
    w.key("paths").begin_object();
    for (const auto& [path, rows] : collect()) {
        w.key(path).begin_object();
        for (const operation_row& o : rows) write_operation(w, o);
        w.end_object();
    }
    w.end_object().end_object();
    return out;
}

}  // namespace casebridge::platform::threatconnect
