// Listening, accepting, and the session loop: TLS or plain, keep-alive, pipelining, limits, absolute
// deadlines, drain. One server object per thread and bridge; every thread binds its own socket with
// SO_REUSEPORT. Nothing here knows a platform.
#pragma once

#include "core/error.hpp"
#include "http/handler.hpp"
#include "server/budget.hpp"
#include "server/statistics.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace casebridge::server {

struct limits {                                       // engineering anchors §B2, §B3
    std::size_t max_head_bytes = 32 * 1024;           // request line and fields
    std::size_t max_target_bytes = 16 * 1024;
    std::size_t max_fields = 100;
    std::chrono::milliseconds head_timeout{10000};    // absolute, from the first byte
    std::chrono::milliseconds request_timeout{30000}; // absolute, head and body
    std::chrono::milliseconds answer_timeout{30000};  // absolute, writing the answer to a slow reader
    std::chrono::milliseconds idle_timeout{60000};
    std::size_t min_upload_rate = 512;                // bytes of a body a second; 0: any
    std::size_t min_download_rate = 512;              // bytes of an answer a second; 0: any
    std::chrono::milliseconds rate_window{5000};      // over which both are judged
    std::size_t max_requests_per_connection = 1000;
    std::size_t max_connections = 10000;              // see options::budget
    std::size_t max_connections_per_address = 1000;   // an IPv6 network of 64 bits is one address
    std::size_t max_requests_in_flight = 2000;        // of one thread, in the handler's hands; 0: any
    // Of the event loop; above, requests are shed; 0: any. Not the 100 ms of B3: a page of 1000 cases that is read
    // here, or a neighbour on the machine, takes that long, and neither is an overload.
    std::chrono::milliseconds max_lag{1000};
};

struct tls_files {  // each a path, or the PEM text itself
    std::string certificate;  // chain, the server's own certificate first
    std::string key;
};

struct options {
    std::string name;  // bridge name, for logs and metrics
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any, see port()
    tls_files tls;  // both empty: plain
    limits bounds;
    bool access_log = true;
    bool echo_request_id = true;  // X-Request-Id in every answer
    bool sheds = true;  // answers 503 under overload; false for what must answer then, too
    // Shared by the listeners of one bridge, one per thread; none: this listener counts alone.
    std::shared_ptr<connection_budget> budget;
};

// All functions may be called from any thread; the work happens on the context's thread.
//
// Lifetime: the context and the handler outlive the listener. Destroying the listener closes every
// session; one that is inside handler.handle() at that moment ends when handle() returns, so the
// handler must live until open_sessions() was 0 or the context is gone.
class listener {
public:
    // Binds and listens; fails with errc::invalid_configuration and a sentence.
    static result<std::unique_ptr<listener>> create(boost::asio::io_context& context, options opts,
                                                    http::handler& handler);
    // Fails if something else listens there. SO_REUSEPORT would let a second process of the same user
    // share the port without a word, so ask once before the threads create their listeners.
    static result<void> check_free(const options& opts);
    virtual ~listener() = default;
    virtual void start() = 0;
    virtual std::uint16_t port() const = 0;
    // New bounds, certificates and access log; name, address, and whether there is TLS, stay. Reads the
    // certificates at once, on the caller's thread. The returned step takes all of it into use, cannot fail
    // and is for the context's thread; open connections keep the buffers and certificates they have.
    virtual result<std::function<void()>> renew(const options& next) = 0;
    // Stops accepting; idle connections close, answers in flight carry "Connection: close".
    // Connections that wait in the socket's queue are still served one request each, since closing
    // a SO_REUSEPORT socket would drop them (engineering anchors §B5).
    virtual void drain() = 0;
    virtual std::size_t open_sessions() const = 0;
    virtual void close_all() = 0;
    virtual statistics stats() const = 0;
};

}  // namespace casebridge::server
