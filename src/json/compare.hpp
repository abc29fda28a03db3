// Comparing documents, and looking members up in objects that somebody else made as large as he liked: value::member()
// walks through an object, so asking it for each of a hundred thousand members takes minutes.
#pragma once

#include "json/tape.hpp"

#include <string_view>
#include <vector>

namespace casebridge::json {

// The members of an object under the names that count: of equal names the last one. Valid as long as the tape is.
class member_index {
public:
    using item = value::iterator::item;

    explicit member_index(value object);

    // Absent if missing.
    value find(std::string_view name) const noexcept;
    // Whether this is the value that counts under its name.
    bool counts(const item& member) const noexcept {
        return find(member.name()).index() == member.val.index();
    }
    const std::vector<item>& by_name() const noexcept { return members_; }

private:
    std::vector<item> members_;
};

// Equal as JSON: members in any order and of equal names the last one, numbers by value: 1, 1.0 and 1e0 are the same,
// whole numbers are compared to the last digit within 64 bits.
bool same_json(value a, value b);

}  // namespace casebridge::json
