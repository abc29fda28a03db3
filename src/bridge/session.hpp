// Shared by the files of exchange: what one run holds.
#pragma once

#include "bridge/exchange.hpp"
#include "bridge/place_order.hpp"
#include "bridge/workspace_references.hpp"

namespace casebridge::bridge {

struct exchange::session {
    const platform::operation& op;
    workspace_state& state;
    platform::call_context ctx;
    mapping::ledger notes;
    std::string user;            // the caller's name on the backend; empty for API keys

    std::string_view request_id() const noexcept { return op.request_id; }
};

// A case of a list before it is rendered: its document lies in one of the pages.
struct exchange::candidate {
    json::value document;
    platform::place at;
    std::int64_t number = 0;
};

}  // namespace casebridge::bridge
