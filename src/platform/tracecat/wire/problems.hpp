// The list of a 422 answer: type, loc, msg, input, ctx, as FastAPI 0.137 with pydantic 2.12 writes them
// (Tracecat fact sheet §0.3).
#pragma once

#include "json/tape.hpp"
#include "platform/tracecat/wire/models.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace casebridge::platform::tracecat {

location deeper(const location& loc, step s);

class problems {
public:
    // input: finished JSON. ctx: the members of an object without its braces, or empty.
    void add(std::string_view type, const location& loc, std::string_view msg, std::string_view input,
             std::string_view ctx = {});
    // A value that is not one of the words; type: "enum" or "literal_error".
    void add_choice(std::string_view type, words values, const location& loc, std::string_view input);
    void append(const problems& other);
    bool empty() const noexcept { return list_.empty(); }
    std::string body() const { return "{\"detail\":[" + list_ + "]}"; }

private:
    std::string list_;
};

// A value of the document as a 422 shows it: numbers as Python prints them.
std::string echo(json::value v);
std::string quoted(std::string_view text);
// One text member of a ctx.
std::string context_text(std::string_view key, std::string_view text);

}  // namespace casebridge::platform::tracecat
