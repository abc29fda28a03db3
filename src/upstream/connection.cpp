#include "upstream/connection.hpp"

#include "upstream/request_head.hpp"
#include "upstream/tls.hpp"
#include "upstream/transport_failure.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace casebridge::upstream {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using beast_error = boost::beast::http::error;

constexpr auto token = asio::as_tuple(asio::use_awaitable_t<executor>{});

constexpr std::size_t reserved_bytes = 16 * 1024;   // one read for most answers
constexpr std::size_t largest_read = 64 * 1024;
constexpr unsigned max_interim_answers = 8;         // 1xx before the answer proper

// Tells a broken answer from something that never was one, such as the alert of a TLS port.
bool may_be_http(asio::const_buffer data) {
    constexpr std::string_view begin = "HTTP/";
    const std::string_view text(static_cast<const char*>(data.data()), data.size());
    return begin.starts_with(text.substr(0, begin.size()));
}

}  // namespace

connection::connection(asio::io_context& context, const origin& where)
    : origin_(where),
      socket_(context),
      buffer_(where.opts.max_head_bytes + largest_read),
      parser_(where.opts) {
    buffer_.reserve(std::min(reserved_bytes, buffer_.max_size()));
}

task<result<void>> connection::open(endpoints addresses, http::time_point deadline) {
    buffer_.clear();
    reusable_ = false;
    CB_CO_CHECK(co_await connect(std::move(addresses), deadline));
    if (origin_.tls == nullptr) co_return result<void>{};
    co_return co_await handshake();
}

// Each address gets its share of the time that is left, so that one black hole does not eat it all.
task<result<void>> connection::connect(endpoints addresses, http::time_point deadline) {
    error_code ec = asio::error::timed_out;
    for (std::size_t i = 0; i < addresses->size(); ++i) {
        const auto now = http::clock::now();
        if (now >= deadline) break;
        const auto& address = (*addresses)[i];
        close();
        expired_ = false;
        deadline_ = now + (deadline - now) / static_cast<std::int64_t>(addresses->size() - i);
        socket_.open(address.protocol(), ec);
        if (ec) continue;
        socket_.set_option(asio::ip::tcp::no_delay(true), ec);
        std::tie(ec) = co_await socket_.async_connect(address, token);
        if (!ec && !expired_) {
            deadline_ = deadline;
            co_return result<void>{};
        }
        if (expired_) ec = asio::error::timed_out;
    }
    close();
    co_return connect_failure(origin_.peer, ec);
}

task<result<void>> connection::handshake() {
    tls_.emplace(socket_, *origin_.tls);
    SSL* session = tls_->native_handle();
    CB_CO_CHECK(expect_host(session, origin_.opts.host, origin_.opts.tls.verify));
    const auto [ec] = co_await tls_->async_handshake(asio::ssl::stream_base::client, token);
    if (!ec && !expired_) co_return result<void>{};
    failure why =
        expired_ ? late("during the TLS handshake")
                 : fail(errc::upstream_tls, origin_.peer + ": " + describe_handshake_failure(session, ec));
    close();
    co_return why;
}

task<result<answer>> connection::exchange(const call& c, http::time_point deadline) {
    reusable_ = false;
    untouched_ = true;
    next_read_ = reserved_bytes;
    CB_CO_CHECK(build_head(head_, origin_.host_field, c));
    deadline_ = deadline;
    if (tls_) {
        result<answer> out = co_await exchange_over(*tls_, c);
        deadline_ = http::time_point::max();
        co_return out;
    }
    result<answer> out = co_await exchange_over(socket_, c);
    deadline_ = http::time_point::max();
    co_return out;
}

