// One connection towards the upstream: opening (TCP, then TLS), one exchange at a time, buffers that
// are reserved once and reused. It has no timer: the client's watchdog calls expire() when the
// deadline of the step in hand has passed.
#pragma once

#include "upstream/body_pieces.hpp"
#include "upstream/client.hpp"
#include "upstream/resolver.hpp"
#include "upstream/response_parser.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <optional>
#include <string>

namespace casebridge::upstream {

// What all connections of a client share.
struct origin {
    const options& opts;
    std::string host_field;                  // for the Host field
    std::string peer;                        // "host:port", for error texts
    boost::asio::ssl::context* tls = nullptr;  // null: plain
};

class connection {
public:
    using socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor>;

    connection(boost::asio::io_context& context, const origin& where);

    // Drops what was there and connects anew, one address after the other, all before the deadline.
    task<result<void>> open(endpoints addresses, http::time_point deadline);
    task<result<answer>> exchange(const call& c, http::time_point deadline);

    // About the last exchange: may the connection serve another one; did no byte of an answer arrive.
    bool reusable() const noexcept { return reusable_ && !expired_; }
    bool untouched() const noexcept { return untouched_; }
    // Whether an idle connection has something to read, which can only be its end.
    bool stale();

    http::time_point deadline() const noexcept { return deadline_; }
    bool expired() const noexcept { return expired_; }
    void expire();    // watchdog: the step's deadline has passed
    void close();     // also ends what is in progress

private:
    using tls_stream = boost::asio::ssl::stream<socket&>;

    task<result<void>> connect(endpoints addresses, http::time_point deadline);
    task<result<void>> handshake();
    template <class Stream>
    task<result<answer>> exchange_over(Stream& stream, const call& c);
    template <class Stream>
    task<boost::system::error_code> send(Stream& stream, const call& c);
    template <class Stream>
    task<boost::system::error_code> read_head(Stream& stream, bool skip_body);
    template <class Stream>
    task<boost::system::error_code> parse_on(Stream& stream, bool only_head);
    template <class Stream>
    task<boost::system::error_code> fill(Stream& stream);
    bool drained() const;
    failure broken(std::string_view doing, const boost::system::error_code& ec) const;
    failure late(std::string_view doing) const;

    const origin& origin_;
    socket socket_;
    std::optional<tls_stream> tls_;
    boost::beast::flat_buffer buffer_;       // bytes of the answer that are not parsed yet
    response_parser parser_;
    std::size_t next_read_ = 0;
    std::string head_;
    http::time_point deadline_ = http::time_point::max();
    bool expired_ = false;
    bool reusable_ = false;
    bool untouched_ = true;
};

}  // namespace casebridge::upstream
