// Shared by the files of exchange: what one run holds.
#pragma once

#include "bridge/exchange.hpp"
#include "bridge/history.hpp"
#include "bridge/place_order.hpp"
#include "bridge/workspace_references.hpp"
#include "mapping/child_states.hpp"
#include "query/match.hpp"
#include "query/push_down.hpp"

namespace casebridge::bridge {

struct exchange::session {
    const platform::operation& op;
    workspace_state& state;
    platform::call_context ctx;
    mapping::ledger notes;
    std::string user;            // the caller's name on the backend; empty for API keys

    std::vector<case_event> events;  // what this write does to the case

    std::string_view request_id() const noexcept { return op.request_id; }
};

// A case, what hangs on it, and the states of that.
struct exchange::family {
    platform::reply_ptr found;
    std::int64_t number = 0;
    mapping::child_states states;
    json::value document() const noexcept { return found->data; }
};

// A case of a list before it is rendered: its document lies in one of the pages.
struct exchange::candidate {
    json::value document;
    platform::place at;  // its id is the case's number
    bool visible = false;
};

// The work on one list: what the backend is asked, what is finished here, and what was found.
struct exchange::listing {
    query::push plan;
    std::optional<query::matcher> residual;  // none: what the backend finds is what is meant
    std::shared_ptr<const people> who;       // for the residual
    std::vector<candidate> found;            // visible and matching, in reading direction
    std::vector<platform::reply_ptr> pages;  // hold the documents
    std::size_t scanned = 0;
    bool hidden = false;  // the caller may not see some of what the backend found
    bool sorted_here = false;

    // For Casebridge-Filter.
    std::string note(std::size_t returned) const;
};

}  // namespace casebridge::bridge
