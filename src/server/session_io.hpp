// The steps of a session that do I/O, over either stream. Included by session_plain.cpp and
// session_tls.cpp only.
#pragma once

#include "server/session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>

#include <array>
#include <exception>
#include <string_view>
#include <type_traits>
#include <utility>

namespace casebridge::server {

using tls_stream = boost::asio::ssl::stream<tcp_socket>;

template <class Stream>
class session final : public session_state {
    static constexpr bool secure = std::is_same_v<Stream, tls_stream>;

public:
    template <class... Args>
    session(std::shared_ptr<hub> h, admission a, Args&&... args)
        : session_state(std::move(h), std::move(a)), stream_(std::forward<Args>(args)...) {}

    task<void> run();

    void cancel() noexcept override {
        boost::system::error_code ignored;
        socket().cancel(ignored);
    }
    void close() noexcept override {
        boost::system::error_code ignored;
        socket().close(ignored);
    }

private:
    task<bool> handshake();
    task<bool> exchange();                       // one request; whether another may follow
    task<result<bool>> read_head();              // false: the connection ended between requests
    task<result<std::size_t>> read_more();
    task<result<void>> read_body();
    task<bool> say_continue();
    task<void> handle();
    task<bool> write_answer();
    task<void> refuse(failure why);
    task<void> linger();

    tcp_socket& socket() noexcept {
        if constexpr (secure)
            return stream_.next_layer();
        else
            return stream_;
    }

