#include "app/reload_schedule.hpp"

namespace casebridge::app {

reload_schedule::action reload_schedule::signalled() {
    signal_waits_ = true;
    return next(clock::time_point::min());
}

reload_schedule::action reload_schedule::changed(clock::time_point now) {
    rested_ = now + quiet_;
    return next(now);
}

reload_schedule::action reload_schedule::elapsed(clock::time_point now) { return next(now); }

reload_schedule::action reload_schedule::finished(clock::time_point now) {
    busy_ = false;
    return next(now);
}

reload_schedule::action reload_schedule::next(clock::time_point now) {
    if (busy_ || stopped_) return {};
    if (signal_waits_) {
        // It reads the changed files as well; changes that go on ask again.
        signal_waits_ = false;
        busy_ = true;
        return {reason::signal, std::nullopt};
    }
    if (!rested_) return {};
    if (now < *rested_) return {std::nullopt, rested_};
    rested_.reset();
    busy_ = true;
    return {reason::files, std::nullopt};
}

}  // namespace casebridge::app
