// Lists: filter, order, page, links, count (ThreatConnect fact sheet §3).
#pragma once

#include "sandbox/threatconnect/context.hpp"
#include "sandbox/threatconnect/errors.hpp"
#include "sandbox/threatconnect/tql_filter.hpp"

#include "http/message.hpp"
#include "http/target.hpp"

#include <optional>
#include <string>
#include <vector>

namespace casebridge::sandbox::threatconnect {

// The parameters of a request: those of the target, then those of a GET body (§3.9).
class query {
public:
    static outcome<query> of(const http::request& req);

    const std::string* find(std::string_view name) const;
    std::vector<std::string> all(std::string_view name) const;
    bool flag(std::string_view name) const;            // "true" in any letter case
    const std::vector<http::parameter>& parameters() const noexcept { return parameters_; }

private:
    std::vector<http::parameter> parameters_;
};

struct page {
    std::size_t start = 0;
    std::size_t limit = 100;
};
outcome<page> read_page(const query& q);

struct list_settings {
    bool insensitive_tql = false;
    std::int64_t tql_zone_seconds = 0;  // tql::settings
};

// All records that the caller may see and that the filter lets through, in order.
outcome<std::vector<const record*>> select(const store& s, const context& c, const object_def& o,
                                           const query& q, const list_settings& how);

// The whole answer of GET /v3/<type>.
outcome<std::string> list(const store& s, const context& c, const object_def& o, const query& q,
                          const list_settings& how);

// next and prev: absolute, and complete by themselves (§3.1).
std::string page_link(const context& c, const object_def& o, const query& q, std::size_t start,
                      std::size_t limit);

}  // namespace casebridge::sandbox::threatconnect
