#include "server/listener.hpp"

#include "observe/log.hpp"
#include "server/accept_error.hpp"
#include "server/peer.hpp"
#include "server/session.hpp"
#include "server/tls.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include <sys/socket.h>

#include <exception>
#include <utility>

namespace casebridge::server {

namespace {

using namespace std::chrono_literals;
using hub_ptr = std::shared_ptr<hub>;

constexpr auto tick_interval = 50ms;
constexpr auto accept_pause = 100ms;
// Above a cap this many connections at a time are told so; the rest are closed without a word.
constexpr std::size_t max_turned_away = 64;

// What co_spawn calls at the end of a coroutine: an exception here passed the session's own catch.
struct on_end {
    void operator()(std::exception_ptr problem) const {
        if (!problem) return;
        try {
            std::rethrow_exception(problem);
        } catch (const std::exception& e) {
            observe::log(observe::level::error, "connection ended by an exception",
                         {{"what", std::string_view(e.what())}});
        } catch (...) {
            observe::log(observe::level::error, "connection ended by an exception");
        }
    }
};

void serve(const hub_ptr& h, tcp_socket socket, const tcp::endpoint& peer) {
    h->counts.accepted.add();
    admission a;
    a.peer = peer_text(peer.address());
    auto granted = h->budget->acquire(peer_key(peer.address()));
    if (auto* lease = std::get_if<connection_budget::lease>(&granted)) {
        a.lease = std::move(*lease);
    } else {
        const bool total = std::get<over_limit>(granted) == over_limit::total;
        (total ? h->counts.over_total : h->counts.over_address).add();
        if (h->turned_away >= max_turned_away) return;
        a.turned_away = true;
    }
    const auto where = h->acceptor.get_executor();
    if (h->tls)
        boost::asio::co_spawn(where, serve_tls(h, std::move(socket), std::move(a)), on_end{});
    else
        boost::asio::co_spawn(where, serve_plain(h, std::move(socket), std::move(a)), on_end{});
}

// Draining: whoever is in the socket's queue is connected already as far as its client knows.
void accept_the_queue(const hub_ptr& h) {
    boost::system::error_code ec;
    h->acceptor.non_blocking(true, ec);
    while (!ec) {
        tcp::endpoint peer;
        auto socket = h->acceptor.accept(peer, ec);
        if (!ec) serve(h, std::move(socket), peer);
    }
    h->acceptor.close(ec);
}

task<void> accept_connections(hub_ptr h) {
    while (!h->draining() && !h->closing()) {
        tcp::endpoint peer;
        auto [ec, socket] = co_await h->acceptor.async_accept(peer, awaited);
        if (!ec && h->closing()) break;
        if (!ec) {
            serve(h, std::move(socket), peer);
            continue;
        }
        const auto action = classify_accept_error(ec);
        if (action == accept_action::stop) break;
        h->counts.accept_errors.add();
        if (action == accept_action::retry) continue;
        const std::string text = ec.message();
        observe::log(observe::level::error, "cannot accept connections, waiting",
                     {{"bridge", std::string_view(h->settings.name)}, {"what", std::string_view(text)}});
        h->pause.expires_after(accept_pause);
        const auto [waited] = co_await h->pause.async_wait(awaited);
        static_cast<void>(waited);
    }
    if (h->draining() && !h->closing()) accept_the_queue(h);
}

task<void> watch_deadlines(hub_ptr h) {
    while (!h->finished()) {
        h->watchdog.expires_after(tick_interval);
        const auto [ec] = co_await h->watchdog.async_wait(awaited);
        static_cast<void>(ec);
        h->tick(http::clock::now() - h->watchdog.expiry());
    }
}

enum class sharing { none, reuse_port };

result<void> bind_to(tcp_acceptor& acceptor, const options& opts, sharing how) {
    boost::system::error_code ec;
    const std::string place = opts.address + " port " + std::to_string(opts.port);
    const auto address = boost::asio::ip::make_address(opts.address, ec);
    if (ec) return fail(errc::invalid_configuration, "not an address to listen on: " + opts.address);
    const tcp::endpoint endpoint(address, opts.port);
    acceptor.open(endpoint.protocol(), ec);
    if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
    // Asio has no option for it (chriskohlhoff/asio#1455).
    const int on = 1;
    if (!ec && how == sharing::reuse_port &&
        ::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0)
        ec.assign(errno, boost::system::system_category());
    if (!ec) acceptor.bind(endpoint, ec);
    if (!ec && how == sharing::reuse_port)
        acceptor.listen(boost::asio::socket_base::max_listen_connections, ec);
    if (ec) return fail(errc::invalid_configuration, "cannot listen on " + place + ": " + ec.message());
    return {};
}

class socket_listener final : public listener {
public:
    socket_listener(boost::asio::io_context& context, hub_ptr h, std::uint16_t port)
        : context_(context), hub_(std::move(h)), port_(port), secure_(hub_->tls != nullptr) {}
    ~socket_listener() override { socket_listener::close_all(); }

    void start() override {
        boost::asio::co_spawn(context_, accept_connections(hub_), on_end{});
        boost::asio::co_spawn(context_, watch_deadlines(hub_), on_end{});
    }
    std::uint16_t port() const override { return port_; }
    result<std::function<void()>> renew(const options& next) override {
        std::shared_ptr<boost::asio::ssl::context> tls;
        if (secure_) {
            CB_TRY(tls, make_tls_context(next.tls));
        }
        return std::function<void()>([h = hub_, next, tls = std::move(tls)] {
            h->settings.bounds = next.bounds;
            h->settings.access_log = next.access_log;
            h->settings.tls = next.tls;
            h->budget->set_limits(next.bounds.max_connections, next.bounds.max_connections_per_address);
            if (tls) h->tls = tls;
        });
    }
    void drain() override {
        boost::asio::post(context_, [h = hub_] { h->begin_drain(); });
    }
    std::size_t open_sessions() const override { return static_cast<std::size_t>(hub_->counts.open.get()); }
    void close_all() override {
        boost::asio::post(context_, [h = hub_] { h->close_all(); });
    }
    statistics stats() const override { return hub_->snapshot(); }

private:
    boost::asio::io_context& context_;
    hub_ptr hub_;
    const std::uint16_t port_;
    const bool secure_;
};

}  // namespace

result<void> listener::check_free(const options& opts) {
    if (opts.port == 0) return {};
    boost::asio::io_context scratch{1};
    tcp_acceptor probe(scratch.get_executor());
    return bind_to(probe, opts, sharing::none);
}

result<std::unique_ptr<listener>> listener::create(boost::asio::io_context& context, options opts,
                                                   http::handler& handler) {
    auto h = std::make_shared<hub>(context, std::move(opts), handler);
    const auto& files = h->settings.tls;
    if (!files.certificate.empty() || !files.key.empty()) {
        CB_TRY(h->tls, make_tls_context(files));
    }
    CB_CHECK(bind_to(h->acceptor, h->settings, sharing::reuse_port));
    boost::system::error_code ec;
    const auto local = h->acceptor.local_endpoint(ec);
    if (ec) return fail(errc::invalid_configuration, "no local address: " + ec.message());
    return std::unique_ptr<listener>(std::make_unique<socket_listener>(context, std::move(h), local.port()));
}

}  // namespace casebridge::server
