// What a process knows and allows about one upstream: its breaker, the budget of retries, what each
// credential may still send, and when something was last written. The clients of all threads share one
// object; every member may be called from any thread. The decisions themselves are in breaker.hpp,
// limiter.hpp and retry.hpp; here is the lock around them and the waking across threads.
//
// Reloads: one object per upstream name and base URL, for the life of the process (see
// upstreams::get). A new configuration of the same upstream only changes the rules.
#pragma once

#include "upstream/breaker.hpp"
#include "upstream/client.hpp"
#include "upstream/limiter.hpp"
#include "upstream/resolver.hpp"
#include "upstream/retry.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace casebridge::upstream {

class shared_state {
public:
    // name: of the upstream in the configuration, for metrics, logs and error texts.
    shared_state(std::string name, const options& opts);
    ~shared_state();
    shared_state(const shared_state&) = delete;
    shared_state& operator=(const shared_state&) = delete;

    void adopt(const options& opts);
    const std::string& name() const noexcept { return name_; }

    struct lane;
    struct place;

    // Leave for one request to go out. Given back, with what became of it, when it goes.
    class permit {
    public:
        explicit permit(shared_state& all) : all_(all) {}
        ~permit();
        permit(const permit&) = delete;
        permit& operator=(const permit&) = delete;
        void settle(const result<answer>& out, const attempt& a);

    private:
        friend class shared_state;
        shared_state& all_;
        lane* lane_ = nullptr;    // null: not granted
        breaker::pass pass_;
        breaker::outcome outcome_ = breaker::outcome::none;
        errc reason_ = errc::internal;
    };

    // A place in a credential's line. waker is cancelled, on the thread of its executor, when the wait
    // is over; then claim() says what for.
    class waiting {
    public:
        waiting(shared_state& all, executor where) : all_(all), where_(where) {}
        ~waiting();
        waiting(const waiting&) = delete;
        waiting& operator=(const waiting&) = delete;
        bool needed() const noexcept { return place_ != nullptr; }
        void wake_with(timer* waker);    // null: nobody is asleep any more

    private:
        friend class shared_state;
        shared_state& all_;
        executor where_;
        std::shared_ptr<place> place_;
    };

    // Grants the permit, or puts the call in line (w.needed()), or fails with the reason and a
    // retry_after: upstream_unavailable (breaker), upstream_rate_limited (paused), upstream_busy (limits).
    result<void> enter(permit& p, waiting& w, const call& c, http::time_point now, http::time_point deadline);
    result<void> claim(permit& p, waiting& w, http::time_point now);
    void poll(http::time_point now);  // time has passed; every client calls it while it has calls

    bool begin_retry();
    void end_retry();
    void pause(std::string_view credential, http::time_point now, http::time_point until);

    // A read may share the answer of one that went out in the same generation: no write of this
    // process began or ended since.
    std::uint64_t generation() const noexcept { return generation_; }
    void next_generation() noexcept { ++generation_; }

private:
    lane& lane_of(std::string_view credential);
    void leave(permit& p);
    void abandon(place& p);
    void dispatch(lane& l, const limiter::moved& moved);
    enum class fate { in_line, granted, displaced, expired };
    void wake(lane& l, limiter::ticket ticket, fate why);
    void grant(permit& p, lane& l, http::time_point now);
    failure unavailable(breaker::duration wait) const;
    failure shed(errc code, std::string_view reason, std::string_view why, breaker::duration wait) const;
    void breaker_moved(breaker::state before);

    const std::string name_;
    std::atomic<std::uint64_t> generation_{0};
    mutable std::mutex mutex_;  // everything below
    std::map<std::string, credential_limits, std::less<>> limits_;
    std::map<std::string, std::unique_ptr<lane>, std::less<>> lanes_;  // by credential; never erased
    breaker breaker_;
    retry_budget budget_;
    errc last_failure_ = errc::internal;
};

// The shared states of a process. Thread-safe.
class upstreams {
public:
    // The one of that name and base URL, made if it is new; its rules are the given ones from now on.
    std::shared_ptr<shared_state> get(const std::string& name, const std::string& base_url,
                                      const options& opts);

private:
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<shared_state>> known_;
};

}  // namespace casebridge::upstream
