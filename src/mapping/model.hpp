// Catalogues and tables as they stand in mappings/, read and merged with their overlays but not yet
// compiled. Every element remembers where it came from, so that each finding has a file, a line and a
// column. docs/mapping-tables.md explains the formats to those who write them.
#pragma once

#include "json/jsonc.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace casebridge::mapping {

// A value in a file: for diagnostics.
struct origin {
    const json::jsonc_document* document = nullptr;
    json::value where;
    json::diagnostic finding(std::string message, std::string hint) const {
        return document->about(where, std::move(message), std::move(hint));
    }
};

// How a platform's own filter language evaluates one comparison of a member. What is not listed, it cannot.
struct catalog_filter {
    std::string by;  // "in", "not_in", "absent", "like", "at_least", "at_most"
    bool exact = false;  // false: it may find more, never less
    // Its text, with a place for the values (lint_filters.cpp has them): "id IN ({numbers})", "status={texts}".
    std::string as;
    std::int64_t slack = 0;  // times: seconds by which the bound is widened
    bool letters = true;  // like: false where letter case may or may not matter
    origin at;
    std::int64_t most = 0;  // numbers: the greatest that there can be; 0: any
};

struct catalog_field {
    std::string name;
    std::string type;  // uuid string timestamp enum integer boolean array object user json bag
    std::vector<std::string> values;  // of an enum
    std::size_t max = 0;  // characters; 0: no limit
    bool nullable = false;
    bool write = false;
    bool required = false;
    origin at;
    std::vector<catalog_filter> filters = {};
    const catalog_filter* filter_by(std::string_view comparison) const noexcept;
};

// How filters of a platform combine. expression: with AND, OR and NOT. parameters: those of a query string, all
// of which must hold; a repeated one is a choice.
enum class filter_language { expression, parameters };

struct catalog_object {
    std::string name;
    std::vector<catalog_field> fields;
    std::map<std::string, std::vector<std::string>> shapes;  // "read" → member names in order
    origin at;
    filter_language filters_are = filter_language::expression;
    const catalog_field* find(std::string_view field) const noexcept;
};

struct field_type {
    std::string name;  // "MULTI_SELECT"
    std::string codec;  // see field_codec.hpp
    std::string refusal;  // what the platform says to a value that does not fit
    std::string unknown_options;  // … to members that are not in the options
};

struct reserved_field {
    std::string field;
    std::string type;
    std::optional<std::string> default_value;
    std::string from;  // "row_id", "id", or a rule's id
};

struct catalog {
    std::string platform;
    std::map<std::string, catalog_object> objects;
    std::vector<field_type> field_types;
    std::vector<reserved_field> reserved_fields;
    const field_type* find_type(std::string_view name) const noexcept;
};

enum class rule_kind { same, text, enum_, time, number, bool_, set, ref, bag, json, drop };
std::optional<rule_kind> rule_kind_from_string(std::string_view name) noexcept;

// What a document of the right side is held against: a member's text is one of these, or ends with one, or it has
// no value (it is missing, null, false, 0 or empty).
struct member_test {
    std::string member;
    std::vector<std::string> is, ends;
    bool absent = false;
    origin at;
};

// A custom field whose value is a list of objects of the right side: which of them, and what of each (selection.hpp).
struct shown_list {
    std::string of;  // what they are in the right catalogue; empty: the field is no list
    std::vector<std::string> members;  // paths; each is shown under its first segment
    std::vector<member_test> which;  // all must hold
    std::string but;  // not what the table of this left object shows,
    std::vector<member_test> but_which;  // which is this; filled in by the bundle
    std::string own,
        own_prefix;  // nor the bridge's own files: the member with their names, and how these begin
    std::size_t most = 1000;  // shown; how many more there are is said behind them
    origin at;
};

// A custom field that a table or an overlay declares.
struct declared_field {
    std::string field;  // id on the left side
    std::string display_name;  // empty: the field's id
    std::string type;
    std::string description;
    std::vector<std::string> options;
    std::string options_enum;  // or the values of this enum
    std::string member;  // path of a member of the right document, or
    std::string attribute;  // name of an entry of the right document's bag
    std::string absent;  // value that stands for a missing member
    // Where the right side is shown from a stored left document (reverse_program.hpp):
    std::string otherwise;  // "or": what is shown where nothing is carried
    std::string set_with;  // a user: whoever writes that member, or creates the object ("create")
    std::string during;  // id of an enum rule: what is carried holds for as long as its value is what it was
    bool write = false;
    bool spread = false;  // one bag entry per value
    origin at;
    shown_list list = {};
};

