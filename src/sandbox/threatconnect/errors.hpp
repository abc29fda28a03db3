// The v3 error vocabulary (ThreatConnect fact sheet §1.4): one code, one errCode, one HTTP status,
// one default sentence each. Results of the stand-in's own functions carry this, not core's failure,
// since what a ThreatConnect server says about a request is part of what is being imitated.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <string>
#include <string_view>

namespace casebridge::sandbox::threatconnect {

enum class err {
    bad_request,
    unauthorized,
    forbidden,
    not_found,
    method_not_allowed,
    conflict,
    internal,
    tql_parse,
    mismatched,
    missing_data,
    playbook,
    improper_format,
    has_dependents,
};

struct api_error {
    err code = err::internal;
    std::string message;

    unsigned status() const noexcept;
    std::string_view err_code() const noexcept;
    // {"errCode":"0x1004","message":"…","status":"Error"}
    std::string body() const;
};

// Without a message of its own the error carries the code's default sentence.
api_error fail(err code, std::string message = {});

[[noreturn]] void throw_exception_from_error(const api_error& e, const boost::source_location& loc);

template <class T>
using outcome = boost::system::result<T, api_error>;

}  // namespace casebridge::sandbox::threatconnect
