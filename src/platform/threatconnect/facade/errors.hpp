// v3's error vocabulary and envelope (ThreatConnect fact sheet §1.4).
#pragma once

#include "core/error.hpp"
#include "http/message.hpp"

#include <boost/system/result.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace casebridge::platform::threatconnect {

// How a failure that has no words of its own here is answered (mappings/errors.jsonc).
struct wording {
    unsigned status = 500;
    std::string code;   // "0x1001"
    std::string text;
};
using error_words = std::function<wording(const failure&)>;

// The vendor's table; the order is that of its codes.
enum class err {
    bad_request,
    unauthorized,
    forbidden,
    not_found,
    not_allowed,
    conflict,
    internal,
    bad_query,
    mismatched,
    missing,
    playbook,
    improper,
    has_dependents,
};

// What is wrong with a request. An empty text stands for the table's.
struct complaint {
    err code = err::bad_request;
    std::string text = {};
};
[[noreturn]] void throw_exception_from_error(const complaint& c, const boost::source_location& loc);

template <class T>
using checked = boost::system::result<T, complaint>;

enum class generation { v2, v3 };   // v2 says "Failure" where v3 says "Error", and has no codes

wording words_of(const complaint& c);
void answer_error(http::response& res, const wording& w, generation g = generation::v3);
void answer_error(http::response& res, const complaint& c, generation g = generation::v3);

}  // namespace casebridge::platform::threatconnect
