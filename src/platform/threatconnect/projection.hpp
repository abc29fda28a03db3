// What clients see of a document: the members that are always shown, those that fields= asks for, in the order
// of the tables (ThreatConnect fact sheet §3.5, §4). Values that are not there are left out, not null (§1.3).
#pragma once

#include "json/tape.hpp"
#include "platform/threatconnect/objects.hpp"

#include <functional>
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

// Appends the document as clients see it. Files that it shows are taken from contents, so that no byte of theirs
// is held twice.
void append_shown(std::string& out, const object_model& object, json::value document, const field_tree& asked,
                  std::vector<std::string>& contents);

}  // namespace casebridge::platform::threatconnect
