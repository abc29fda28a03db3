#include "platform/tracecat/client/targets.hpp"

#include "core/timestamp.hpp"
#include "http/target.hpp"

namespace casebridge::platform::tracecat::client {

target::target(const place_of_routes& where, std::string_view path) : text(where.base) {
    if (where.how == mount::canonical) text.append("/workspaces/").append(where.workspace.to_string());
    text += path;
    if (where.how == mount::legacy) add("workspace_id", where.workspace.to_string());
}

void target::separate() {
    text += asked_ ? '&' : '?';
    asked_ = true;
}

target& target::add(std::string_view name, std::string_view value) {
    separate();
    text.append(name).append("=");
    http::append_encoded(text, value);
    return *this;
}

target& target::add(std::string_view name, std::uint64_t value) {
    separate();
    text.append(name).append("=").append(std::to_string(value));
    return *this;
}

target& target::add_query(std::string_view query) {
    if (query.empty()) return *this;
    separate();
    text += query;
    return *this;
}

std::string case_path(const uuid& id, std::string_view below) {
    return "/cases/" + id.to_string() + std::string(below);
}

std::string listing_target(const place_of_routes& where, const store_listing& what,
                           const std::vector<std::string>& fields, bool with_payload) {
    target t(where, "/cases/search");
    t.add("limit", what.limit).add("order_by", what.by_update ? "updated_at" : "created_at");
    t.add("sort", what.descending ? "desc" : "asc");
    if (with_payload) t.add("include_payload", "true");
    for (const auto& id : fields) t.add("field_ids", id);
    t.add_query(what.filter);
    if (!what.cursor.empty()) t.add("cursor", what.cursor);
    return std::move(t.text);
}

std::string number_filter(std::int64_t number) { return "short_id=" + std::to_string(number); }

std::string time_filter(std::string_view parameter, std::int64_t micros) {
    std::string time;
    append_micros(time, instant{micros});
    std::string out(parameter);
    out += '=';
    http::append_encoded(out, time);
    return out;
}

}  // namespace casebridge::platform::tracecat::client
