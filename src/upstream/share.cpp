// Identical reads in flight at a time become one request; its answer is everybody's. Tracecat's web
// interface sends a search and an aggregate per keystroke, and so do many analysts who look at one case.
//
// Read your own writes: a read joins only one that went out in the same generation, that is without a
// write of this process beginning or ending since.
#include "upstream/core.hpp"

#include "observe/metrics.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace casebridge::upstream {
namespace {

constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable_t<executor>{});

std::string key_of(const call& c) {
    std::string out;
    out.reserve(c.credential.size() + c.account.size() + c.target.size() + 2);
    return out.append(c.credential).append(1, '\0').append(c.account).append(1, '\0').append(c.target);
}

}  // namespace

class core::sharer {
public:
    sharer(core& c, std::shared_ptr<flight> f, http::time_point deadline);
    ~sharer();
    sharer(const sharer&) = delete;
    sharer& operator=(const sharer&) = delete;

    timer& waker() noexcept { return nap_.waker(); }
    http::time_point deadline() const noexcept { return deadline_; }
    void arrived(const result<answer>& r) {
        outcome = r;
        over();
    }
    void over() {
        landed = true;
        waker().cancel();
    }
    std::optional<result<answer>> outcome;
    bool landed = false;    // the flight is over; without an outcome it was of no use

private:
    std::shared_ptr<flight> flight_;
    nap nap_;
    http::time_point deadline_;
};

// One request with those who wait for its answer.
class core::flight {
public:
    explicit flight(std::uint64_t generation) : generation_(generation) {}
    std::uint64_t generation() const noexcept { return generation_; }
    std::vector<sharer*> sharers;

private:
    std::uint64_t generation_;
};

core::sharer::sharer(core& c, std::shared_ptr<flight> f, http::time_point deadline)
    : flight_(std::move(f)), nap_(c, deadline), deadline_(deadline) {
    flight_->sharers.push_back(this);
}

core::sharer::~sharer() { std::erase(flight_->sharers, this); }

// The call that makes the request. Whatever becomes of it, the others are told.
class core::leader {
public:
    leader(core& c, std::string key, std::uint64_t generation, http::time_point deadline)
        : core_(c), key_(std::move(key)), flight_(std::make_shared<flight>(generation)), deadline_(deadline) {
        core_.flights_[key_] = flight_;
    }
    ~leader() { land(nullptr); }
    leader(const leader&) = delete;
    leader& operator=(const leader&) = delete;

    void land(const result<answer>* out) {
        const auto in_table = core_.flights_.find(key_);
        if (in_table != core_.flights_.end() && in_table->second == flight_) core_.flights_.erase(in_table);
        auto waiting = std::exchange(flight_->sharers, {});
        // The most patient goes on first, so that the others can join it where they have to go on.
        std::sort(waiting.begin(), waiting.end(),
                  [](const sharer* a, const sharer* b) { return a->deadline() > b->deadline(); });
        const bool own = out != nullptr && out->has_error() && http::clock::now() >= deadline_;
        for (sharer* s : waiting) {
            if (out == nullptr || (own && s->deadline() > deadline_))
                s->over();    // it failed for a reason of the leader's
            else
                s->arrived(*out);
        }
    }

private:
    core& core_;
    std::string key_;
    std::shared_ptr<flight> flight_;
    http::time_point deadline_;
};

task<result<answer>> core::share(const call& c, http::time_point deadline) {
    std::string key = key_of(c);
    for (;;) {
        const auto found = flights_.find(key);
        const std::uint64_t generation = shared_->generation();
        if (found == flights_.end() || found->second->generation() != generation) {
            leader self(*this, std::move(key), generation, deadline);
            result<answer> out = co_await deliver(c, deadline);
            self.land(&out);
            co_return out;
        }
        sharer self(*this, found->second, deadline);
        co_await self.waker().async_wait(token);
        if (aborted_) co_return gone();
        if (self.outcome) {
            ++counters_.shared;
            observe::count_upstream_shared(shared_->name());
            co_return std::move(*self.outcome);
        }
        if (!self.landed)
            co_return fail(errc::upstream_timeout,
                           origin_.peer + ": deadline passed while waiting for an identical request");
    }
}

}  // namespace casebridge::upstream
