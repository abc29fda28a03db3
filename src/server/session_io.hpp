// The steps of a session that do I/O, over either stream. Included by session_plain.cpp and
// session_tls.cpp only.
#pragma once

#include "server/session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>

#include <sys/ioctl.h>

#include <linux/sockios.h>

#include <exception>
#include <string_view>
#include <utility>

namespace casebridge::server {

inline constexpr unsigned reads_in_a_row = 16;

template <class Stream>
class session final : public session_state {
public:
    template <class... Args>
    session(std::shared_ptr<hub> h, admission a, Args&&... args)
        : session_state(std::move(h), std::move(a)), stream_(std::forward<Args>(args)...) {}

    task<void> run();

    void cancel() noexcept override {
        boost::system::error_code ignored;
        stream_.socket().cancel(ignored);
    }
    void close() noexcept override {
        boost::system::error_code ignored;
        stream_.socket().close(ignored);
    }

private:
    task<bool> handshake();
    task<bool> await_request();                  // false: the connection ended between requests
    task<bool> exchange();                       // one request; whether another may follow
    task<result<bool>> read_head();              // false: the client went away
    task<result<void>> read_more();
    task<bool> read_body();                      // false: refused already, or the client went away
    task<bool> read_rest_of_body(boost::system::error_code ec);
    task<bool> say_continue();
    task<void> handle();
    task<bool> write_answer();
    task<boost::system::error_code> write_rest();
    task<void> refuse(refused r);
    task<void> linger();
    std::uint64_t progress() noexcept override;

