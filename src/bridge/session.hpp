// Shared by the files of exchange: what one run holds.
#pragma once

#include "bridge/children/stored_child.hpp"
#include "bridge/exchange.hpp"
#include "bridge/history/history.hpp"
#include "bridge/place_order.hpp"
#include "bridge/workspace_references.hpp"
#include "mapping/child_states.hpp"
#include "query/match.hpp"
#include "query/push_down.hpp"

namespace casebridge::bridge {

inline failure shadow_refusal() {
    return fail(errc::read_only, "this bridge plans writes and does not carry them out");
}

// Another process wrote to the same object at the same moment, and what both carry has to be put together: what is
// native is done; the same again, from reading on, does the rest.
inline failure race_lost() {
    return fail(errc::conflict, "another writer changed the same at the same moment; send the change again",
                "/raced");
}
template <class T>
bool is_race(const result<T>& done) {
    return done.has_error() && done.error().code == errc::conflict && done.error().pointer == "/raced";
}
inline constexpr int most_races = 4;  // that one request runs before its client is told

struct exchange::session {
    const platform::operation& op;
    workspace_state& state;
    platform::call_context ctx;
    mapping::ledger notes;
    std::string user;  // the caller's name on the backend; empty for API keys

    std::vector<case_event> events;  // what this write does to the case
    case_past past = {};  // of the case that is written, once it is known

    std::string_view request_id() const noexcept { return op.request_id; }
};

// A case, what hangs on it, and the states of that.
struct exchange::family {
    platform::reply_ptr found;
    std::int64_t number = 0;
    mapping::child_states states;
    std::string created, updated;  // when the case was made, and changed
    write_gate::pass pass;  // of lock_family
    json::value document() const noexcept { return found->data; }
    // What views of children need of it; it lasts as long as the family.
    mapping::view_program::request show() const {
        mapping::view_program::request out;
        out.holder = number;
        out.holder_created = created;
        out.holder_updated = updated;
        return out;
    }
};

// A case's children of one kind under the write lock, and what a write of one of them needs.
struct exchange::child_work {
    const mapping::object_programs* programs;
    std::shared_ptr<const mapping::field_set> fields;
    std::shared_ptr<const people> who;
    family of;
    workspace_references refs;
    std::vector<stored_child> all;
    // What is left of children that somebody removed on the backend.
    std::vector<std::int64_t> left_states = {};
    std::vector<std::string> left_files = {};

    platform::child_write write_of(const mapping::write_plan& plan, platform::child what) const;
    // For child_write::history of a create: the same entries however often a write that is in doubt asks for them.
    // tell: the event of the new child, by its id. Session and exchange must outlive it.
    static std::function<std::vector<std::string>(std::int64_t)> history_of_new(
        const exchange& e, session& s, id_kind kind, std::function<case_event(const std::string& id)> tell);
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
    std::shared_ptr<const people> who;  // for the residual
    std::vector<candidate> found;  // visible and matching, in reading direction
    std::vector<platform::reply_ptr> pages;  // hold the documents
    // What custom fields of the page list of each case, and whether the documents have it. It is asked for with them
    // only where nothing is read but the page.
    platform::child_kinds with;
    bool complete = false;
    std::size_t scanned = 0;
    bool hidden = false;  // the caller may not see some of what the backend found
    bool sorted_here = false;

    // For Casebridge-Filter.
    std::string note(std::size_t returned) const;
};

}  // namespace casebridge::bridge