    Stream stream_;
};

template <class Stream>
task<void> session<Stream>::run() {
    boost::system::error_code ignored;
    socket().set_option(tcp::no_delay(true), ignored);
    const bool secured = co_await handshake();
    if (!secured) co_return;
    if (admission_.turned_away) {
        begin_clock();
        failure why = fail(errc::overloaded, "too many connections");
        why.retry_after = std::chrono::seconds(1);
        co_await refuse(std::move(why));
        co_return;
    }
    bool more = true;
    while (more) more = co_await exchange();
    close();
}

template <class Stream>
task<bool> session<Stream>::handshake() {
    if constexpr (secure) {
        arm(http::clock::now() + hub_->settings.bounds.head_timeout);
        const auto [ec] = co_await stream_.async_handshake(boost::asio::ssl::stream_base::server, awaited);
        disarm();
        if (ec) {
            hub_->counts.tls_failures.add();
            co_return false;
        }
    }
    co_return true;
}

template <class Stream>
task<bool> session<Stream>::exchange() {
    begin_request();
    auto head = co_await read_head();
    if (head.has_error()) {
        co_await refuse(std::move(head).error());
        co_return false;
    }
    if (!*head) co_return false;
    auto body = co_await read_body();
    if (body.has_error()) {
        if (body.error().code != errc::connection_closed) co_await refuse(std::move(body).error());
        co_return false;
    }
    fresh_ = false;
    ++served_;
    co_await handle();
    const bool written = co_await write_answer();
    if (written && close_) co_await linger();
    co_return written && !close_;
}

// One read into the buffer: as much as has room without growing, in 512-byte steps beyond.
template <class Stream>
task<result<std::size_t>> session<Stream>::read_more() {
    const std::size_t room = buffer_.capacity() - buffer_.size();
    const std::size_t allowed = buffer_.max_size() - buffer_.size();
    const std::size_t wanted = std::min(std::max<std::size_t>(room, 512), allowed);
    if (wanted == 0) co_return fail(errc::header_too_large, "header section too large");
    const auto [ec, n] = co_await stream_.async_read_some(buffer_.prepare(wanted), awaited);
    if (ec && expired()) co_return fail(errc::request_timeout, "the head did not arrive in time");
    if (ec) co_return fail(errc::connection_closed);
    buffer_.commit(n);
    co_return n;
}

template <class Stream>
task<result<bool>> session<Stream>::read_head() {
    const auto& bounds = hub_->settings.bounds;
    if (buffer_.size() == 0) {
        if (!fresh_ && hub_->draining()) co_return false;
        auto patience = bounds.idle_timeout;
        if (hub_->draining()) patience = std::min(patience, drain_grace);
        arm(http::clock::now() + patience);
        idle_ = true;
        const auto first = co_await read_more();
        idle_ = false;
        if (first.has_error()) co_return false;  // gone, idle for too long, or draining
    }
    begin_clock();
    arm(request_.received + bounds.head_timeout);
    while (true) {
        const std::string_view bytes(static_cast<const char*>(buffer_.data().data()), buffer_.size());
        CB_CO_TRY(const auto size, scanner_.scan(bytes));
        if (size > 0) {
            CB_CO_CHECK(admit_head(size));
            co_return true;
        }
        const auto more = co_await read_more();
        if (more.has_error() && more.error().code == errc::connection_closed) co_return false;
        if (more.has_error()) co_return more.error();
    }
}

template <class Stream>
task<result<void>> session<Stream>::read_body() {
    CB_CO_CHECK(admit_body());
    arm(request_.deadline);
    if (framing_.body == http::body_kind::none) {
        disarm();
        co_return result<void>();
    }
    if (framing_.expects_continue && buffer_.size() == 0) {
        const bool said = co_await say_continue();
        if (!said) co_return fail(errc::connection_closed);
    }
    if (!body_is_here()) {
        // The parser object, never parser_->get(): that overload has limits of its own.
        const auto [ec, n] = co_await boost::beast::http::async_read(stream_, buffer_, *parser_, awaited);
        body_error_ = ec;
        bytes_in_ += n;
        if (ec && expired()) co_return fail(errc::request_timeout, "the body did not arrive in time");
    }
    disarm();
    if (body_error_) co_return http::parse_failure(body_error_);
    finish_body();
    co_return result<void>();
}

template <class Stream>
task<bool> session<Stream>::say_continue() {
    static constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto [ec, n] =
        co_await boost::asio::async_write(stream_, boost::asio::buffer(text.data(), text.size()), awaited);
    co_return !ec && n == text.size();
}

// The one place where an exception ends: a bug, answered with 500.
template <class Stream>
task<void> session<Stream>::handle() {
    hub_->counts.requests.add();
    std::string what;
    bool failed = false;
    try {
        co_await hub_->handler.handle(request_, response_);
    } catch (const std::exception& e) {
        failed = true;
        what = e.what();
    } catch (...) {
        failed = true;
        what = "not an exception object";
    }
    if (failed) answer_exception(what.c_str());
}

template <class Stream>
task<bool> session<Stream>::write_answer() {
    prepare_answer(secure);
    arm(http::clock::now() + hub_->settings.bounds.answer_timeout);
    const std::string_view body = send_body_ ? std::string_view(response_.body) : std::string_view();
    const std::array<boost::asio::const_buffer, 2> parts{boost::asio::buffer(head_),
                                                         boost::asio::buffer(body.data(), body.size())};
    const auto [ec, n] = co_await boost::asio::async_write(stream_, parts, awaited);
    disarm();
    if (ec) {
        hub_->counts.writes_failed.add();
        if (response_.reason.empty()) response_.reason = casebridge::to_string(errc::connection_closed);
    }
    log_access(n);
    co_return !ec;
}

template <class Stream>
task<void> session<Stream>::refuse(failure why) {
    refuse_with(why);
    const bool written = co_await write_answer();
    if (written) co_await linger();
    close();
}

// Half-closes and reads on for a moment, so that the kernel does not answer what the client is still
// sending with a reset, which could overtake our answer (RFC 9112 §9.6). What arrives is thrown away.
template <class Stream>
task<void> session<Stream>::linger() {
    constexpr std::chrono::milliseconds patience{1000};
    constexpr std::size_t enough = 4 * 1024 * 1024;
    if (hub_->closing()) co_return;
    arm(http::clock::now() + patience);
    if constexpr (secure) {
        // A peer that never says close_notify is cut off by the deadline.
        const auto [ec] = co_await stream_.async_shutdown(awaited);
        static_cast<void>(ec);
        if (expired()) co_return;
    }
    boost::system::error_code failed;
    socket().shutdown(tcp::socket::shutdown_send, failed);
    buffer_.clear();
    std::size_t thrown_away = 0;
    while (!failed && thrown_away < enough && !expired()) {
        const auto [ec, n] = co_await socket().async_read_some(buffer_.prepare(4096), awaited);
        failed = ec;
        thrown_away += n;
    }
}

}  // namespace casebridge::server
