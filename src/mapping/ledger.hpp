// The account of a translation. Two forms: findings, noted while a program runs and cheap enough for every
// request, and leaves, the full account of one document for people (casebridge translate) and tests: every
// leaf of the source is mapped, carried, or dropped with a reason.
#pragma once

#include "mapping/model.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace casebridge::mapping {

enum class finding_code {
    enum_unknown,        // a native enum value that the table does not know
    carry_unreadable,    // a carried state, or an entry of one, that makes no sense: ignored
    carry_stale,         // a native edit won over what was carried
    carry_witness,       // natives moved and came back; what was carried no longer applies
    value_unreadable,    // a native value that is not of its declared type: shown as text
    member_unknown,      // a member that no catalogue knows
    spill_missing,       // a carried part that lies in a file which is not there
    loss_no_carry,       // a value that would have to be carried, and the backend has no place for it
    loss_too_large,      // … and it is larger than the place
    bytes_left,          // nothing was lost, but a removed file's bytes may still be there
};
const char* to_string(finding_code c) noexcept;
bool is_loss(finding_code c) noexcept;

struct finding {
    finding_code code;
    std::string rule;        // id of the rule, or the member's name
};

class ledger {
public:
    void clear() noexcept { findings_.clear(); }
    void note(finding_code c, std::string_view rule) { findings_.push_back({c, std::string(rule)}); }
    const std::vector<finding>& findings() const noexcept { return findings_; }
    bool lost_something() const noexcept;
    // "loss_no_carry=priority,payload" for a response header; empty if nothing was lost.
    std::string losses() const;

private:
    std::vector<finding> findings_;
};

enum class fate { mapped, carried, dropped, unknown };
const char* to_string(fate f) noexcept;

struct leaf {
    std::string pointer;
    fate what = fate::mapped;
    std::string rule;
    std::string reason;      // dropped: the table's; unknown: how to mend it
};

// The fate of every leaf of a document of one side of the table. carried: ids of the rules whose value
// went into the carry.
std::vector<leaf> account_leaves(json::value document, const table& t, bool left_side,
                                 const std::vector<std::string>& carried);

}  // namespace casebridge::mapping
