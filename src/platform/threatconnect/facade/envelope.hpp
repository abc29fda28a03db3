// v3's success envelopes, members in the order of the published answers (ThreatConnect fact sheet §1.3).
#pragma once

#include "http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace casebridge::platform::threatconnect {

// The type is exactly application/json: with a charset clients do not look for errors (§1.5).
void answer_json(http::response& res, unsigned status, std::string body);

// {"data":…,"message":…,"status":"Success"}; data: finished JSON, or empty for none.
void answer_object(http::response& res, unsigned status, std::string_view data,
                   std::string_view message = {});

struct page_frame {
    std::string next, prev;              // empty: there is none
    std::optional<std::uint64_t> count;
};

// The same around data that is written in place, since it may be many megabytes: what stands before it is appended
// to an empty body, then the data, then what stands after it.
void open_object(std::string& body);
void close_object(http::response& res, unsigned status, std::string body, std::string_view message);
void open_page(std::string& body, const page_frame& frame);
void close_page(http::response& res, std::string body, const page_frame& frame);

}  // namespace casebridge::platform::threatconnect
