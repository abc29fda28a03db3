// TQL, read by the grammar of ThreatConnect fact sheet §5.4: text → tokens → tree. What the keywords
// mean is not known here; tql_filter.hpp binds a tree to an object type.
#pragma once

#include "sandbox/threatconnect/errors.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::sandbox::threatconnect::tql {

enum class token_kind : std::uint8_t { word, string, number, date, symbol, open, close, comma, end };

struct token {
    token_kind kind = token_kind::end;
    std::string text;      // a string's with escapes undone
    std::size_t at = 0;    // byte position in the query
    bool apart = false;    // a blank stands before it, or nothing
};

outcome<std::vector<token>> tokens(std::string_view query);

enum class op : std::uint8_t { eq, ne, gt, lt, ge, le, in, like, contains, starts_with, ends_with };

struct literal {
    enum class kind : std::uint8_t { string, number, boolean, date } type = kind::string;
    std::string text;
    std::size_t at = 0;
};

struct node {
    enum class kind : std::uint8_t { all, any, negation, comparison, null_test, nested } type = kind::all;
    std::vector<node> children;      // all, any: two or more; negation: one; nested: none or one
    std::string keyword;
    std::size_t at = 0;              // of the keyword
    op operation = op::eq;
    bool negated = false;            // NOT IN, IS NOT NULL, …
    std::vector<literal> values;
};

// A query that is empty or blank is no filter; ask before calling.
outcome<node> parse(std::string_view query);

// 0x2001 with the default sentence, then what and where ("… (column 12: …)", columns from 1).
api_error syntax_error(std::size_t at, std::string_view what);

}  // namespace casebridge::sandbox::threatconnect::tql