template <class Stream>
task<result<answer>> connection::exchange_over(Stream& stream, const call& c) {
    const error_code write_ec = co_await send(stream, c);
    if (expired_) co_return late("while sending the request");

    // After a failed write the answer may still be there: servers refuse a large body early.
    error_code ec = co_await read_head(stream, c.method == "HEAD");
    if (ec && write_ec && untouched_) co_return broken("while sending the request", write_ec);
    if (expired_) co_return late("while waiting for the answer");
    if (ec) co_return broken(untouched_ ? "before an answer" : "within the answer's head", ec);
    if (const char* flaw = parser_.framing_flaw()) {
        co_return fail(errc::upstream_malformed, origin_.peer + ": answer with unusable framing: " + flaw);
    }
    parser_.accept_head();
    ec = co_await parse_on(stream, false);
    if (expired_) co_return late("within the answer's body");
    if (ec) co_return broken("within the answer's body" + parser_.progress(), ec);
    answer out = parser_.take();
    reusable_ = !write_ec && parser_.keep_alive() && drained();
    co_return out;
}

// The head goes with the first piece, so that a small request is one packet.
template <class Stream>
task<error_code> connection::send(Stream& stream, const call& c) {
    std::array<asio::const_buffer, 2> request = {asio::buffer(head_), asio::buffer(c.body)};
    body_pieces rest(c.parts);
    for (;;) {
        const auto [ec, written] = co_await asio::async_write(stream, request, token);
        if (ec || expired_) co_return ec;
        const std::string_view piece = rest.next();
        if (piece.empty()) co_return error_code{};
        request = {asio::buffer(piece), asio::const_buffer()};
    }
}

// The head of the answer proper, past any 1xx.
template <class Stream>
task<error_code> connection::read_head(Stream& stream, bool skip_body) {
    for (unsigned i = 0; i <= max_interim_answers; ++i) {
        parser_.begin(skip_body);
        const error_code ec = co_await parse_on(stream, true);
        if (ec || parser_.status() >= 200) co_return ec;
        if (parser_.status() == 101) break;
    }
    co_return make_error_code(beast_error::bad_status);
}

template <class Stream>
task<error_code> connection::parse_on(Stream& stream, bool only_head) {
    bool begun = false;    // a status line was understood
    for (;;) {
        const auto [used, ec] = parser_.put(buffer_.data());
        buffer_.consume(used);
        begun = begun || used > 0;
        if (ec) co_return ec;
        if (only_head ? parser_.head_done() : parser_.done()) co_return error_code{};
        const error_code read_ec = co_await fill(stream);
        if (read_ec == asio::error::eof && only_head && !begun && !may_be_http(buffer_.data())) {
            co_return make_error_code(beast_error::bad_version);
        }
        if (read_ec == asio::error::eof) co_return parser_.put_eof();
        if (read_ec) co_return read_ec;
    }
}

template <class Stream>
task<error_code> connection::fill(Stream& stream) {
    const std::size_t room = buffer_.max_size() - buffer_.size();
    if (room == 0) co_return make_error_code(beast_error::buffer_overflow);
    const std::size_t size = std::min(room, next_read_);
    const auto [ec, n] = co_await stream.async_read_some(buffer_.prepare(size), token);
    buffer_.commit(n);
    if (n > 0) untouched_ = false;
    // Most answers fit the first read; long ones are read in larger and larger pieces.
    if (n == size) next_read_ = std::min(2 * next_read_, largest_read);
    co_return ec;
}

// Bytes beyond the answer would be taken for the next one. TLS may hold some that are not decrypted yet.
bool connection::drained() const {
    if (buffer_.size() != 0) return false;
    if (!tls_) return true;
    // Asio's accessor is not const.
    SSL* session = const_cast<tls_stream&>(*tls_).native_handle();
    return SSL_pending(session) == 0 && BIO_ctrl_pending(SSL_get_rbio(session)) == 0;
}

bool connection::stale() {
    char byte = 0;
    const auto n = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return !(n < 0 && errno == EAGAIN);
}

void connection::expire() {
    expired_ = true;
    close();
}

void connection::close() {
    deadline_ = http::time_point::max();
    error_code ignored;
    socket_.shutdown(socket::shutdown_both, ignored);
    socket_.close(ignored);
}

failure connection::broken(std::string_view doing, const error_code& ec) const {
    return exchange_failure(origin_.peer, doing, ec);
}

failure connection::late(std::string_view doing) const {
    return fail(errc::upstream_timeout, origin_.peer + ": deadline passed " + std::string(doing));
}

}  // namespace casebridge::upstream
