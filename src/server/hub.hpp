// What the sessions of one listener share: settings, handler, counters, the registry of open
// sessions, and the one deadline mechanism (a watchdog that looks at every session's deadline a few
// times a second; a timer per operation costs a quarter of a request, engineering anchors §C4).
//
// Everything but the counters belongs to the context's one thread.
#pragma once

#include "server/answer_head.hpp"
#include "server/listener.hpp"
#include "server/load_gate.hpp"
#include "server/session_base.hpp"
#include "server/stream.hpp"
#include "server/workspace.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <vector>

namespace casebridge::server {

using tcp_acceptor = boost::asio::basic_socket_acceptor<tcp, executor>;
using timer = boost::asio::basic_waitable_timer<http::clock, boost::asio::wait_traits<http::clock>, executor>;

struct counters {
    counter accepted, over_total, over_address, accept_errors, tls_failures, requests, exceptions,
        writes_failed, bytes_in, bytes_out, open;
    std::array<counter, 6> answers;
    std::array<counter, static_cast<std::size_t>(refusal::count_)> refused;
    std::array<counter, static_cast<std::size_t>(ending::count_)> ended;
};

// The kind of a refusal that its failure code alone decides.
refusal kind_of(errc code) noexcept;

class hub {
public:
    hub(boost::asio::io_context& context, options opts, http::handler& handler);

    void add(session_base& s);
    void remove(session_base& s) noexcept;
    void begin_drain();
    void close_all();
    void tick(std::chrono::nanoseconds lag);   // lag: how late it is called

    bool draining() const noexcept { return draining_; }
    bool closing() const noexcept { return closing_; }
    // Nothing more can happen here: the watchdog may end.
    bool finished() const noexcept {
        return (closing_ || draining_) && sessions_.empty() && !acceptor.is_open();
    }

    // What stands in the way of one more request.
    overload load_state() const noexcept { return load.state(load_bounds()); }

    void append_request_id(std::string& out);
    void count_answer(unsigned status);
    void count(refusal kind) noexcept { counts.refused[static_cast<std::size_t>(kind)].add(); }
    void count(ending how) noexcept { counts.ended[static_cast<std::size_t>(how)].add(); }
    statistics snapshot() const;

    options settings;  // see listener::renew
    http::handler& handler;
    counters counts;
    date_text date;
    std::shared_ptr<connection_budget> budget;
    std::shared_ptr<boost::asio::ssl::context> tls;  // none: plain
    tcp_acceptor acceptor;
    timer pause;      // of the accept loop
    timer watchdog;
    std::size_t turned_away = 0;  // sessions that only say 503
    load_gate load;
    workspace_pool workspaces;

private:
    load_limits load_bounds() const noexcept {
        if (!settings.sheds) return {};
        return {settings.bounds.max_requests_in_flight, settings.bounds.max_lag};
    }

    std::vector<session_base*> sessions_;
    bool draining_ = false;
    bool closing_ = false;
    std::string id_prefix_;
    std::uint64_t id_counter_ = 0;
};

}  // namespace casebridge::server
