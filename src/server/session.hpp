// One client connection: TLS handshake if there is TLS, then one request after the other. The next
// request is not read before the answer to the previous one is written, which is all the
// backpressure a client needs to feel.
//
// Instantiated once for plain and once for TLS streams (session_plain.cpp, session_tls.cpp); this
// header holds what both share and session_io.hpp the steps themselves.
#pragma once

#include "core/timestamp.hpp"
#include "http/gate.hpp"
#include "http/task.hpp"
#include "server/hub.hpp"
#include "server/workspace.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <memory>
#include <string>

namespace casebridge::server {

inline constexpr auto awaited = boost::asio::as_tuple(boost::asio::use_awaitable_t<executor>{});

struct admission {
    std::string peer;                           // address without port
    connection_budget::lease lease;
    bool turned_away = false;                   // above a cap: say 503 and close
};

// What a client that is sent away is told.
inline constexpr std::chrono::seconds retry_soon{1};

// Run one connection to its end. Nothing outlives the returned task.
task<void> serve_plain(std::shared_ptr<hub> h, tcp_socket socket, admission a);
task<void> serve_tls(std::shared_ptr<hub> h, tcp_socket socket, admission a);

// A request that is not served, and under which name it is counted.
struct refused {
    failure why;
    refusal kind;

    explicit refused(failure f) : why(std::move(f)), kind(kind_of(why.code)) {}
    refused(failure f, refusal k) : why(std::move(f)), kind(k) {}
};

// What does not depend on the stream's type.
class session_state : public session_base {
public:
    session_state(std::shared_ptr<hub> h, admission a);
    ~session_state() override;

protected:
    void take_workspace();
    void drop_workspace() noexcept { work_.reset(); }
    void begin_idle();
    // Between requests, nothing more is wanted from this client.
    bool idle_is_over() const noexcept { return !fresh_ && hub_->draining(); }
    void count_idle_end() noexcept;

    void begin_request();                         // at the first byte of a head
    result<bool> take_head();                     // false: not complete yet
    result<void> admit_body();                    // limits, before anything of the body is read
    bool put_body(boost::system::error_code& ec); // parses what has arrived; true: complete
    refused late_body() const;                    // after the watchdog cut it short
    bool must_shed(bool body_pending);            // under overload: fills the answer
    void refuse_with(const refused& r);           // fills the answer, which will close the connection
    void answer_exception(const char* what);
    void prepare_answer(bool flat);               // fills head (and, flat, the body into it)
    void prepare_continue();                      // 100, before the body is read
    parts rest_of_answer() const;
    std::size_t answer_size() const;
    void begin_waiting_writes();                  // with a deadline and a rate
    void note_progress(std::size_t n) noexcept;
    void note_cut() noexcept;                     // if the watchdog has ended the write
    void note_failed_write();
    void log_access();
    bool is_head_request() const noexcept { return work_->request.method == "HEAD"; }

    std::shared_ptr<hub> hub_;
    admission admission_;
    workspace_pool::lease work_;                  // none while the connection is idle
    std::size_t served_ = 0;
    std::size_t bytes_in_ = 0;                    // of this request
    std::size_t written_ = 0;                     // of this answer
    std::uint64_t sent_ = 0;                      // of all answers
    instant started_;
    bool send_body_ = false;                      // as a second buffer of the same write
    bool close_ = false;

private:
    result<void> admit_head(std::size_t size);    // Beast's parse, then the gate
    void identify();
};

}  // namespace casebridge::server
