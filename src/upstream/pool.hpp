// Which connection serves which call: a pure state machine, without sockets, timers or a clock of
// its own. The client performs what it decides.
//
// A slot is a place for one connection and goes empty → opening → busy ⇄ idle → empty. Idle
// connections are reused last in, first out, so that the surplus grows old and is swept. Calls that
// find every slot taken wait in a fair line (fair_line.hpp) until their deadline.
#pragma once

#include "upstream/fair_line.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace casebridge::upstream {

struct pool_limits {
    std::size_t max_connections = 64;
    std::size_t max_waiting = 256;
    http::clock::duration idle_timeout = std::chrono::seconds(15);   // since last used
    http::clock::duration lifetime = std::chrono::minutes(5);        // since opened; zero: no bound
};

class pool {
public:
    using time_point = http::time_point;
    using slot = std::size_t;          // below max_connections; the client's index as well
    using ticket = fair_line::ticket;  // a place in the waiting line

    enum class verdict {
        reuse,   // slot holds an open connection, now busy
        open,    // slot is now opening: drop what it may still hold, connect, then opened() or failed()
        wait,    // place is in line; a later grant names it, or a sweep reports it expired
        refuse,  // the line is full
    };
    struct decision {
        verdict what = verdict::refuse;
        slot connection = 0;
        ticket place = 0;
        std::optional<ticket> displaced;    // lost its place in line for this one
    };
    // A waiting call's turn. how: reuse or open, as in a decision.
    struct grant {
        ticket place = 0;
        slot connection = 0;
        verdict how = verdict::open;
    };
    struct released {
        bool close = false;            // the connection is to be closed now
        std::optional<grant> next;
    };
    struct swept {
        std::vector<slot> close;       // idle for too long
        std::vector<ticket> expired;   // calls whose deadline passed in line
    };

    explicit pool(pool_limits limits) : limits_(limits), line_(limits.max_waiting) {}

    decision acquire(time_point now, time_point deadline, std::string_view account = {});
    void opened(slot s, time_point now);           // opening → busy
    void replace(slot s);                          // busy → opening: same call, fresh connection
    released release(slot s, bool reusable, time_point now);  // busy → the next call, idle or empty
    released failed(slot s, time_point now);       // opening → the next call or empty
    bool cancel(ticket place);                     // leaves the line; false: not in it
    swept sweep(time_point now);
    std::vector<slot> close();                     // from now on nothing is kept idle

    std::size_t open() const noexcept;             // opening, busy or idle
    std::size_t idle() const noexcept { return idle_.size(); }
    std::size_t waiting() const noexcept { return line_.size(); }
    std::size_t in_use() const noexcept { return open() - idle(); }

private:
    enum class state : std::uint8_t { empty, opening, busy, idle };
    struct entry {
        state now = state::empty;
        time_point opened_at{};
        time_point idle_since{};
    };
    std::optional<grant> hand_over(slot s, bool reusable, time_point now);
    bool may_be_kept(const entry& e, time_point now) const noexcept;
    void empty_slot(slot s);

    pool_limits limits_;
    std::vector<entry> entries_;
    std::vector<slot> empty_;          // known slots without a connection
    std::vector<slot> idle_;           // a stack: the back was used last
    fair_line line_;
    bool closed_ = false;
};

}  // namespace casebridge::upstream
