// What a client's calls share: the pool and its connections, the addresses, the watchdog. Every call
// in flight holds a reference, so that the client may go before its calls do.
//
// A call passes share.cpp (identical reads in flight become one), deliver.cpp (leave by the shared state;
// tries) and core.cpp (a connection; the exchange).
#pragma once

#include "upstream/client.hpp"
#include "upstream/connection.hpp"
#include "upstream/pool.hpp"
#include "upstream/resolver.hpp"
#include "upstream/shared_state.hpp"

#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace casebridge::upstream {

class core : public std::enable_shared_from_this<core> {
public:
    core(boost::asio::io_context& context, options opts, std::unique_ptr<boost::asio::ssl::context> tls,
         std::shared_ptr<shared_state> shared);
    ~core();
    core(const core&) = delete;
    core& operator=(const core&) = delete;

    static task<result<answer>> send(std::shared_ptr<core> self, const call& c);
    statistics stats() const;
    result<std::unique_ptr<client>> sibling(const base_url& origin) const;
    void close();    // no new calls; idle connections close, calls in flight finish
    void abort();    // everything ends now

private:
    class lease;
    class queued;
    class in_flight;
    class nap;
    class flight;
    class leader;
    class sharer;
    class write_mark;
    class retry_leave;

    // share.cpp
    task<result<answer>> share(const call& c, http::time_point deadline);
    // deliver.cpp
    task<result<answer>> deliver(const call& c, http::time_point deadline);
    task<result<answer>> try_once(const call& c, http::time_point deadline, attempt& seen, bool fresh);
    task<result<void>> wait_for_leave(shared_state::permit& leave, shared_state::waiting& place);
    task<void> sleep_until(http::time_point until);
    void learn(const call& c, const result<answer>& out, attempt& seen);
    void report_try(const call& c, const result<answer>& out, http::time_point start) const;
    // core.cpp
    task<result<pool::grant>> wait_in_line(pool::decision d);
    task<result<answer>> converse(pool::grant turn, const call& c, http::time_point deadline, attempt& seen,
                                  bool fresh);
    task<result<void>> connect(lease& l, http::time_point deadline);
    failure busy(std::string_view why) const;
    failure busy_line() const;
    failure gone() const;

    void give_back(pool::slot s, bool opening, bool reusable);
    void after(pool::slot s, const pool::released& r);
    void lose(pool::ticket place, std::string_view why);
    void watch(std::chrono::milliseconds within);
    void watch_calls();
    void tick();
    void report_pool();

    boost::asio::io_context& context_;
    options opts_;
    std::unique_ptr<boost::asio::ssl::context> tls_;
    std::shared_ptr<shared_state> shared_;
    origin origin_;
    pool pool_;
    std::shared_ptr<resolver> names_;
    std::vector<std::unique_ptr<connection>> connections_;  // by slot
    std::map<pool::ticket, queued*> line_;
    std::set<timer*> asleep_;                               // what abort() has to wake
    std::unordered_map<std::string, std::shared_ptr<flight>> flights_;    // reads that may be shared
    std::minstd_rand chance_{std::random_device{}()};
    timer watchdog_;
    http::time_point watch_at_ = http::time_point::max();
    std::size_t calls_now_ = 0;
    statistics counters_;
    statistics reported_;                                   // of the pool, as the metrics know it
    bool closed_ = false;
    bool aborted_ = false;
};

// A coroutine asleep until a time, or until somebody cancels its timer; abort() does.
class core::nap {
public:
    nap(core& c, http::time_point until) : core_(c), timer_(c.context_, until) {
        core_.asleep_.insert(&timer_);
    }
    ~nap() { core_.asleep_.erase(&timer_); }
    nap(const nap&) = delete;
    nap& operator=(const nap&) = delete;
    timer& waker() noexcept { return timer_; }

private:
    core& core_;
    timer timer_;
};

}  // namespace casebridge::upstream
