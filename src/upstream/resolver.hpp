// Host name → addresses, kept for a while. Asio's resolver blocks one thread, cannot be cancelled
// and ignores TTLs, so it is asked at most once per TTL, never per request, and calls wait for it
// with a deadline of their own.
#pragma once

#include "core/error.hpp"
#include "http/message.hpp"
#include "http/task.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <list>
#include <memory>
#include <string>
#include <vector>

namespace casebridge::upstream {

using executor = boost::asio::io_context::executor_type;
using timer = boost::asio::basic_waitable_timer<http::clock, boost::asio::wait_traits<http::clock>, executor>;
using endpoint = boost::asio::ip::tcp::endpoint;
using endpoints = std::shared_ptr<const std::vector<endpoint>>;

class resolver : public std::enable_shared_from_this<resolver> {
public:
    resolver(boost::asio::io_context& context, std::string host, std::uint16_t port,
             std::chrono::milliseconds ttl);

    // Known addresses, or those of one look-up that all callers share. For one more TTL the old
    // addresses serve while they are looked up anew, and longer if that fails.
    // Errors: upstream_unresolved, upstream_timeout.
    task<result<endpoints>> resolve(http::time_point deadline);
    void cancel();
    std::uint64_t lookups() const noexcept { return lookups_; }

private:
    using lookup_results = boost::asio::ip::basic_resolver_results<boost::asio::ip::tcp>;

    void look_up();
    void looked_up(const boost::system::error_code& ec, const lookup_results& found);

    boost::asio::io_context& context_;
    std::string host_;
    std::uint16_t port_;
    std::chrono::milliseconds ttl_;
    boost::asio::ip::basic_resolver<boost::asio::ip::tcp, executor> lookup_;
    endpoints known_;
    http::time_point expires_{};
    boost::system::error_code last_error_;
    bool looking_ = false;
    std::uint64_t lookups_ = 0;
    std::list<timer*> waiting_;
};

}  // namespace casebridge::upstream
