#include "upstream/resolver.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace casebridge::upstream {
namespace {

using boost::system::error_code;
constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable_t<executor>{});

// How long the old addresses serve after a look-up that failed.
constexpr std::chrono::milliseconds retry_after_failure{1000};

// Leaves the list even if the frame that waits is destroyed.
class entry_in_list {
public:
    entry_in_list(std::list<timer*>& list, timer& t) : list_(list), self_(list.insert(list.end(), &t)) {}
    ~entry_in_list() { list_.erase(self_); }
    entry_in_list(const entry_in_list&) = delete;
    entry_in_list& operator=(const entry_in_list&) = delete;

private:
    std::list<timer*>& list_;
    std::list<timer*>::iterator self_;
};

}  // namespace

resolver::resolver(boost::asio::io_context& context, std::string host, std::uint16_t port,
                   std::chrono::milliseconds ttl)
    : context_(context), host_(std::move(host)), port_(port), ttl_(ttl), lookup_(context) {
    error_code ec;
    const auto address = boost::asio::ip::make_address(host_, ec);
    if (ec) return;
    known_ = std::make_shared<std::vector<endpoint>>(1, endpoint(address, port_));
    expires_ = http::time_point::max();
}

task<result<endpoints>> resolver::resolve(http::time_point deadline) {
    const auto now = http::clock::now();
    if (known_ && now < expires_) co_return known_;
    if (!looking_) look_up();
    if (known_ && now < expires_ + ttl_) co_return known_;
    timer wake(context_, deadline);
    const entry_in_list entry(waiting_, wake);
    co_await wake.async_wait(token);
    if (known_) co_return known_;
    if (looking_) co_return fail(errc::upstream_timeout, host_ + ": the host name was not resolved in time");
    co_return fail(errc::upstream_unresolved,
                   host_ + ": the host name cannot be resolved: " + last_error_.message());
}

void resolver::look_up() {
    looking_ = true;
    ++lookups_;
    lookup_.async_resolve(host_, std::to_string(port_), boost::asio::ip::resolver_base::numeric_service,
                          [weak = weak_from_this()](const error_code& ec, const lookup_results& found) {
                              if (const auto self = weak.lock()) self->looked_up(ec, found);
                          });
}

void resolver::looked_up(const error_code& ec, const lookup_results& found) {
    looking_ = false;
    last_error_ = ec;
    if (!ec) {
        auto fresh = std::make_shared<std::vector<endpoint>>();
        for (const auto& entry : found) fresh->push_back(entry.endpoint());
        known_ = std::move(fresh);
        expires_ = http::clock::now() + ttl_;
    } else if (known_) {
        expires_ = http::clock::now() + retry_after_failure;
    }
    for (timer* wake : waiting_) wake->cancel();
}

void resolver::cancel() {
    lookup_.cancel();
    for (timer* wake : waiting_) wake->cancel();
}

}  // namespace casebridge::upstream
