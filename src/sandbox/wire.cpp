#include "sandbox/wire.hpp"

#include "http/task.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <set>

namespace casebridge::sandbox {

namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using executor = asio::io_context::executor_type;
using use_task = asio::use_awaitable_t<executor>;
using quiet = asio::as_tuple_t<use_task>;
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;
using tcp_acceptor = asio::basic_socket_acceptor<asio::ip::tcp, executor>;
using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, executor>;
using tls_stream = asio::ssl::stream<tcp_socket&>;

constexpr quiet no_throw{};

// Beast throws for a single field of 64 KiB or more, so that no head may be longer.
constexpr std::uint32_t head_limit = 64 * 1024;

class server final : public wire_server, public std::enable_shared_from_this<server> {
public:
    server(asio::io_context& context, wire_options options, answerer answer)
        : context_(context),
          options_(std::move(options)),
          answer_(std::move(answer)),
          acceptor_(context.get_executor()),
          reopen_(context.get_executor()),
          tls_(asio::ssl::context::tls_server) {}

    result<void> start();
    std::uint16_t port() const override { return options_.port; }
    void refuse(std::chrono::milliseconds how_long) override;

    const wire_options& options() const { return options_; }
    asio::ssl::context& tls() { return tls_; }
    void answer(exchange& e) { answer_(e); }
    void add(tcp_socket* s) { open_.insert(s); }
    void drop(tcp_socket* s) { open_.erase(s); }

private:
    result<void> listen();
    task<void> accept();
    task<void> open_again(std::chrono::milliseconds after);

    asio::io_context& context_;
    wire_options options_;
    answerer answer_;
    tcp_acceptor acceptor_;
    timer reopen_;
    asio::ssl::context tls_;
    std::set<tcp_socket*> open_;
};

void reset(tcp_socket& s) {
    boost::system::error_code ignored;
    s.set_option(asio::socket_base::linger(true, 0), ignored);
    s.close(ignored);
}

std::string render(const http::response& r, bool close) {
    std::string out = "HTTP/1.1 " + std::to_string(r.status) + " ";
    out += std::string_view(beast_http::obsolete_reason(beast_http::int_to_status(r.status)));
    out += "\r\n";
    if (!r.content_type.empty()) out += "Content-Type: " + r.content_type + "\r\n";
    for (const auto& [name, value] : r.fields) out += name + ": " + value + "\r\n";
    out += r.constant_fields;
    if (!r.no_length) out += "Content-Length: " + std::to_string(r.body.size()) + "\r\n";
    if (close) out += "Connection: close\r\n";
    return out + "\r\n";
}

void copy_head(const beast_http::request_parser<beast_http::string_body>& parser, http::request& out) {
    const auto& m = parser.get();
    out.reset();
    out.method = m.method_string();
    out.target = m.target();
    out.keep_alive = m.keep_alive();
    for (const auto& f : m) out.fields.push_back({std::string(f.name_string()), std::string(f.value())});
}

template <class Stream>
task<bool> send(Stream& stream, tcp_socket& socket, exchange& e) {
    if (e.spoiled == mishap::reset) {
        reset(socket);
        co_return false;
    }
    const bool close = !e.request.keep_alive || e.response.close || e.spoiled != mishap::none;
    auto bytes = render(e.response, close);
    const auto head = bytes.size();
    if (e.request.method != "HEAD") bytes += e.response.body;
    // Within the status line: some clients take a head that ends early for a whole one.
    if (e.spoiled == mishap::reset_in_head) bytes.resize(5);
    if (e.spoiled == mishap::reset_in_body || e.spoiled == mishap::cut_body)
        bytes.resize(head + e.response.body.size() / 2);
    const auto [ec, n] = co_await asio::async_write(stream, asio::buffer(bytes), no_throw);
    if (e.spoiled == mishap::reset_in_head || e.spoiled == mishap::reset_in_body) reset(socket);
    co_return !ec && !close;
}

// One request and its answer; false when the connection is to end.
template <class Stream>
task<bool> serve_one(server& s, Stream& stream, tcp_socket& socket, boost::beast::flat_buffer& buffer,
                     exchange& e) {
    beast_http::request_parser<beast_http::string_body> parser;
    parser.body_limit(s.options().max_body);
    parser.header_limit(head_limit);
    const auto [head_error, head_size] =
        co_await beast_http::async_read_header(stream, buffer, parser, no_throw);
    // A server that says something about unreadable heads also wants a Host.
    const bool strict = !s.options().refusal.empty();
    const bool nameless = !head_error && strict && parser.get().version() == 11 &&
                          parser.get().find(beast_http::field::host) == parser.get().end();
    if (head_error || nameless) {
        if (strict && head_error != beast_http::error::end_of_stream) {
            e.response.status = 400;
            e.response.content_type = "text/plain; charset=utf-8";
            e.response.body = s.options().refusal;
            e.response.close = true;
            co_await send(stream, socket, e);
        }
        co_return false;
    }
    if (beast_http::token_list(parser.get()["Expect"]).exists("100-continue")) {
        static constexpr std::string_view go = "HTTP/1.1 100 Continue\r\n\r\n";
        const auto [go_error, go_size] = co_await asio::async_write(stream, asio::buffer(go), no_throw);
        if (go_error) co_return false;
    }
    const auto [body_error, body_size] = co_await beast_http::async_read(stream, buffer, parser, no_throw);
    if (body_error) co_return false;
    copy_head(parser, e.request);
    e.request.body = std::move(parser.get().body());
    e.request.tls = !s.options().certificate.empty();
    s.answer(e);
    if (e.spoiled == mishap::hang) {
        // Until the client gives up: the next byte or the end of the connection.
        char byte = 0;
        co_await stream.async_read_some(asio::buffer(&byte, 1), no_throw);
        co_return false;
    }
    if (e.delay.count() > 0) {
        timer pause(socket.get_executor(), e.delay);
        co_await pause.async_wait(no_throw);
    }
    const bool more = co_await send(stream, socket, e);
    co_return more;
}

template <class Stream>
task<void> serve(server& s, Stream& stream, tcp_socket& socket) {
    boost::beast::flat_buffer buffer;
    for (;;) {
        exchange e;
        const bool more = co_await serve_one(s, stream, socket, buffer, e);
        if (!more) co_return;
    }
}

task<void> session(std::shared_ptr<server> s, tcp_socket socket) {
    s->add(&socket);
    boost::system::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    if (s->options().certificate.empty()) {
        co_await serve(*s, socket, socket);
    } else {
        tls_stream stream(socket, s->tls());
        const auto [ec] = co_await stream.async_handshake(asio::ssl::stream_base::server, no_throw);
        if (!ec) co_await serve(*s, stream, socket);
    }
    socket.shutdown(tcp_socket::shutdown_both, ignored);
    s->drop(&socket);
}

result<void> server::start() {
    boost::system::error_code ec;
    if (!options_.certificate.empty()) {
        tls_.use_certificate_chain_file(options_.certificate, ec);
        if (!ec) tls_.use_private_key_file(options_.key, asio::ssl::context::pem, ec);
        if (ec) return fail(errc::invalid_configuration, "certificate or key: " + ec.message());
    }
    return listen();
}

result<void> server::listen() {
    boost::system::error_code ec;
    const auto address = asio::ip::make_address(options_.address, ec);
    if (ec) return fail(errc::invalid_configuration, "not an address: " + options_.address);
    const asio::ip::tcp::endpoint at(address, options_.port);
    acceptor_.open(at.protocol(), ec);
    if (!ec) acceptor_.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec) acceptor_.bind(at, ec);
    if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    if (ec)
        return fail(errc::invalid_configuration,
                    "cannot listen on " + options_.address + ": " + ec.message());
    options_.port = acceptor_.local_endpoint(ec).port();
    asio::co_spawn(context_.get_executor(), accept(), asio::detached);
    return {};
}

