// mapping::references over what a workspace's state knows.
#pragma once

#include "bridge/workspace_state.hpp"
#include "mapping/references.hpp"

#include <memory>

namespace casebridge::bridge {

class workspace_references final : public mapping::references {
public:
    // who may be null where a program asks for no people.
    workspace_references(const workspace_state& state, const people* who) : state_(state), who_(who) {}

    void append_id(std::string& out, std::string_view kind, std::int64_t number) const override;
    void append_user(std::string& out, json::value stored) const override;
    bool append_user(std::string& out, std::string_view left_id) const override;
    standing find_user(std::string_view left_id, std::string& out) const override;
    std::string_view nobody() const override { return state_.backend().nobody(); }

private:
    const workspace_state& state_;
    const people* who_;
};

}  // namespace casebridge::bridge
