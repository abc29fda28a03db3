// The validated index of one workspace (design §6): what lists leave out, remembered for as long as the list item
// just read shows the same updated_at, which moves with description, status and payload (fact sheet §1.7). Never
// the truth, only a way not to ask twice. For all threads of the process; bounded, the longest unused goes first.
#pragma once

#include "core/uuid.hpp"
#include "platform/tracecat/client/options.hpp"

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace casebridge::platform::tracecat::client {

struct known_case {
    uuid id;
    std::int64_t number = 0;
    std::string updated;  // what the rest is valid for; but for state, which is the last seen
    std::optional<std::string> description;
    std::string history;  // members, see read_history; empty: not known
    std::string state;  // what the bridge kept on it when it was last seen; empty: nothing
};
using known_case_ptr = std::shared_ptr<const known_case>;

class case_index {
public:
    explicit case_index(const index_limits& limits) : limits_(limits) {}

    known_case_ptr find(const uuid& id);
    // What is known of the case as of that updated_at; null if nothing is.
    known_case_ptr find(const uuid& id, std::string_view updated);
    std::optional<uuid> id_of(std::int64_t number) const;

    // Adds what the given one knows to what is known as of the same updated_at, replaces what is known of another.
    // A state stays when the given one has none.
    void put(known_case what);
    // The case is about to be written: what was known as of its updated_at need not be so any more, even where that
    // does not move (a server whose times are whole seconds). state: that is not the last copy any more either.
    void forget(const uuid& id, bool state);
    // The case is gone, with its external id.
    void erase(const uuid& id);
    void erase(std::int64_t number);

    // The state of the case has, or has no longer (empty), that external id.
    void note_external_id(std::int64_t number, std::string_view external_id);
    // The lowest number of the cases with that id.
    std::optional<std::int64_t> number_of(std::string_view external_id) const;
    // Since when (the server's clock, microseconds) all changes have been seen; nothing: never, or no longer.
    std::optional<std::int64_t> complete_since() const;
    void note_complete(std::int64_t since);

    std::size_t size() const;
    std::size_t bytes() const;

private:
    using order = std::list<known_case_ptr>;  // the latest used first
    void add(known_case_ptr what);
    void drop(order::iterator at);
    void forget_external_id(std::int64_t number);

    const index_limits limits_;
    mutable std::mutex mutex_;  // everything below
    order cases_;
    std::map<uuid, order::iterator> by_id_;
    std::map<std::int64_t, uuid> by_number_;
    std::size_t bytes_ = 0;
    std::set<std::pair<std::string, std::int64_t>> external_ids_;
    std::map<std::int64_t, std::string> external_id_of_;
    std::optional<std::int64_t> complete_since_;
};

}  // namespace casebridge::platform::tracecat::client
