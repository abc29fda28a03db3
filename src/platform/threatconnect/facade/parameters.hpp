// What a request asks for besides its path: the query, and for GET also the body {"data":{…}}, which clients use
// for long queries (ThreatConnect fact sheet §3.1 to §3.9).
#pragma once

#include "http/message.hpp"
#include "http/target.hpp"
#include "platform/threatconnect/facade/errors.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform::threatconnect {

class parameters {
public:
    static checked<parameters> read(const http::request& req);
    void append(const std::vector<http::parameter>& more);

    // The first one of that camelCase name, or else of the same in snake_case; null: neither.
    const std::string* find(std::string_view name) const;
    // All of that name.
    std::vector<std::string> all(std::string_view name) const;
    bool flag(std::string_view name) const;  // "true" in any letter case

private:
    std::vector<http::parameter> all_;
};

struct page_range {
    std::uint64_t start = 0;
    std::uint32_t limit = 100;
};
inline constexpr std::uint32_t most_results = 10000;  // §3.1
checked<page_range> read_page(const parameters& given);

}  // namespace casebridge::platform::threatconnect
