// When a thread has more to do than it can: too many requests in its hands, or an event loop that comes
// late to everything. Further requests are then answered 503 at once, without touching the handler, so
// that those it took are finished in time (engineering anchors §B3; the third gate, the number of
// connections, is connection_budget). Pure, and of one thread.
#pragma once

#include <chrono>
#include <cstddef>

namespace casebridge::server {

enum class overload { none, in_flight, lag };

struct load_limits {
    std::size_t max_in_flight = 0;            // 0: any number
    std::chrono::milliseconds max_lag{0};     // 0: never mind
};

class load_gate {
public:
    // How late a coarse timer fired. One late reading is an accident (a long computation, a busy
    // machine); only the second in a row is overload, and the first good one ends it.
    void note_lag(std::chrono::nanoseconds lag, const load_limits& limits) noexcept {
        const bool late = limits.max_lag.count() > 0 && lag > limits.max_lag;
        late_ = late ? late_ + 1 : 0;
    }

    overload state(const load_limits& limits) const noexcept {
        if (limits.max_in_flight > 0 && in_flight_ >= limits.max_in_flight) return overload::in_flight;
        if (limits.max_lag.count() > 0 && late_ >= needed_readings) return overload::lag;
        return overload::none;
    }

    // A request in the handler's hands, for as long as it lives.
    class slot {
    public:
        explicit slot(load_gate& gate) noexcept : gate_(gate) { ++gate_.in_flight_; }
        ~slot() { --gate_.in_flight_; }
        slot(const slot&) = delete;
        slot& operator=(const slot&) = delete;

    private:
        load_gate& gate_;
    };

    std::size_t in_flight() const noexcept { return in_flight_; }

private:
    static constexpr unsigned needed_readings = 2;
    std::size_t in_flight_ = 0;
    unsigned late_ = 0;
};

}  // namespace casebridge::server
