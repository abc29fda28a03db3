// A table compiled for writing from its other side: a document of the right platform (a create or a partial
// update) onto a stored one of the left. The plan says what to change natively and what the state becomes;
// what neither takes is refused, never dropped.
#pragma once

#include "core/error.hpp"
#include "core/timestamp.hpp"
#include "mapping/reverse_program.hpp"

#include <string>
#include <vector>

namespace casebridge::mapping {

// No aggregate: gcc 12 copies aggregates bit by bit where they are made in the arguments of a co_await.
struct reverse_plan {
    reverse_plan() = default;
    std::string members;  // "summary":"…","status":"new": native members to set, no braces
    std::vector<std::string> set_added;  // names of elements that the case shall have as well
    std::vector<std::string> set_removed;  // stored ids of those that it shall not have
    bool writes_state = false;
    std::string state;  // the state as it shall be: a JSON object; empty: none
    std::string
        entries;  // the same without its envelope: {…}, of a child whose list is in its holder's state
    ledger notes;

    bool empty() const noexcept {
        return members.empty() && set_added.empty() && set_removed.empty() && !writes_state;
    }
};

class reverse_writer {
public:
    explicit reverse_writer(const reverse_program& program) : program_(&program) {}

    // current: null for a create. Failures: invalid_value (detail: the sentence, pointer: the member),
    // unresolved_reference (pointer), not_supported (detail: the member), unknown_field.
    result<void> run(json::value document, const reverse_subject* current, const reverse_references& refs,
                     instant now, reverse_plan& plan) const;

    // Keeps names in the state that the store refused as elements of a set.
    void keep_names(const std::vector<std::string>& names, const reverse_subject& current,
                    reverse_plan& plan) const;

private:
    struct draft;
    result<void> plan_member(const reverse_member& m, json::value v, draft& d) const;
    result<void> plan_text(const reverse_member& m, json::value v, draft& d) const;
    result<void> plan_cut_text(const reverse_member& m, std::string_view text, draft& d) const;
    result<void> plan_enum(const reverse_member& m, json::value v, draft& d) const;
    result<void> plan_assignee(const reverse_member& m, json::value v, draft& d) const;
    result<void> plan_set(const reverse_member& m, json::value v, draft& d) const;
    result<void> plan_bag(const reverse_member& m, json::value v, draft& d) const;
    result<void> plan_kept(const reverse_member& m, json::value v, draft& d) const;
    result<std::string> kept_collection(const reverse_member& m, json::value v, draft& d) const;
    void plan_carried(const reverse_member& m, json::value v, draft& d) const;
    void put_carried(const reverse_member& m, std::string_view text, draft& d) const;
    void finish_enum(const reverse_member& m, draft& d) const;
    void add_missing(draft& d) const;

    const reverse_program* program_;
};

}  // namespace casebridge::mapping
