// Tracecat's request targets (fact sheet §0.1). Pure text.
#pragma once

#include "core/uuid.hpp"
#include "platform/case_store.hpp"
#include "platform/tracecat/client/release.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform::tracecat::client {

// The mount below which a workspace's routes lie, and the query that it needs.
struct place_of_routes {
    std::string_view base;   // "/api"
    mount how = mount::canonical;
    uuid workspace;
};

class target {
public:
    target(const place_of_routes& where, std::string_view path);
    target& add(std::string_view name, std::string_view value);
    target& add(std::string_view name, std::uint64_t value);
    target& add_query(std::string_view query);   // encoded already; empty: nothing
    std::string text;

private:
    void separate();
    bool asked_ = false;
};

std::string case_path(const uuid& id, std::string_view below = {});

// GET /cases/search. fields: ids of the custom fields to include.
std::string listing_target(const place_of_routes& where, const store_listing& what,
                           const std::vector<std::string>& fields, bool with_payload);
// The case of that number: short_id, which is exact (§1.3).
std::string number_filter(std::int64_t number);
// updated_after or start_time with that instant.
std::string time_filter(std::string_view parameter, std::int64_t micros);

}  // namespace casebridge::platform::tracecat::client
