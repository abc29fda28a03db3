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

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <memory>
#include <optional>
#include <string>

namespace casebridge::server {

inline constexpr auto awaited = boost::asio::as_tuple(boost::asio::use_awaitable_t<executor>{});

struct admission {
    std::string peer;                           // address without port
    connection_budget::lease lease;
    bool turned_away = false;                   // above a cap: say 503 and close
};

// Run one connection to its end. Nothing outlives the returned task.
task<void> serve_plain(std::shared_ptr<hub> h, tcp_socket socket, admission a);
task<void> serve_tls(std::shared_ptr<hub> h, tcp_socket socket, admission a);

// Refuses chunk extensions: Beast accepts them in any length, and nobody needs them.
struct chunk_guard {
    void operator()(std::uint64_t size, boost::beast::string_view extensions,
                    boost::system::error_code& ec) const;
};

// What does not depend on the stream's type.
class session_state : public session_base {
public:
    session_state(std::shared_ptr<hub> h, admission a);
    ~session_state() override;

protected:
    using parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    void begin_request();
    result<void> admit_head(std::size_t size);    // Beast's parse, then the gate
    result<void> admit_body();                    // limits, before anything of the body is read
    void identify();
    void begin_clock();                           // at the first byte of a head
    void refuse_with(const failure& why);         // fills response_
    bool body_is_here();                          // parses what is in the buffer already
    void finish_body();
    void answer_exception(const char* what);
    void prepare_answer(bool flat);               // fills head_ (and, flat, the body into it)
    void log_access(std::size_t sent);
    bool is_head_request() const noexcept { return request_.method == "HEAD"; }

    std::shared_ptr<hub> hub_;
    admission admission_;
    boost::beast::flat_buffer buffer_;            // reserved once, bounded
    http::head_scanner scanner_;
    std::optional<parser> parser_;
    chunk_guard guard_;
    boost::system::error_code body_error_;        // what body_is_here() met
    http::framing framing_;
    http::request request_;
    http::response response_;
    std::string head_;                            // of the answer
    bool send_body_ = false;                      // as a second buffer of the same write
    bool close_ = false;
    std::size_t served_ = 0;
    std::size_t bytes_in_ = 0;
    instant started_;
};

}  // namespace casebridge::server
