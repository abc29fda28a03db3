#include "server/stream.hpp"

#include <boost/asio/error.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <new>
#include <utility>

namespace casebridge::server {

namespace {

using boost::system::error_code;

void make_non_blocking(tcp_socket& socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.non_blocking(true, ignored);
}

// OpenSSL's socket BIO writes with write(2), and a peer that has gone would cost us a SIGPIPE.
int send_quietly(BIO* bio, const char* data, int size) {
    int fd = -1;
    BIO_get_fd(bio, &fd);
    BIO_clear_retry_flags(bio);
    const auto sent = ::send(fd, data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (sent <= 0 && BIO_sock_should_retry(static_cast<int>(sent)) != 0) BIO_set_retry_write(bio);
    return static_cast<int>(sent);
}

BIO_METHOD* quiet_socket() {
    static BIO_METHOD* const method = [] {
        const BIO_METHOD* base = BIO_s_socket();
        BIO_METHOD* made = BIO_meth_new(BIO_TYPE_SOCKET, "socket");
        if (made == nullptr) throw std::bad_alloc();
        BIO_meth_set_write(made, &send_quietly);
        BIO_meth_set_read(made, BIO_meth_get_read(base));
        BIO_meth_set_ctrl(made, BIO_meth_get_ctrl(base));
        BIO_meth_set_create(made, BIO_meth_get_create(base));
        BIO_meth_set_destroy(made, BIO_meth_get_destroy(base));
        return made;
    }();
    return method;
}

int int_size(std::size_t size) {
    return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

}  // namespace

plain_stream::plain_stream(tcp_socket socket) : socket_(std::move(socket)) { make_non_blocking(socket_); }

std::size_t plain_stream::read_some(boost::asio::mutable_buffer room, error_code& ec) {
    wanted_ = tcp_socket::wait_read;
    return socket_.read_some(room, ec);
}

std::size_t plain_stream::write_some(const parts& bytes, error_code& ec) {
    wanted_ = tcp_socket::wait_write;
    return socket_.write_some(bytes, ec);
}

void tls_stream::release::operator()(ssl_st* ssl) const noexcept { SSL_free(ssl); }

tls_stream::tls_stream(tcp_socket socket, boost::asio::ssl::context& context)
    : socket_(std::move(socket)), ssl_(SSL_new(context.native_handle())) {
    make_non_blocking(socket_);
    BIO* bio = BIO_new(quiet_socket());
    if (!ssl_ || bio == nullptr) throw std::bad_alloc();
    BIO_set_fd(bio, socket_.native_handle(), BIO_NOCLOSE);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_accept_state(ssl_.get());
}

error_code tls_stream::verdict(int returned) noexcept {
    const int system = errno;
    switch (SSL_get_error(ssl_.get(), returned)) {
        case SSL_ERROR_WANT_READ: wanted_ = tcp_socket::wait_read; return boost::asio::error::would_block;
        case SSL_ERROR_WANT_WRITE: wanted_ = tcp_socket::wait_write; return boost::asio::error::would_block;
        case SSL_ERROR_ZERO_RETURN: return boost::asio::error::eof;
        case SSL_ERROR_SYSCALL:
            if (system == 0) return boost::asio::error::eof;
            return {system, boost::system::system_category()};
        default: return boost::system::errc::make_error_code(boost::system::errc::protocol_error);
    }
}

// Once the socket is closed its descriptor may be another connection's, and OpenSSL knows only the number.
bool tls_stream::may_proceed(error_code& ec) noexcept {
    ERR_clear_error();
    errno = 0;
    ec = socket_.is_open() ? error_code() : error_code(boost::asio::error::bad_descriptor);
    return !ec;
}

void tls_stream::handshake(error_code& ec) {
    if (!may_proceed(ec)) return;
    const int done = SSL_do_handshake(ssl_.get());
    ec = done == 1 ? error_code() : verdict(done);
}

std::size_t tls_stream::read_some(boost::asio::mutable_buffer room, error_code& ec) {
    if (!may_proceed(ec)) return 0;
    const int n = SSL_read(ssl_.get(), room.data(), int_size(room.size()));
    ec = n > 0 ? error_code() : verdict(n);
    return n > 0 ? static_cast<std::size_t>(n) : 0;
}

std::size_t tls_stream::write_some(const parts& bytes, error_code& ec) {
    const auto& next = bytes[0].size() > 0 ? bytes[0] : bytes[1];
    if (!may_proceed(ec)) return 0;
    const int n = SSL_write(ssl_.get(), next.data(), int_size(next.size()));
    ec = n > 0 ? error_code() : verdict(n);
    return n > 0 ? static_cast<std::size_t>(n) : 0;
}

bool tls_stream::has_pending() const noexcept { return SSL_has_pending(ssl_.get()) == 1; }

void tls_stream::say_goodbye() noexcept {
    error_code ec;
    if (may_proceed(ec)) SSL_shutdown(ssl_.get());
}

}  // namespace casebridge::server
