// The two streams that a session speaks over. Both are non-blocking: an operation is tried at once, which
// nearly always suffices, and where it would block, wanted() says what the socket must be awaited for.
// Neither keeps a buffer of its own, so that an idle connection costs little.
#pragma once

#include "http/task.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <array>
#include <cstddef>
#include <memory>

struct ssl_st;

namespace casebridge::server {

using executor = boost::asio::io_context::executor_type;
using tcp = boost::asio::ip::tcp;
using tcp_socket = boost::asio::basic_stream_socket<tcp, executor>;
using parts = std::array<boost::asio::const_buffer, 2>;

class plain_stream {
    using error_code = boost::system::error_code;

public:
    static constexpr bool secure = false;

    explicit plain_stream(tcp_socket socket);
    tcp_socket& socket() noexcept { return socket_; }
    tcp_socket::wait_type wanted() const noexcept { return wanted_; }

    // Errors: would_block, eof, or what the socket says.
    void handshake(error_code& ec) noexcept { ec = {}; }
    std::size_t read_some(boost::asio::mutable_buffer room, error_code& ec);
    std::size_t write_some(const parts& bytes, error_code& ec);
    bool has_pending() const noexcept { return false; }
    void say_goodbye() noexcept {}

private:
    tcp_socket socket_;
    tcp_socket::wait_type wanted_ = tcp_socket::wait_read;
};

// OpenSSL directly on the socket: Asio's own TLS stream holds two record buffers and a pair of memory
// BIOs for as long as it lives, five times of what the session itself needs.
class tls_stream {
    using error_code = boost::system::error_code;

public:
    static constexpr bool secure = true;

    tls_stream(tcp_socket socket, boost::asio::ssl::context& context);
    tcp_socket& socket() noexcept { return socket_; }
    tcp_socket::wait_type wanted() const noexcept { return wanted_; }

    // As above; a violation of the protocol is errc::protocol_error. After would_block, write_some
    // must be called with the same bytes again.
    void handshake(error_code& ec);
    std::size_t read_some(boost::asio::mutable_buffer room, error_code& ec);
    std::size_t write_some(const parts& bytes, error_code& ec);
    // Received and not read yet: the socket alone does not tell whether there is something to read.
    bool has_pending() const noexcept;
    // Our close_notify; the peer's is not awaited.
    void say_goodbye() noexcept;

private:
    struct release {
        void operator()(ssl_st* ssl) const noexcept;
    };
    bool may_proceed(error_code& ec) noexcept;
    error_code verdict(int returned) noexcept;

    tcp_socket socket_;
    std::unique_ptr<ssl_st, release> ssl_;  // before the socket is closed
    tcp_socket::wait_type wanted_ = tcp_socket::wait_read;
};

}  // namespace casebridge::server
