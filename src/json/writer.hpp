// Writes compact JSON straight into a byte buffer that the caller owns and reuses.
// The writer keeps no nesting state of its own beyond "is a comma due": callers write structures
// in order. Strings are escaped as the JSON grammar demands and otherwise copied as UTF-8.
#pragma once

#include "json/tape.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace casebridge::json {

// Appends text as the inside of a JSON string, without the quotes.
void append_escaped(std::string& out, std::string_view text);
// Appends text as a JSON string, with the quotes.
void append_string(std::string& out, std::string_view text);
void append_integer(std::string& out, std::int64_t n);
// Appends a value of a tape: numbers digit for digit, strings re-escaped, compact.
void append_value(std::string& out, value v);

// Comma-keeping helper for hand-written objects and arrays.
class writer {
public:
    explicit writer(std::string& out) : out_(&out) {}

    writer& begin_object() { return open('{'); }
    writer& end_object() { return close('}'); }
    writer& begin_array() { return open('['); }
    writer& end_array() { return close(']'); }
    writer& key(std::string_view k);
    writer& string(std::string_view s);
    writer& integer(std::int64_t n);
    writer& boolean(bool b);
    writer& null();
    writer& raw(std::string_view json);   // a finished JSON value
    writer& copy(value v);

    // key and value in one call
    writer& member(std::string_view k, std::string_view s) { return key(k).string(s); }
    writer& member(std::string_view k, const char* s) { return key(k).string(s); }
    writer& member(std::string_view k, bool b) { return key(k).boolean(b); }
    writer& member(std::string_view k, std::int64_t n) { return key(k).integer(n); }
    writer& member(std::string_view k, value v) { return key(k).copy(v); }

private:
    writer& open(char c);
    writer& close(char c);
    void separate();
    std::string* out_;
    bool comma_ = false;
};

}  // namespace casebridge::json
