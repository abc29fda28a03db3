// What clients see of a document: the members that are always shown, those that fields= asks for, in the order
// of the tables (ThreatConnect fact sheet §3.5, §4). Values that are not there are left out, not null (§1.3).
#pragma once

#include "json/tape.hpp"
#include "platform/threatconnect/facade/objects.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform::threatconnect {

// fields=tags&fields=attributes.securityLabels as a tree; "_all_" is every member of its level.
class field_tree {
public:
    void add(std::string_view dotted);
    bool asks_for(std::string_view name) const { return all_ || parts_.contains(name); }
    const field_tree& below(std::string_view name) const;
    bool empty() const noexcept { return !all_ && parts_.empty(); }

private:
    bool all_ = false;
    std::map<std::string, field_tree, std::less<>> parts_;
};

// The members beyond those that are always shown: what the bridge need not fetch otherwise. Of nested objects as
// "artifacts.notes", a few levels deep (§3.5).
std::set<std::string, std::less<>> asked_members(const object_model& object, const field_tree& asked);

// What documents need beside themselves to be shown.
struct surroundings {
    // Files: each is let go once it is written, so that a list of them is not held twice. One that is shown again
    // is copied from where it stands in the answer.
    std::vector<std::string> contents = {};
    std::string public_url = {};  // in front of links that documents have without an origin
    struct place {
        std::size_t at = 0, size = 0;
    };
    std::vector<place> written = {};  // of each content, its Base64 in the answer
};

// Appends the document as clients see it.
void append_shown(std::string& out, const object_model& object, json::value document, const field_tree& asked,
                  surroundings& with);

}  // namespace casebridge::platform::threatconnect
