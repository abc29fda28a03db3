// ThreatConnect's requests: targets and bodies (fact sheet §3, §4, §6). Pure text.
#pragma once

#include "platform/backend.hpp"

#include <span>
#include <string>
#include <string_view>

namespace casebridge::platform::threatconnect {

// base: path of the API ("/api"). owner: name of the organization, on every request (§3.6).
struct target_builder {
    std::string text;
    target_builder(std::string_view base, std::string_view path, std::string_view owner);
    target_builder& add(std::string_view name, std::string_view value);
    target_builder& add(std::string_view name, std::uint64_t value);
};

std::string case_target(std::string_view base, std::string_view owner, std::int64_t number,
                        child_kinds with = {});
// Collection of a kind of children: "/v3/notes".
std::string_view path_of(child what) noexcept;
// The member, and TQL keyword, that an order by time goes by.
std::string_view time_member(case_listing::order by) noexcept;
std::string listing_target(std::string_view base, std::string_view owner, const case_listing& what);
std::string files_target(std::string_view base, std::string_view owner,
                         std::span<const file_reference> files);

struct catalogue_page {
    std::string_view path;
    std::string_view tql;   // empty: none
};
catalogue_page page_of(catalogue what) noexcept;

// What of a plan goes into a body beside the native members and the state's files.
struct body_parts {
    bool state = true;
    bool history = true;
};
// Body of POST and PUT /v3/cases: native members, new bag entries, the carried state and the history appended.
std::string case_body(const mapping::write_plan& plan, std::string_view carry_attribute,
                      std::string_view file_type, body_parts with);
// {"attributes":{"data":[{"id":1},…],"mode":"delete"}}
std::string remove_attributes_body(const std::vector<std::int64_t>& ids);
std::string attribute_value_body(std::string_view value);
// history: entries of the carry's type to append with it.
std::string tag_body(std::string_view name, bool add, std::string_view carry_attribute,
                     const std::vector<std::string>& history);

}  // namespace casebridge::platform::threatconnect
