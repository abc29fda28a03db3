// A table compiled for writing: a left document (a create or a partial update) onto a stored one.
// The plan says what to change natively, what to carry and what became of the rest; the platform's client
// turns it into requests. An update that changes nothing is an empty plan.
#pragma once

#include "core/error.hpp"
#include "core/timestamp.hpp"
#include "mapping/carry_writer.hpp"
#include "mapping/ledger.hpp"
#include "mapping/references.hpp"
#include "mapping/view_program.hpp"

#include <optional>
#include <string>
#include <vector>

namespace casebridge::mapping {

struct bag_change {
    std::string name;                     // of the bag entry
    std::vector<std::string> texts;       // wanted values; empty: none
    std::vector<std::int64_t> ids;        // entries of that name that are there now
};

struct spilled_entry {
    std::string rule;
    std::string file;                     // name that the carry refers to
    std::string text;
};

struct write_plan {
    enum class carry_action { keep, write, remove };

    std::string members;                  // "name":"…","status":"Open": native members to set, no braces
    std::string external_id;              // of a new object, by which it can be found again; empty: none
    std::vector<bag_change> bag;
    carry_action carry = carry_action::keep;
    std::string carry_text;
    std::vector<spilled_entry> spills;    // files to create with the carry
    std::vector<std::int64_t> old_carry;  // bag entries to remove once the new state is there
    std::vector<std::string> old_spills;  // names of files that nothing refers to any more
    std::vector<std::string> carried;     // rules whose value is carried, for the account
    // Further bag entries of the carry's type to append in the same request: what happened to the case, for its
    // history (bridge/history/history.hpp).
    std::vector<std::string> history;
    // Bag entries of the carry's type that the state may take the place of where there is no room for it and none
    // of its own: older history.
    std::vector<std::int64_t> spare;
    ledger notes;

    bool empty() const noexcept { return members.empty() && bag.empty() && carry == carry_action::keep; }
    // Nothing to write, and nothing that should have been.
    bool idle() const noexcept { return empty() && !notes.lost_something(); }
    void clear();
};

class write_program {
public:
    explicit write_program(const compiled_table& table);

    // current: null for a create; else it has read the stored document, with the field set.
    // Failures: unknown_field (detail: its id), invalid_value (the platform's sentence), read_only,
    // unresolved_reference (pointer to the member).
    result<void> run(json::value document, const stored_reader* current, const field_set& fields,
                     const references& refs, instant now, write_plan& plan) const;

private:
    struct step {
        const rule* by = nullptr;
        const enum_map* map = nullptr;
        path source, refiner, witness;
        std::string refiner_member;
        std::size_t max = 0, min = 0;
    };
    struct draft;

    result<void> plan_step(const step& s, json::value v, draft& d) const;
    void plan_text(const step& s, json::value v, draft& d) const;
    std::string line_before(const step& s, std::string_view native, const draft& d) const;
    result<void> plan_enum(const step& s, json::value v, draft& d) const;
    void put_enum(const step& s, enum_map::carried keep, std::string_view stamp, draft& d) const;
    void renew_witness(const step& s, draft& d) const;
    void plan_json(const step& s, json::value v, draft& d) const;
    void plan_time(const step& s, json::value v, draft& d) const;
    result<void> plan_reference(const step& s, json::value v, draft& d) const;
    result<void> plan_user(const step& s, json::value v, draft& d) const;
    result<void> plan_fields(const step& s, json::value v, draft& d) const;
    result<void> plan_field(const field_def& f, int index, json::value v, draft& d) const;
    result<void> plan_carried(const field_def& f, json::value v, draft& d) const;
    void plan_standards(draft& d) const;
    void finish_client_values(draft& d) const;
    result<void> plan_member(const field_def& f, const std::vector<std::string>& texts, draft& d) const;
    void finish_carry(draft& d) const;
    void finish_line(const carry_spec& spec, carry_writer::limits limits, draft& d) const;

    const compiled_table* table_;
    std::vector<step> steps_;
    path own_id_;
    std::map<std::string, path, std::less<>> member_paths_;
};

}  // namespace casebridge::mapping