    Stream stream_;
    bool writing_ = false;
};

template <class Stream>
task<void> session<Stream>::run() {
    const bool secured = co_await handshake();
    if (!secured) co_return;
    if (admission_.turned_away) {
        take_workspace();
        begin_request();
        refused r(fail(errc::overloaded, "too many connections"), refusal::too_many_connections);
        r.why.retry_after = retry_soon;
        co_await refuse(std::move(r));
        co_return;
    }
    bool more = true;
    while (more) {
        more = co_await await_request();
        if (more) more = co_await exchange();
    }
    close();
}

template <class Stream>
task<bool> session<Stream>::handshake() {
    boost::system::error_code failed;
    stream_.handshake(failed);
    if (!failed) co_return true;
    arm(http::clock::now() + hub_->settings.bounds.head_timeout);
    while (failed == boost::asio::error::would_block) {
        const auto [ec] = co_await stream_.socket().async_wait(stream_.wanted(), awaited);
        failed = ec;
        if (!ec) stream_.handshake(failed);
    }
    disarm();
    if (failed) hub_->counts.tls_failures.add();
    co_return !failed;
}

// An idle connection holds no buffers: they go back at once, and whichever connection becomes readable
// next finds them warm.
template <class Stream>
task<bool> session<Stream>::await_request() {
    if (work_ && work_->buffer.size() > 0) co_return true;
    if (stream_.has_pending())
        take_workspace();
    else
        drop_workspace();
    begin_idle();
    boost::system::error_code failed;
    while (!failed && !idle_is_over()) {
        if (!work_) {
            const auto [ec] = co_await stream_.socket().async_wait(tcp_socket::wait_read, awaited);
            failed = ec;
            if (ec) break;
            take_workspace();
        }
        auto& buffer = work_->buffer;
        buffer.commit(stream_.read_some(buffer.prepare(buffer.capacity()), failed));
        if (buffer.size() > 0) break;
        if (failed == boost::asio::error::would_block) failed = {};
        drop_workspace();
    }
    idle_ = false;
    const bool begun = work_ && work_->buffer.size() > 0;
    if (!begun) count_idle_end();
    co_return begun;
}

// Most requests have arrived whole when the first read returns; only the others pay for the coroutines
// that wait for more.
template <class Stream>
task<bool> session<Stream>::exchange() {
    begin_request();
    auto head = take_head();
    if (head.has_value() && !*head) head = co_await read_head();
    if (head.has_error()) {
        refused r(std::move(head).error());
        if (r.why.code == errc::request_timeout) r.kind = refusal::head_timeout;
        co_await refuse(std::move(r));
        co_return false;
    }
    if (!*head) co_return false;
    if (work_->framing.body != http::body_kind::none) {
        const bool whole = co_await read_body();
        if (!whole) co_return false;
    }
    disarm();
    fresh_ = false;
    ++served_;
    if (!must_shed(false)) co_await handle();
    const bool written = co_await write_answer();
    if (written && close_) co_await linger();
    co_return written && !close_;
}

// One read into the buffer: as much as has room without growing, in 512-byte steps beyond.
template <class Stream>
task<result<void>> session<Stream>::read_more() {
    auto& buffer = work_->buffer;
    const std::size_t room = buffer.capacity() - buffer.size();
    const std::size_t allowed = buffer.max_size() - buffer.size();
    const std::size_t wanted = std::min(std::max<std::size_t>(room, 512), allowed);
    if (wanted == 0) co_return fail(errc::header_too_large, "header section too large");
    boost::system::error_code failed;
    while (!expired()) {
        buffer.commit(stream_.read_some(buffer.prepare(wanted), failed));
        if (failed != boost::asio::error::would_block) break;
        const auto [ec] = co_await stream_.socket().async_wait(stream_.wanted(), awaited);
        if (ec) break;
    }
    if (expired()) co_return fail(errc::request_timeout, "the head did not arrive in time");
    if (failed) co_return fail(errc::connection_closed);
    co_return result<void>();
}

template <class Stream>
task<result<bool>> session<Stream>::read_head() {
    arm(work_->request.received + hub_->settings.bounds.head_timeout);
    while (true) {
        const auto more = co_await read_more();
        if (more.has_error() && more.error().code == errc::connection_closed) co_return false;
        if (more.has_error()) co_return more.error();
        CB_CO_TRY(const bool complete, take_head());
        if (complete) co_return true;
    }
}

template <class Stream>
task<bool> session<Stream>::read_body() {
    auto allowed = admit_body();
    if (allowed.has_error()) {
        refused r(std::move(allowed).error());
        co_await refuse(std::move(r));
        co_return false;
    }
    const bool nothing_yet = work_->buffer.size() == 0;
    boost::system::error_code ec;
    if (put_body(ec)) co_return true;  // it came together with the head
    // A body that is still to come is not worth reading if its request will not be served.
    if (!ec && must_shed(true)) {
        const bool written = co_await write_answer();
        if (written) co_await linger();
        co_return false;
    }
    if (!ec && nothing_yet && work_->framing.expects_continue) {
        const bool said = co_await say_continue();
        if (!said) co_return false;
    }
    const bool whole = co_await read_rest_of_body(ec);
    co_return whole;
}

template <class Stream>
task<bool> session<Stream>::read_rest_of_body(boost::system::error_code ec) {
    const auto& bounds = hub_->settings.bounds;
    arm(work_->request.deadline);
    rate().start(bounds.min_upload_rate, bounds.rate_window, http::clock::now(), progress());
    for (unsigned reads = 1; !ec && !put_body(ec) && !ec; ++reads) {
        // A client that sends as fast as we read must not keep the thread to itself.
        if (reads % reads_in_a_row == 0) co_await boost::asio::post(stream_.socket().get_executor(), awaited);
        const auto more = co_await read_more();
        if (more.has_error() && expired()) {
            refused r = late_body();
            co_await refuse(std::move(r));
            co_return false;
        }
        if (more.has_error() && more.error().code == errc::connection_closed) co_return false;
        if (more.has_error()) ec = boost::beast::http::error::buffer_overflow;
    }
    if (!ec) co_return true;
    refused r(http::parse_failure(ec));
    co_await refuse(std::move(r));
    co_return false;
}

template <class Stream>
task<bool> session<Stream>::say_continue() {
    arm(work_->request.deadline);
    prepare_continue();
    const auto failed = co_await write_rest();
    co_return !failed;
}

// The one place where an exception ends: a bug, answered with 500.
template <class Stream>
task<void> session<Stream>::handle() {
    hub_->counts.requests.add();
    const load_gate::slot slot(hub_->load);
    std::string what;
    bool failed = false;
    try {
        co_await hub_->handler.handle(work_->request, work_->response);
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
    prepare_answer(Stream::secure);
    // Nearly every answer fits into the socket's buffer. Saying so to the reactor, and being told so by
    // it, would cost as much as the system call itself.
    boost::system::error_code failed;
    note_progress(stream_.write_some(rest_of_answer(), failed));
    if (failed == boost::asio::error::would_block) failed = {};
    if (!failed && written_ < answer_size()) {
        writing_ = true;
        begin_waiting_writes();
        failed = co_await write_rest();
        if (failed) note_cut();
        writing_ = false;
        disarm();
    }
    if (failed) note_failed_write();
    log_access();
    co_return !failed;
}

template <class Stream>
task<boost::system::error_code> session<Stream>::write_rest() {
    boost::system::error_code failed;
    while (!failed && written_ < answer_size()) {
        note_progress(stream_.write_some(rest_of_answer(), failed));
        if (failed != boost::asio::error::would_block) continue;
        const auto [ec] = co_await stream_.socket().async_wait(stream_.wanted(), awaited);
        failed = ec;
    }
    co_return failed;
}

// While an answer is written, what counts is what has left: the kernel's buffer may hold more than
// a slow reader takes in a minute.
template <class Stream>
std::uint64_t session<Stream>::progress() noexcept {
    if (!writing_) return work_ ? work_->request.body.size() : 0;
    int queued = 0;
    if (::ioctl(stream_.socket().native_handle(), SIOCOUTQ, &queued) != 0) queued = 0;
    const auto held = static_cast<std::uint64_t>(queued);
    return sent_ > held ? sent_ - held : 0;
}

template <class Stream>
task<void> session<Stream>::refuse(refused r) {
    refuse_with(r);
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
    stream_.say_goodbye();
    auto& socket = stream_.socket();
    boost::system::error_code failed;
    socket.shutdown(tcp::socket::shutdown_send, failed);
    work_->buffer.clear();
    std::size_t thrown_away = 0;
    while (!failed && thrown_away < enough && !expired()) {
        const auto [ec, n] = co_await socket.async_read_some(work_->buffer.prepare(4096), awaited);
        failed = ec;
        thrown_away += n;
    }
}

}  // namespace casebridge::server
