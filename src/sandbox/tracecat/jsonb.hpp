// JSON as PostgreSQL's jsonb gives it back through Python and orjson (Tracecat fact sheet §3.12): members
// ordered by length and bytes, of equal ones the last, numbers rewritten.
#pragma once

#include "json/tape.hpp"

#include <cstddef>
#include <string>

namespace casebridge::sandbox::tracecat {

struct jsonb {
    std::string text;
    std::size_t depth = 0;       // of arrays and objects, itself included
    bool unreadable = false;     // a number beyond 64 bits: the database takes it, later reads fail
    bool unstorable = false;     // a number beyond doubles, which Python writes as Infinity
};

jsonb to_jsonb(json::value v);

// A number as Python's JSON writes it ("7.0", "1e-07"), and as orjson does ("1e-7").
std::string python_number(std::string_view text);
std::string orjson_double(double value);

}  // namespace casebridge::sandbox::tracecat
