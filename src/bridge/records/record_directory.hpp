// Who and what clients know by numbers in one workspace: people, groups and tags of the store beside the
// façade's own API users and configured groups, with the numbers of design §5: pinned ones first, else a
// 31-bit hash of what lasts as long as the object does.
#pragma once

#include "json/tape.hpp"
#include "mapping/bundle.hpp"
#include "mapping/reverse_references.hpp"
#include "platform/accounts.hpp"
#include "platform/case_store.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::bridge {

// 31 bits of a hash, never 0. salt: for those whose first number is taken.
std::int64_t hashed_number(std::string_view realm, std::string_view kind, std::string_view id,
                           unsigned salt = 0);

// One object that clients know by its number.
struct numbered {
    std::int64_t number = 0;
    std::string name;          // user name, name of the group or tag
    std::string stored_id;     // the store's id; empty: the store does not know it
    std::string document;      // as clients see it
};

class numbered_list {
public:
    // An object whose number is taken already gets another one: the first one added keeps it.
    void add(std::string_view realm, std::string_view kind, numbered one, std::int64_t pinned);
    const numbered* by_number(std::int64_t number) const noexcept;
    const numbered* by_name(std::string_view name) const noexcept;
    const numbered* by_stored(std::string_view id) const noexcept;
    const std::vector<numbered>& all() const noexcept { return list_; }
    std::vector<numbered>& all() noexcept { return list_; }

private:
    std::vector<numbered> list_;
    std::map<std::int64_t, std::size_t> numbers_;
    std::map<std::string, std::size_t, std::less<>> names_, stored_;
};

// What the directory of one workspace is made of.
struct directory_sources {
    const mapping::bundle* tables = nullptr;
    const platform::directory* accounts = nullptr;
    const platform::workspace* where = nullptr;
    const std::map<std::string, std::string>* user_names =
        nullptr;  // e-mail, lower case → name on the façade

    std::int64_t pinned(std::string_view kind, std::string_view name) const noexcept;
    std::string realm() const;             // what hashes are salted with: the workspace
    std::string owner_json() const;        // name of the owner as JSON text
    std::int64_t owner_number() const;
};

// users: the store's members. Documents are complete.
numbered_list make_users(const directory_sources& from, json::value members);
numbered_list make_groups(const directory_sources& from);
// As lists of them show them: groups with their users, users with the numbers of their groups (which only queries
// ask for).
std::vector<std::string> show_groups(const directory_sources& from, const numbered_list& groups,
                                     const numbered_list& users);
std::vector<std::string> show_users(const directory_sources& from, const numbered_list& groups,
                                    const numbered_list& users);
// tags: the store's definitions, the older first.
// texts: of the workspace; those named by describes_tag are descriptions, as JSON strings.
numbered_list make_tags(const directory_sources& from, json::value tags,
                        const std::vector<platform::case_store::workspace_text>& texts);
std::string describes_tag(std::string_view stored_id);

// fields: the store's definitions of custom fields, each a type of attributes to clients: under the name that the
// table declares for it, else its display name.
std::vector<mapping::reverse_references::field_link> make_fields(const directory_sources& from,
                                                                 json::value fields);

}  // namespace casebridge::bridge
