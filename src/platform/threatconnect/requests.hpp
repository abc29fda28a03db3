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

std::string case_target(std::string_view base, std::string_view owner, std::int64_t number);
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

// Body of POST and PUT /v3/cases: native members, new bag entries and the carried state appended, files with it.
std::string case_body(const mapping::write_plan& plan, std::string_view carry_attribute,
                      std::string_view file_type, bool with_carry);
// {"attributes":{"data":[{"id":1},…],"mode":"delete"}}
std::string remove_attributes_body(const std::vector<std::int64_t>& ids);
std::string attribute_value_body(std::string_view value);
std::string tag_body(std::string_view name, bool add);

}  // namespace casebridge::platform::threatconnect
