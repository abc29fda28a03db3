// What the programs of the tables are told of the world around their documents, in targets that have no world: ids and
// numbers that say what they were made from.
#pragma once

#include "json/writer.hpp"
#include "mapping/bundle.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace fuzz {

using namespace casebridge;

class left_ids final : public mapping::references {
public:
    void append_id(std::string& out, std::string_view kind, std::int64_t n) const override {
        out.append(kind).append(std::to_string(n));  // the quotes are the caller's
    }
    void append_user(std::string& out, json::value stored) const override { json::append_value(out, stored); }
    bool append_user(std::string& out, std::string_view id) const override {
        json::append_string(out, id);
        return true;
    }
    bool append_user_named(std::string& out, std::string_view login) const override {
        return append_user(out, login);
    }
    standing find_user(std::string_view, std::string&) const override { return standing::carried; }
    std::string_view nobody() const override { return "null"; }
};

class right_numbers final : public mapping::reverse_references {
public:
    std::int64_t case_number(std::int64_t stored) const override { return stored; }
    std::int64_t number_of(std::string_view, std::string_view id) const override {
        return static_cast<std::int64_t>(id.size());
    }
    std::int64_t child_number(std::int64_t, std::int64_t own) const override { return own; }
    bool append_user(std::string& out, json::value stored) const override {
        json::append_value(out, stored);
        return true;
    }
    bool append_login(std::string& out, json::value stored) const override {
        out += stored.member("email").text();
        return true;
    }
    bool append_user_named(std::string& out, std::string_view name) const override {
        json::append_string(out, name);
        return true;
    }
    bool append_group_named(std::string& out, std::string_view name) const override {
        return append_user_named(out, name);
    }
    std::string constant(std::string_view) const override { return "1"; }
    assignee find_assignee(json::value written) const override {
        const std::string name(written.member("data").member("userName").text());
        if (name.empty()) return {assignee::standing::nobody, {}, {}, {}};
        return {assignee::standing::carried, {}, "user", name};
    }
    std::optional<std::string> tag_named(std::int64_t n) const override {
        return n == 7 ? std::optional<std::string>("seven") : std::nullopt;
    }
    std::optional<attribute_type> find_attribute_type(std::string_view name) const override {
        if (name != "Description") return std::nullopt;
        return attribute_type{std::string(name), 100, 2};
    }
    const field_link* field_of_type(std::string_view type) const override {
        return type == loss_.type ? &loss_ : nullptr;
    }
    const field_link* field_of_id(std::string_view id) const override {
        return id == loss_.id ? &loss_ : nullptr;
    }
    std::string_view caller() const override { return "me"; }

private:
    field_link loss_{"loss", "Loss", mapping::codec::integer, 502};
};

inline const mapping::bundle& shipped() {
    static const auto b = [] {
        std::vector<json::diagnostic> findings;
        auto loaded = mapping::bundle::load(std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings", {}, findings);
        if (!loaded) std::abort();
        return loaded;
    }();
    return *b;
}

}  // namespace fuzz
