// What tables need to know of a workspace whose clients know objects by numbers.
#pragma once

#include "bridge/records/record_directory.hpp"
#include "mapping/reverse_references.hpp"

namespace casebridge::bridge {

class record_references final : public mapping::reverse_references {
public:
    // Lists may be null: then nobody is found in them.
    record_references(const directory_sources& from, const numbered_list* users, const numbered_list* groups,
                      const numbered_list* tags, std::string_view caller)
        : from_(&from), users_(users), groups_(groups), tags_(tags), caller_(caller) {}

    std::int64_t case_number(std::int64_t stored) const override;
    std::int64_t number_of(std::string_view kind, std::string_view stored_id) const override;
    std::int64_t child_number(std::int64_t case_number, std::int64_t own) const override;
    bool append_user(std::string& out, json::value stored) const override;
    bool append_user_named(std::string& out, std::string_view user_name) const override;
    bool append_login(std::string& out, json::value stored) const override;
    bool append_group_named(std::string& out, std::string_view name) const override;
    std::string constant(std::string_view name) const override;
    assignee find_assignee(json::value written) const override;
    std::optional<std::string> tag_named(std::int64_t number) const override;
    std::optional<attribute_type> find_attribute_type(std::string_view name) const override;
    std::string_view caller() const override { return caller_; }
    std::optional<std::string> kept_form(std::string_view member, json::value element) const override;
    const field_link* field_of_type(std::string_view type) const override;
    const field_link* field_of_id(std::string_view id) const override;
    // Of lists that are loaded anew while a request runs: the one before may be gone.
    void know_tags(const numbered_list* tags) noexcept { tags_ = tags; }
    void know_fields(const std::vector<field_link>* fields) noexcept { fields_ = fields; }
    void know_templates(const std::vector<numbered>* templates) noexcept { templates_ = templates; }

private:
    const numbered* find(const numbered_list* list, json::value data, std::string_view name_member) const;

    const directory_sources* from_;
    const numbered_list* users_;
    const numbered_list* groups_;
    const numbered_list* tags_;
    std::string_view caller_;
    const std::vector<field_link>* fields_ = nullptr;
    const std::vector<numbered>* templates_ = nullptr;
};

// Children are numbered case × 2^31 + their own number (design §5).
inline constexpr std::int64_t children_per_case = std::int64_t{1} << 31;

}  // namespace casebridge::bridge
