// A query language of keywords, bound to the keywords of one object: what a client asked for, with every
// keyword, operator and value checked. Evaluated on documents of the façade's own shape, printed again, and,
// as far as the table allows, turned into a filter for the backend.
//
// The language is TQL as the ThreatConnect fact sheet reconstructs it (§5), with the old clients' spelling.
#pragma once

#include "core/error.hpp"
#include "core/timestamp.hpp"
#include "json/tape.hpp"
#include "query/filter.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::mapping {
struct compiled_table;
}

namespace casebridge::query {

enum class value_type { integer, decimal, text, boolean, time, nested };

// One word that a query of an object may use. Rows of a platform's table.
struct keyword {
    std::string_view name;         // "caseOpenTime"; compared without regard to letter case
    value_type type = value_type::text;
    // Where the value is in the façade's document; dotted, lists are flattened ("tags.data.name"). Empty: there
    // is never a value here, so only IS NULL finds anything.
    std::string_view path;
    std::string_view object = {};  // nested: the object that its sub-query is about
    bool fold = false;  // letter case of values does not matter
    std::string_view label = {};  // what a client is shown: "Case Open Time"
    std::string_view shown_type = {};  // … "DateTime"
    std::string_view description = {};
    bool many = false;  // the path leads into a list: none is an empty set rather than null
    bool each = false;  // nested: every value of an IN needs a related object of its own
    std::string_view none = {};  // what stands for no value: "None", "0", "false"
    std::string_view or_path = {};  // looked at where the path leads to nothing
};

struct vocabulary {
    std::string_view object;  // "cases"
    std::span<const keyword> keywords;
    const keyword* find(std::string_view name) const noexcept;
};
// The vocabulary of an object, null if there is no such object.
using vocabularies = std::function<const vocabulary*(std::string_view object)>;

enum class relation {
    equal,
    not_equal,
    greater,
    less,
    at_least,
    at_most,
    in,
    not_in,
    like,
    not_like,
    contains,
    not_contains,
    starts_with,
    not_starts_with,
    ends_with,
    not_ends_with,
    is_null,
    is_not_null,
};
// What finds the rest of what has a value: "=" and "!=", ">" and "<=".
relation opposite(relation r) noexcept;

// A value as the keyword's type reads it.
struct literal {
    std::string text;  // as written, unescaped; folded where letter case does not matter
    std::int64_t integer = 0;  // integer; time: microseconds since 1970; boolean: 0 or 1
    double decimal = 0;
};

struct condition {
    enum class kind { all, any, negation, test, has };  // all of nothing: everything
    kind what = kind::all;
    std::vector<condition> parts = {};  // has: one part, the sub-query; none: any related object will do
    const keyword* by = nullptr;  // test, has
    relation how = relation::equal;
    std::vector<literal> values = {};  // in, not_in: in their order

    bool is_everything() const noexcept { return what == kind::all && parts.empty(); }
};

// Failure: invalid_query; detail: "position 12: …", characters from 1, and what was expected there. A blank text
// is one too: who takes it for "everything" must say so. now: what NOW() and TODAY() are; times without a zone
// are UTC. What a date without a time means is settled here (docs/search.md), so the condition's own
// values are points in time.
result<condition> read_condition(std::string_view text, const vocabulary& of, const vocabularies& all,
                                 instant now);
// A text that reads as the same condition.
std::string to_text(const condition& c);
// Paths of all keywords in it, and "object" names of nested ones: what a document must show to evaluate it.
void append_paths(const condition& c, std::vector<std::string_view>& paths);

// What a condition is evaluated on.
class subject {
public:
    virtual ~subject() = default;
    // All values at the keyword's path; none: null.
    virtual void append_values(const keyword& by, std::vector<json::value>& out) const = 0;
    // Whether some related object (of keyword "has…") satisfies the sub-query; null: whether there is one.
    virtual bool has_related(const keyword& by, const condition* sub) const = 0;
};

// A document; related objects are the elements of the list at the keyword's path.
class document_subject : public subject {
public:
    explicit document_subject(json::value document) noexcept : document_(document) {}
    void append_values(const keyword& by, std::vector<json::value>& out) const override;
    bool has_related(const keyword& by, const condition* sub) const override;

protected:
    json::value document_;
};

// Logic has three values, as in SQL: a comparison of null is unknown, so is its negation, and only what is
// certainly true matches. Several values at a path: one that fits will do, and for negations none may.
bool matches(const condition& c, const subject& s);

// Multi-level order (§3.4).
struct sort_level {
    const keyword* by = nullptr;
    bool descending = false;
    std::optional<bool> nulls_first = {};  // none: nulls last when ascending, first when descending
};
result<std::vector<sort_level>> read_sorting(std::string_view text, const vocabulary& of);
// What one object is sorted by: a value for each level, none for null. Of several values the least counts.
using sort_keys = std::vector<std::optional<literal>>;
sort_keys keys_of(const std::vector<sort_level>& by, const subject& s);
// Negative, zero, positive; equal ones keep their order in a stable sort.
int compare(const std::vector<sort_level>& by, const sort_keys& a, const sort_keys& b);
int compare(const std::vector<sort_level>& by, const subject& a, const subject& b);

// The condition as predicates over a table's rules, as far as they can say it: finds no less. exact: and no
// more. table: its left side is the façade's. A keyword belongs to the rule whose left member is the keyword's
// path, or, for people and sets, whose left member holds it ("tags.data.name" to the rule of "tags.data").
//
// Times are compared as the façade shows them, in whole seconds; bounds are the backend's microseconds. People
// and members of sets are named by a member of theirs, see predicate::by; who looks them up answers for naming
// all whom they may be.
struct translated {
    filter wanted;
    bool exact = true;
};
translated to_filter(const condition& c, const mapping::compiled_table& table);

}  // namespace casebridge::query
