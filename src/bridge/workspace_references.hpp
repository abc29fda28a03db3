// mapping::references over what a workspace's state knows.
#pragma once

#include "bridge/workspace_state.hpp"
#include "mapping/references.hpp"

#include <memory>

namespace casebridge::bridge {

class workspace_references : public mapping::references {
public:
    // who may be null where a program asks for no people.
    workspace_references(const workspace_state& state, const people* who) : state_(state), who_(who) {}

    void append_id(std::string& out, std::string_view kind, std::int64_t number) const override;
    void append_user(std::string& out, json::value stored) const override;
    bool append_user(std::string& out, std::string_view left_id) const override;
    bool append_user_named(std::string& out, std::string_view stored_login) const override;
    std::optional<std::int64_t> find_number(std::string_view kind, std::string_view left_id) const override;
    standing find_user(std::string_view left_id, std::string& out) const override;
    std::string_view nobody() const override { return state_.backend().nobody(); }
    std::string_view state_text(std::string_view kind, std::int64_t number) const override {
        return kind == "tag" ? state_.tag_state_text(number) : std::string_view{};
    }

protected:
    const workspace_state& state_;
    const people* who_;
};

// The same, but of people only the id as a JSON string: for filters.
class people_ids final : public workspace_references {
public:
    using workspace_references::append_user;
    using workspace_references::workspace_references;
    void append_user(std::string& out, json::value stored) const override;
    bool append_user(std::string& out, std::string_view left_id) const override;
};

}  // namespace casebridge::bridge
