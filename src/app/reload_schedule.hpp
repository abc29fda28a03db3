// When to read configuration and tables anew: at a signal at once, after changes of files once they
// rest, one attempt at a time. A pure state machine; the caller does what it answers.
#pragma once

#include <chrono>
#include <optional>

namespace casebridge::app {

class reload_schedule {
public:
    using clock = std::chrono::steady_clock;

    enum class reason { signal, files };
    struct action {
        std::optional<reason> start;                   // begin an attempt now
        std::optional<clock::time_point> wake;         // call elapsed() then, instead of any earlier wish
    };

    explicit reload_schedule(std::chrono::milliseconds quiet) : quiet_(quiet) {}

    void set_quiet(std::chrono::milliseconds quiet) { quiet_ = quiet; }
    action signalled();
    action changed(clock::time_point now);
    action elapsed(clock::time_point now);
    action finished(clock::time_point now);            // the attempt that was begun
    void stop() { stopped_ = true; }                   // nothing begins any more

    bool busy() const noexcept { return busy_; }

private:
    action next(clock::time_point now);

    std::chrono::milliseconds quiet_;
    bool busy_ = false;
    bool stopped_ = false;
    bool signal_waits_ = false;
    std::optional<clock::time_point> rested_;          // when changed files will have rested
};

}  // namespace casebridge::app
