// How the tables of query words are written down.
#pragma once

#include "query/condition.hpp"

namespace casebridge::platform::threatconnect {

// The type of words that are taken but not listed: the official client has no class for them (§5.1).
inline constexpr std::string_view unlisted = "unlisted";

struct keyword_row : query::keyword {
    // What OPTIONS …/tql calls the type, where it is finer than ours (fact sheet §3.8).
    constexpr keyword_row as(std::string_view type_name) const {
        keyword_row r = *this;
        r.shown_type = type_name;
        return r;
    }
    // … and letter case does not matter.
    constexpr keyword_row folded(std::string_view type_name) const {
        keyword_row r = as(type_name);
        r.fold = true;
        return r;
    }
    // Several values: none is an empty set rather than null.
    constexpr keyword_row several() const {
        keyword_row r = *this;
        r.many = true;
        return r;
    }
    // What stands for no value.
    constexpr keyword_row otherwise(std::string_view text) const {
        keyword_row r = *this;
        r.none = text;
        return r;
    }
    constexpr keyword_row or_at(std::string_view other) const {
        keyword_row r = *this;
        r.or_path = other;
        return r;
    }
    // Every value of an IN needs a related object of its own.
    constexpr keyword_row for_each() const {
        keyword_row r = *this;
        r.each = true;
        return r;
    }
};

// No path: no object has such a value.
constexpr keyword_row word(std::string_view name, query::value_type type, std::string_view path = {}) {
    return {{name, type, path}};
}
constexpr keyword_row related(std::string_view name, std::string_view path, std::string_view object) {
    return {{name, query::value_type::nested, path, object}};
}

}  // namespace casebridge::platform::threatconnect
