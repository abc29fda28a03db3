// Checking requests against the models, and the list of a 422 answer: type, loc, msg, input, ctx, as
// FastAPI 0.137 with pydantic 2.12 writes them (Tracecat fact sheet §0.3).
#pragma once

#include "http/target.hpp"
#include "json/tape.hpp"
#include "platform/tracecat/models.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace casebridge::platform::tracecat {

using step = std::variant<std::string_view, std::size_t>;
using location = std::vector<step>;

class problems {
public:
    // input: finished JSON. ctx: the members of an object without its braces, or empty.
    void add(std::string_view type, const location& loc, std::string_view msg, std::string_view input,
             std::string_view ctx = {});
    void append(const problems& other);
    bool empty() const noexcept { return list_.empty(); }
    std::string body() const { return "{\"detail\":[" + list_ + "]}"; }

private:
    std::string list_;
};

using parameters = std::vector<http::parameter>;

// The last one of that name, which counts (fact sheet §0.1); null if there is none.
const std::string* last(const parameters& all, std::string_view name) noexcept;

// A value of the document as a 422 shows it: numbers as Python prints them.
std::string echo(json::value v);

// Python's reading of an integer (blanks around, sign, leading zeros, single underscores); values beyond
// 64 bits are cut to the nearest. Nothing if it is not one.
std::optional<std::int64_t> python_integer(std::string_view text) noexcept;
std::optional<bool> python_bool(std::string_view text) noexcept;
// Nothing if it looks like an address, else the sentence that says why not.
std::optional<std::string> email_complaint(std::string_view text);

// A UUID in a path or query; wanted_version 0: any.
void check_identifier(std::string_view text, const location& loc, int wanted_version, problems& out);
void check_query(query_model rules, const parameters& all, problems& out);
// root: the body's document, absent if there was none.
void check_body(model m, json::value root, problems& out);
// A body that was not sent as JSON.
void refuse_raw_body(std::string_view body, problems& out);

}  // namespace casebridge::platform::tracecat
