// A table compiled for reading: from a stored document (right side) to the bytes of one shape of the left
// side's document. A flat list of instructions in the order of the answer's members; no tree is built on
// either side.
#pragma once

#include "mapping/enum_map.hpp"
#include "mapping/forms.hpp"
#include "mapping/ledger.hpp"
#include "mapping/references.hpp"
#include "mapping/stored_reader.hpp"
#include "mapping/text_limit.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::mapping {

// What is compiled once per table and shared by all its programs.
struct compiled_table {
    const table* source = nullptr;
    const catalog_object* left = nullptr;
    const catalog_object* right = nullptr;
    slot_layout slots;
    bag_layout bag;
    std::map<std::string, enum_map, std::less<>> enums;

    compiled_table(const table& t, const catalog_object& l, const catalog_object& r);
};

class view_program {
public:
    struct request {
        bool payloads = true;                                 // false: carried documents are shown as null
        const std::vector<std::string>* field_ids =
            nullptr;  // custom fields for "values_as"; null: none asked
        std::string_view user_kind = "user";  // id kind of a user document: "user" or "group"
        // What the object hangs on, which its own document does not say: the number of the case, and the stored
        // texts of when that was made and last changed.
        std::int64_t holder = 0;
        std::string_view holder_created{}, holder_updated{};
    };

    // shape: one of the left catalogue object's shapes.
    view_program(const compiled_table& table, const std::string& shape);

    // The program for the elements of sets "of" that object. Both must outlive this one.
    void link(std::string_view of, const view_program& program);
    const compiled_table& source() const noexcept { return *table_; }

    // Appends the answer. The reader has read the document and been given the spilled texts, if any.
    void run(const stored_reader& in, const references& refs, const request& what, std::string& out,
             ledger& notes) const;

    // Names of the state's entries that the shape shows and that lie in files; those the caller fetches first.
    void spilled(const stored_reader& in, const request& what, std::vector<std::string>& rules) const;

    // The value of a rule's member as run() would show it, without quotes: sort keys and filters. Of people only
    // what refs appends for them. False if it is null, if the shape does not show it, or if it is no text, enum,
    // time, number or person.
    bool append_plain(const stored_reader& in, std::string_view rule_id, const references& refs,
                      std::string& out, ledger& notes) const;
    // The stored ids of the members of a set.
    void append_members(const stored_reader& in, std::string_view rule_id,
                        std::vector<std::int64_t>& out) const;

private:
    struct instruction {
        const rule* by = nullptr;
        std::string key;  // all fixed text since the value before: ,"rows":[],"summary":
        path source, alternative, refiner, witness, condition;
        const enum_map* map = nullptr;
        const view_program* element = nullptr;  // of a set
        text_form form = text_form::plain;
        bool values = false;  // bag as an object of values instead of definitions
        bool carried_document = false;
        bool own_id = false;  // ref: the object's own id, not a person
    };

    // What one run hands down.
    struct context {
        const stored_reader& in;
        const references& refs;
        const request& what;
        ledger& notes;
    };

    void compile(const rule& r, const std::string& name, slot_layout& slots, std::string& fixed);
    // view_values.cpp
    void append(const instruction& i, const context& c, std::string& out) const;
    static void append_text(const instruction& i, const stored_reader& in, std::string& out, ledger& notes);
    static void append_set(const instruction& i, const context& c, std::string& out);
    static void append_time_of(const instruction& i, const context& c, std::string& out);
    static void append_number_of(const instruction& i, const stored_reader& in, std::string& out);
    static void append_reference(const instruction& i, const context& c, std::string& out);
    static void append_carried_id(const instruction& i, const context& c, std::string& out);
    static void append_person(const instruction& i, const context& c, std::string& out);
    static std::string_view enum_text(const instruction& i, const stored_reader& in, ledger& notes);
    // view_fields.cpp
    void append_fields(const context& c, std::string& out) const;
    void append_values(const context& c, std::string& out) const;
    void append_field_value(const field_def& f, int index, const context& c, std::string& out) const;
    bool has_value(const field_def& f, int index, const context& c) const noexcept;
    static bool needs_client_values(const instruction& i, const stored_reader& in, const request& what);
    json::value member_of(const field_def& f, const stored_reader& in) const noexcept;
    void append_reserved(const field_def& f, const context& c, std::string& out) const;

    const compiled_table* table_;
    std::vector<instruction> code_;
    std::string tail_;  // fixed text after the last value
    path case_id_, created_;
    std::vector<path> member_paths_;  // of custom fields that are members, see field_def::place
};

// The text of an object's number, which is positive.
bool parse_number(std::string_view text, std::int64_t& out) noexcept;
// A carried time: its text if it is one. An empty text says that there is none, whatever the right side says.
std::optional<std::string_view> carried_time(json::value entry) noexcept;
// A text without the line before it that is carried for another rule, if it begins with that.
std::string_view without_line(std::string_view text, std::string_view line) noexcept;
// The carried fine value of an enum rule, as the state on the object holds it.
enum_map::carried carried_enum(const enum_map& m, json::value entry) noexcept;
// Whether the rule's witness is what it was when the entry was written.
bool witness_holds(json::value entry, std::string_view witness_now) noexcept;

}  // namespace casebridge::mapping