task<void> server::accept() {
    const auto self = shared_from_this();
    while (acceptor_.is_open()) {
        auto [ec, socket] = co_await acceptor_.async_accept(no_throw);
        if (!acceptor_.is_open()) co_return;
        if (ec) continue;
        asio::co_spawn(context_.get_executor(), session(self, std::move(socket)), asio::detached);
    }
}

void server::refuse(std::chrono::milliseconds how_long) {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (auto* s : open_) reset(*s);
    if (how_long.count() > 0) asio::co_spawn(context_.get_executor(), open_again(how_long), asio::detached);
}

task<void> server::open_again(std::chrono::milliseconds after) {
    const auto self = shared_from_this();
    reopen_.expires_after(after);
    co_await reopen_.async_wait(no_throw);
    (void)listen();
}

// Keeps the shared object alive behind the interface that callers own.
class handle final : public wire_server {
public:
    explicit handle(std::shared_ptr<server> s) : server_(std::move(s)) {}
    std::uint16_t port() const override { return server_->port(); }
    void refuse(std::chrono::milliseconds how_long) override { server_->refuse(how_long); }

private:
    std::shared_ptr<server> server_;
};

}  // namespace

result<std::unique_ptr<wire_server>> wire_server::create(asio::io_context& context, wire_options options,
                                                         answerer answer) {
    auto s = std::make_shared<server>(context, std::move(options), std::move(answer));
    CB_CHECK(s->start());
    return std::unique_ptr<wire_server>(std::make_unique<handle>(std::move(s)));
}

}  // namespace casebridge::sandbox
