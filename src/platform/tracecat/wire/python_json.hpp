// Request bodies as Tracecat reads them: by the JSON reader of Python 3.13, whose leniencies and error
// texts are part of the API (Tracecat fact sheet §0.2, §0.3). It takes UTF-8 with or without a byte-order
// mark, UTF-16 and UTF-32, the literals NaN, Infinity and -Infinity, and lone surrogates.
//
// What comes out is strict JSON for json::tape: those leniencies are replaced (NaN by a number beyond doubles,
// which it is for every validator and in every echo; a lone surrogate by U+FFFD) and reported, since Tracecat
// accepts them first and fails on them later.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform::tracecat {

struct blemish {
    enum class kind { nul, surrogate, not_finite };
    kind what;
    std::string member;  // the key of the top-level object below which it is
    bool operator==(const blemish&) const = default;
};

struct python_json {
    enum class verdict { good, malformed, unreadable };
    verdict outcome = verdict::good;
    const char* message = "";  // malformed: Python's text
    std::size_t position = 0;  // malformed: in characters, not bytes
    std::string rewritten;  // strict UTF-8 JSON, if the input was not that already
    std::string_view text;  // the strict document: the input itself, or rewritten
    std::size_t depth = 0;  // deepest nesting of arrays and objects
    std::vector<blemish> blemishes;

    python_json() = default;
    python_json(const python_json&) = delete;  // text may point into rewritten
    python_json& operator=(const python_json&) = delete;

    bool has(blemish::kind what) const noexcept;
    bool has(blemish::kind what, std::string_view member) const noexcept;
};

// Nesting that CPython 3.13 refuses with a RecursionError; Tracecat then answers 400 (fact sheet §0.2).
inline constexpr std::size_t python_depth_limit = 9995;

// The body must outlive `out`.
void read_python_json(std::string_view body, python_json& out);

}  // namespace casebridge::platform::tracecat
