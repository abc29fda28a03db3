#include "platform/threatconnect/facade/routes.hpp"

#include "http/target.hpp"

namespace casebridge::platform::threatconnect {
namespace {

using a = action;

constexpr route table[] = {
    {"fields", "OPTIONS", "/v3/{type}/fields", a::describe_fields},
    {"tql", "OPTIONS", "/v3/{type}/tql", a::describe_words},
    {"options", "OPTIONS", "/v3/{type}", a::describe},
    {"list", "GET", "/v3/{type}", a::list},
    {"create", "POST", "/v3/{type}", a::create},
    {"delete_many", "DELETE", "/v3/{type}", a::remove_many},
    {"get", "GET", "/v3/{type}/{id}", a::read},
    {"update", "PUT", "/v3/{type}/{id}", a::update},
    {"delete", "DELETE", "/v3/{type}/{id}", a::remove},
    {"openApi", "GET", "/v3/openApi", a::open_api},
    {"token", "POST", "/v3/token/api", a::issue_token},
    {"token", "POST", "/v3/token/svc", a::issue_token},
    {"appAuth", "GET", "/appAuth", a::renew_token},
    {"v2.owners", "GET", "/v2/owners", a::owners},
    {"v2.owners.mine", "GET", "/v2/owners/mine", a::own_owner},
    {"v2.owners.members", "GET", "/v2/owners/mine/members", a::members},
    {"v2.owners.get", "GET", "/v2/owners/{id}", a::owner},
    {"v2.whoami", "GET", "/v2/whoami", a::who_am_i},
    {"v2.indicatorTypes", "GET", "/v2/types/indicatorTypes", a::indicator_types},
};

constexpr std::string_view api = "/api", below = "/v3/", type_mark = "{type}", id_mark = "{id}";

// The object whose path the text begins with; what follows begins with a slash, or is nothing.
const object_model* object_at(std::string_view text) noexcept {
    for (const object_model& m : objects())
        if (text.starts_with(m.path) && (text.size() == m.path.size() || text[m.path.size()] == '/'))
            return &m;
    return nullptr;
}

bool fits(std::string_view pattern, std::string_view path, const object_model* of, std::string& id) {
    if (const auto at = pattern.find(type_mark); at != std::string_view::npos) {
        if (!of || !path.starts_with(below)) return false;
        pattern.remove_prefix(at + type_mark.size());
        path.remove_prefix(below.size() + of->path.size());
    }
    if (!pattern.ends_with(id_mark)) return pattern == path;
    pattern.remove_suffix(id_mark.size());
    if (!path.starts_with(pattern)) return false;
    const std::string_view rest = path.substr(pattern.size());
    if (rest.empty() || rest.find('/') != std::string_view::npos) return false;
    id = http::decode_segment(rest);
    return true;
}

}  // namespace

std::span<const route> routes() noexcept { return table; }

std::string match::name() const {
    std::string out;
    if (object) out.append(object->path).append(".");
    if (row) out.append(row->name);
    return out;
}

match find_route(std::string_view method, std::string_view path) {
    match m;
    m.api_prefix = path.starts_with("/api/");
    if (m.api_prefix) path.remove_prefix(api.size());
    if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    const object_model* of = path.starts_with(below) ? object_at(path.substr(below.size())) : nullptr;
    for (const route& r : table) {
        std::string id;
        if (!fits(r.pattern, path, of, id) || (m.row && r.method != method)) continue;
        m.row = &r;
        m.object = r.pattern.find(type_mark) == std::string_view::npos ? nullptr : of;
        m.id = std::move(id);
        m.method_fits = r.method == method;
        if (m.method_fits) break;
    }
    return m;
}

}  // namespace casebridge::platform::threatconnect
