// What a client's calls share: the pool and its connections, the addresses, the watchdog. Every call
// in flight holds a reference, so that the client may go before its calls do.
#pragma once

#include "upstream/client.hpp"
#include "upstream/connection.hpp"
#include "upstream/pool.hpp"
#include "upstream/resolver.hpp"

#include <map>
#include <memory>
#include <vector>

namespace casebridge::upstream {

class core : public std::enable_shared_from_this<core> {
public:
    core(boost::asio::io_context& context, options opts, std::unique_ptr<boost::asio::ssl::context> tls);

    static task<result<answer>> send(std::shared_ptr<core> self, const call& c);
    statistics stats() const;
    void close();    // no new calls; idle connections close, calls in flight finish
    void abort();    // everything ends now

private:
    class lease;
    class queued;
    class in_flight;

    task<result<answer>> perform(const call& c, http::time_point deadline);
    task<result<pool::grant>> admit(http::time_point deadline);
    task<result<void>> connect(lease& l, http::time_point deadline);
    failure busy(std::string_view why) const;

    void give_back(pool::slot s, bool opening, bool reusable);
    void after(pool::slot s, const pool::released& r);
    void watch(std::chrono::milliseconds within);
    void tick();

    boost::asio::io_context& context_;
    options opts_;
    std::unique_ptr<boost::asio::ssl::context> tls_;
    origin origin_;
    pool pool_;
    std::shared_ptr<resolver> names_;
    std::vector<std::unique_ptr<connection>> connections_;  // by slot
    std::map<pool::ticket, queued*> line_;
    timer watchdog_;
    http::time_point watch_at_ = http::time_point::max();
    std::size_t calls_now_ = 0;
    statistics counters_;
    bool closed_ = false;
    bool aborted_ = false;
};

}  // namespace casebridge::upstream
