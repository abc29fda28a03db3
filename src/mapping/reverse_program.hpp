// A table compiled from its other side: the left platform stores, documents of the right one are shown
// (reverse_program) and written (reverse_writer, reverse_writer.hpp). What the left platform has no place for
// lies in the state that the stored document holds (state_object.hpp). The same rules, read backwards:
//
//   number, time, text, enum, ref, set   the right member from the left one; an enum's coarse value
//   bag                                  the right side's entries, which lie in the state
//   fields of a bag that are members     carried one by one, under the name of the member
//   drop with "keep"                     carried as it is
//
// Members without a value are left out, as the right platform does (ThreatConnect fact sheet §1.3).
#pragma once

#include "mapping/enum_map.hpp"
#include "mapping/ledger.hpp"
#include "mapping/reverse_references.hpp"
#include "mapping/state_object.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::mapping {

using dotted_path = std::vector<std::string>;
dotted_path split_path(std::string_view dotted);
json::value follow(json::value from, const dotted_path& p) noexcept;

// How one member of the right document comes about.
struct reverse_member {
    enum class source {
        number,
        own_id,
        time,
        text,
        enumeration,
        assignee,
        set,
        bag,
        carried,
        kept,
        constant,
        flag,
        row
    };
    source from = source::carried;
    std::string name;  // in the right document
    const rule* by = nullptr;  // the rule; of carried members the bag that declares them
    const declared_field* field = nullptr;  // carried
    dotted_path stored, stored_or;  // in the left document; the second where the first is not
    const enum_map* map = nullptr;
    const class reverse_program* element = nullptr;  // set
    const reverse_member* during = nullptr;  // carried: its enum
    const reverse_member* dated_by = nullptr;  // carried: the member that it is written with
    const reverse_member* otherwise = nullptr;  // carried: the right member shown instead
    dotted_path fallback;  // carried: or the left one
    std::string constant;  // what every object shows; of carried members where nothing is carried
    bool is_user = false, is_time = false, is_raw = false;  // carried: type; raw: number or boolean
    bool writable = false;
    std::size_t max = 0;
    bool keeps = true;  // carried, kept: false where nothing is and only the other choices are shown
    bool cut = false;  // carried: what is shown instead is cut to max
    const std::vector<std::string>* values = nullptr;  // carried: of an enum
    const reverse_member* lacks = nullptr;  // flag: true where nothing is carried for that member, or
        // (no such member) where the stored one has a value
    std::map<std::string, std::string, std::less<>> row;  // row: JSON by the name that "otherwise" shows
};

// One stored document, read for a reverse program.
struct reverse_subject {
    json::value document;
    state_object state;
    // Of what hangs on a case and does not say so itself: the number that clients know it by (0: the document
    // tells), and those of the case.
    std::int64_t number = 0;
    std::int64_t holder = 0;
    std::string_view holder_external_id = {};
};

class reverse_program {
public:
    // The table's enums must outlive the program.
    reverse_program(const table& t, const catalog_object& stored, const catalog_object& shown,
                    const std::map<std::string, enum_map, std::less<>>& enums);
    reverse_program(const reverse_program&) = delete;
    reverse_program& operator=(const reverse_program&) = delete;

    // Objects that are the same for every workspace, JSON texts by kind: what "row" rules show.
    using fixed_rows = std::map<std::string, std::vector<std::string>, std::less<>>;
    void know(const fixed_rows& rows);

    // The program for the elements of sets "of" that object.
    void link(std::string_view of, const reverse_program& element);

    reverse_subject read(json::value document) const noexcept;
    // wanted: members to show; null: all.
    using members = std::set<std::string, std::less<>>;
    void run(const reverse_subject& in, const reverse_references& refs, const members* wanted,
             std::string& out, ledger& notes) const;

    const std::vector<reverse_member>& all() const noexcept { return members_; }
    const reverse_member* find(std::string_view name) const noexcept;
    const table& source() const noexcept { return *table_; }
    const catalog_object& stored() const noexcept { return *stored_; }
    const catalog_object& shown() const noexcept { return *shown_; }
    // The case number as clients know it; 0 where the object has none.
    std::int64_t number_of(const reverse_subject& in, const reverse_references& refs) const noexcept;

    // Something that the document shows is neither in it nor carried, or was carried before the object last
    // changed: only the store's history of it tells.
    bool lacks_history(const reverse_subject& in) const;
    // Appends one member's value; false, and nothing appended, if it has none.
    bool append(const reverse_member& m, const reverse_subject& in, const reverse_references& refs,
                std::string& out, ledger& notes) const;
    std::string document_named(std::string_view name) const;

    // The bag's entries as they are shown, one by one: those of the state, then the store's custom fields.
    struct shown_entry {
        std::int64_t own = 0;
        std::string text;
    };
    std::vector<shown_entry> entries(const reverse_subject& in, const reverse_references& refs) const;
    const reverse_member* bag() const noexcept;
    // The enum's coarse value; none if the stored one is unknown.
    static int coarse(const reverse_member& m, const reverse_subject& in) noexcept;
    // A text from its stored value and what the state has of it.
    bool append_text(const reverse_member& m, const reverse_subject& in, json::value v,
                     std::string& out) const;
    // The left side has a limit for the text, and what is longer has a place in the state.
    bool cuts(const reverse_member& m) const;
    // The carried value of a member if it applies, absent otherwise.
    static json::value carried(const reverse_member& m, const reverse_subject& in) noexcept;

private:
    bool is_read_with_objects(const dotted_path& stored) const;
    bool lacks_history(const reverse_member& m, const reverse_subject& in) const;
    void compile(const std::string& name, const std::map<std::string, enum_map, std::less<>>& enums);
    void compile_carried(reverse_member& m) const;
    void compile_kept(reverse_member& m) const;
    bool append_constant(const reverse_member& m, const reverse_subject& in, const reverse_references& refs,
                         std::string& out) const;
    bool append_row(const reverse_member& m, const reverse_subject& in, const reverse_references& refs,
                    std::string& out, ledger& notes) const;
    bool append_cut(const reverse_member& m, const reverse_subject& in, const reverse_references& refs,
                    std::string& out, ledger& notes) const;
    void resolve();
    bool append_carried(const reverse_member& m, const reverse_subject& in, const reverse_references& refs,
                        std::string& out, ledger& notes) const;
    bool append_fallback(const reverse_member& m, const reverse_subject& in, const reverse_references& refs,
                         std::string& out, ledger& notes) const;
    bool append_assignee(const reverse_member& m, const reverse_subject& in, const reverse_references& refs,
                         std::string& out) const;
    void append_set(const reverse_member& m, const reverse_subject& in, const reverse_references& refs,
                    std::string& out, ledger& notes) const;
    void append_bag(const reverse_subject& in, const reverse_references& refs, std::string& out) const;

    const table* table_;
    const catalog_object* stored_;
    const catalog_object* shown_;
    dotted_path state_;
    std::vector<reverse_member> members_;
};

// One entry of the bag as the state holds it: texts all, also its number ("n").
struct bag_entry {
    std::int64_t own = 0;
    json::value stored;
};
// Those that can be read, in their order; of two with one number the first.
std::vector<bag_entry> bag_entries(json::value list);
// The text of a custom field's value.
std::string text_of_field(const reverse_references::field_link& f, json::value v);

}  // namespace casebridge::mapping