// One member of a bag's entry, as the right side shows it where the left one stores.
struct bag_member {
    enum class source { number, holder, user, text, constant };
    std::string name;
    source from = source::text;
    std::string key;  // user, text: in the state's entry; constant: JSON
};

struct rule {
    std::string id;
    rule_kind kind = rule_kind::same;
    std::string left, right;  // paths, empty: no such side
    std::string right_or;  // second choice when right is absent
    std::string write_as;  // member of the left document that writes, if not left
    std::string form, domain, prefix;  // text and number forms, see forms.hpp
    std::size_t digits = 0;
    std::string ref, of, enum_name, refine;
    bool carry = false;
    std::optional<std::string> absent;  // text that stands for a missing right member
    bool absent_null = false;
    std::string empty, more;  // text: placeholder for blank, pointer to the carried rest
    std::string witness, witness_when;
    std::string emit;  // drop: JSON that the left side shows; without a left side, that the right one shows
    std::string why;
    bool named = false;  // ref: the right member is a user's login name; what is carried comes before it
    std::string condition;  // time ("if"): boolean right member without which the time is null
    std::string has;  // bool: id of the rule of which a time is carried
    std::string behind;  // text: id of the rule whose carried text is a line before this one
    // number: how many elements the right list has; with a member, those whose member is this.
    bool counts = false;
    std::string count_member, count_is;
    // Where the left side stores:
    bool keep = false;  // the right member is carried: whole documents as they are, other values as kept says
    declared_field kept;  // member, default, "or", "set_with", "during"
    std::string unless;  // drop: the right member is true where nothing is carried for that other one
    std::string row_of, row_by, row_show;  // drop: from the fixed row that another right member names
    std::string values_as, name_key, value_key;  // bag
    std::vector<declared_field> fields;  // bag: native and overlay fields
    // Where the left side stores. bag: how an entry is shown, see bag_member. ref: the members around a user or
    // group: {kind: user or group, data: the object}.
    std::vector<bag_member> entry;
    std::string wrap_kind, wrap_user, wrap_group, wrap_data;
    bool native_fields = true;
    origin at;

    const std::string& written_by() const noexcept { return write_as.empty() ? left : write_as; }
    // right_or where it is a member of the right document, and not a constant ("@case").
    std::string_view second_member() const noexcept {
        return right_or.starts_with('@') ? std::string_view{} : std::string_view(right_or);
    }
};

enum class relation { equal, narrower, broader, related };

struct enum_pair {
    std::string left, right;
    relation rel = relation::equal;
    bool pick = false;
    origin at;
};
struct enum_stale {
    std::vector<std::string> was;
    std::string now, then;
    origin at;
};
struct enum_refine {
    std::string right, by, left;
    origin at;
};
// A right value of a class that another right value stands for: finer than that, and never written by the left side.
struct enum_also {
    std::string right, of, left;  // left: what it reads as
    origin at;
};
struct enum_spec {
    std::string name;
    std::vector<enum_pair> pairs;
    std::vector<enum_also> also;
    std::vector<enum_stale> stale;
    std::vector<enum_refine> refine;
    std::vector<std::string> managed;  // refining values that a write may replace
    bool refine_write = false;
    std::vector<std::string> left_values, right_values;  // one-sided enums
    std::vector<std::string> left_order, right_order;
    std::string unknown_left;  // what an unknown right value reads as
    origin at;
};

struct carry_spec {
    std::string attribute;  // name of the bag entry that holds the state, or
    std::string spill_type, spill_prefix;  // file artifact for what is too large; empty: none
    origin at;
    std::string member = {}, marker = {};  // or the text that has it on a line behind the marker
    std::string child =
        {};  // or, of an object that hangs on another: the kind that its holder's entries name it by
    std::string back = {};  // where the left side stores: path of the object that holds the state
};

struct table {
    std::string object;
    std::string version;
    std::string left_platform, right_platform;
    std::string left_object, right_object;
    std::optional<carry_spec> carry;
    std::vector<rule> rules;
    std::map<std::string, enum_spec> enums;
    std::vector<member_test> which;  // the right objects that are meant, where it is not all of them
    std::string hash;  // eight hex digits over the text of table and overlays
    origin at;
    const rule* find(std::string_view id) const noexcept;
    // Where the left side stores: the right member that clients know an object by besides its number, which is
    // the stored id where nothing else is carried; empty: there is none.
    std::string external_id_member() const;
};

// The first segment of a dotted path.
std::string_view first_segment(std::string_view path) noexcept;

}  // namespace casebridge::mapping
