// What a list is asked for, neutral of any platform's spelling: a tree of predicates over the rules of a
// mapping table. Façades build it, push_down() gives the backend what it can evaluate, and the rest is
// evaluated on the translated object.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::query {

enum class comparison {
    in,         // the member is one of the values; for sets: holds one of them
    absent,     // the member has no value
    like,       // values[0] is a LIKE pattern that stands somewhere in the text, see like.hpp
    at_least,   // times: values[0] in microseconds since 1970, inclusive
    at_most,
};

// What a value of a predicate over references or sets stands for, once the bridge has looked it up.
struct target {
    std::string kind;         // "user", "group", "tag"; empty: the backend does not know it
    std::int64_t number = 0;  // the backend's
    std::string id;           // the façade's; where the backend knows its objects by texts, the backend's
};

struct predicate {
    std::string rule;  // id of the table's rule
    comparison how = comparison::in;
    std::vector<std::string> values = {};  // in the façade's words
    // in, over references: values that name nothing are left out, and if none is left, so is the predicate.
    bool skips_unknown = false;
    std::vector<target> targets = {};  // of the values, where the rule is a reference or a set
    // References and sets: the member that the values are of, below the rule's own ("name"); empty: the id.
    std::string by = {};
    bool fold = false;  // letter case of the values does not matter, for like() it does not anyway
};

struct filter {
    enum class kind { all, any, negation, test };  // all of nothing: everything; any of nothing: nothing
    kind what = kind::all;
    std::vector<filter> parts;
    predicate test;

    static filter everything() { return {}; }
    static filter nothing() { return {kind::any, {}, {}}; }
    static filter of(predicate p) { return {kind::test, {}, std::move(p)}; }
    bool is_everything() const noexcept { return what == kind::all && parts.empty(); }
    bool is_nothing() const noexcept { return what == kind::any && parts.empty(); }
    // Narrows an all.
    void add(filter part) { parts.push_back(std::move(part)); }
    void add(predicate p) { parts.push_back(of(std::move(p))); }
};

// One text per meaning: the order of values does not matter. What cursors are bound to.
std::string canonical_text(const filter& f);

}  // namespace casebridge::query
