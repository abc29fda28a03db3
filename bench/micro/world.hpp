// What both translations know about the world outside the documents: the shipped tables, the custom fields of
// a workspace, its users, and the id key. The same objects serve the engine and the hand-written arm.
#pragma once

#include "bridge/id_codec.hpp"
#include "mapping/bundle.hpp"
#include "mapping/fields.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace casebridge::bench {

class world final : public mapping::references {
public:
    explicit world(const std::string& mappings_folder);  // throws std::runtime_error

    const mapping::bundle& tables() const noexcept { return *tables_; }
    const mapping::field_set& fields() const noexcept { return fields_; }
    const bridge::id_codec& ids() const noexcept { return ids_; }
    const std::map<std::int64_t, std::string>& users() const noexcept { return users_; }  // façade documents

    void append_id(std::string& out, std::string_view kind, std::int64_t number) const override;
    void append_user(std::string& out, json::value stored) const override;
    bool append_user(std::string&, std::string_view) const override { return false; }
    standing find_user(std::string_view, std::string&) const override { return standing::unknown; }
    std::string_view nobody() const override { return R"({"type":"None"})"; }

private:
    std::unique_ptr<const mapping::bundle> tables_;
    mapping::field_set fields_;
    bridge::id_codec ids_;
    std::map<std::int64_t, std::string> users_;
};

}  // namespace casebridge::bench
