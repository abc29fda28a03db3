// Users, groups and assignees as ThreatConnect writes them (fact sheet §4.11, §4.12, §6.3).
#include "http/message.hpp"
#include "json/writer.hpp"
#include "platform/threatconnect/client/backend.hpp"

#include <array>

namespace casebridge::platform::threatconnect {

// The type is "User" or "Group" in any letter case; where it is missing, a userName tells a user.
std::optional<platform::backend::assignee> backend::assignee_of(json::value stored) const {
    assignee a;
    a.data = stored.member("data");
    if (!a.data.member("id").to_int64(a.number)) return std::nullopt;
    const std::string_view type = stored.member("type").text();
    a.group = http::iequals(type, "Group") || (!http::iequals(type, "User") && !a.data.member("userName"));
    return a;
}

std::string backend::assignee_document(bool group, std::int64_t number) const {
    std::string out;
    json::writer w(out);
    w.begin_object().member("type", group ? "Group" : "User");
    w.key("data").begin_object().member("id", number).end_object().end_object();
    return out;
}

std::string backend::user_document(const account& a, std::optional<role> here) const {
    static constexpr std::array roles{"viewer", "editor", "admin"};
    std::string out;
    json::writer w(out);
    w.begin_object().member("id", std::int64_t{0}).member("userName", a.email);
    if (!a.first_name.empty()) w.member("firstName", a.first_name);
    if (!a.last_name.empty()) w.member("lastName", a.last_name);
    if (here) w.member("accountRole", roles[static_cast<std::size_t>(*here)]);
    w.end_object();
    return out;
}

}  // namespace casebridge::platform::threatconnect
