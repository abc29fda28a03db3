#include "micro/world.hpp"

#include "core/crypto.hpp"
#include "json/writer.hpp"

#include <stdexcept>

namespace casebridge::bench {
namespace {

std::unique_ptr<const mapping::bundle> load_tables(const std::string& folder) {
    std::vector<json::diagnostic> findings;
    auto tables = mapping::bundle::load(folder, {}, findings);
    if (!tables) throw std::runtime_error(findings.empty() ? folder : findings.front().to_string());
    return tables;
}

mapping::bag_type attribute_type(std::int64_t number, const char* name, const char* id, std::size_t max) {
    std::string definition;
    json::writer w(definition);
    w.begin_object().member("id", id).member("display_name", name).member("type", "TEXT");
    w.member("description", "").key("options").null().end_object();
    return {name, number, max, definition};
}

mapping::field_set make_fields(const mapping::bundle& tables) {
    return mapping::build_fields(*tables.object("case").source, tables.left(),
                                 {attribute_type(1, "Bridge State", "bridge_state", 500),
                                  attribute_type(2, "Environment", "environment", 100),
                                  attribute_type(3, "Asset Owner", "asset_owner", 255),
                                  attribute_type(4, "Root Cause", "root_cause", 1000),
                                  attribute_type(5, "Business Unit", "business_unit", 100),
                                  attribute_type(6, "Users Affected", "users_affected", 10)});
}

std::string user_document(const bridge::id_codec& ids, std::int64_t number, const char* email,
                          const char* first, const char* last) {
    std::string out;
    json::writer w(out);
    w.begin_object()
        .member("id", ids.encode(bridge::id_kind::user, number).to_string())
        .member("email", email);
    w.member("is_active", true)
        .member("is_superuser", false)
        .member("is_verified", false)
        .member("role", "basic");
    w.member("first_name", first).member("last_name", last).key("settings").begin_object().end_object();
    w.end_object();
    return out;
}

}  // namespace

world::world(const std::string& mappings_folder)
    : tables_(load_tables(mappings_folder)), fields_(make_fields(*tables_)), ids_(sha256("benchmark")) {
    users_[1] = user_document(ids_, 1, "smithj@example.com", "John", "Smith");
    users_[7] = user_document(ids_, 7, "rivera@example.com", "Alma", "Rivera");
}

void world::append_id(std::string& out, std::string_view kind, std::int64_t number) const {
    if (const auto k = bridge::id_kind_from_string(kind)) ids_.encode(*k, number).append_to(out);
}

void world::append_user(std::string& out, json::value stored) const {
    std::int64_t number = 0;
    const auto user =
        stored.member("data").member("id").to_int64(number) ? users_.find(number) : users_.end();
    if (user == users_.end())
        out += "null";
    else
        out += user->second;
}

}  // namespace casebridge::bench
