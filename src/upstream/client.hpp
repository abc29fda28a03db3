// HTTP/1.1 client towards one origin: pooled keep-alive connections, TLS with verification and host
// name, absolute deadlines. Every request is generated here; nothing of a client's bytes is
// forwarded. One client per thread; not thread-safe.
#pragma once

#include "core/error.hpp"
#include "http/message.hpp"
#include "http/task.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casebridge::upstream {

struct tls_options {
    bool verify = true;              // certificate chain and host name; never falls back to plain text
    std::string ca_file;             // empty: the system's bundle
    std::string certificate_file;    // client certificate, optional
    std::string key_file;
};

struct options {
    std::string scheme = "https";    // "http" | "https"
    std::string host;
    std::uint16_t port = 443;
    tls_options tls;
    std::size_t max_connections = 64;
    std::size_t max_waiting = 256;                       // queued calls above this: errc::upstream_busy
    std::chrono::milliseconds connect_timeout{2000};     // including TLS
    std::chrono::milliseconds call_timeout{15000};       // one call at most, also bounded by its deadline
    std::chrono::milliseconds idle_timeout{15000};  // an idle connection older than this is not reused
    std::chrono::milliseconds connection_lifetime{
        300000};  // then opened anew, to meet changed addresses; 0: never
    std::chrono::milliseconds resolve_ttl{30000};
    std::size_t max_head_bytes = 64 * 1024;
    std::size_t max_body_bytes = 128 * 1024 * 1024;
};

using headers = std::vector<std::pair<std::string, std::string>>;

// Adds the credential's headers. Called anew for each try, since signatures carry the time.
using signer = std::function<void(std::string_view method, std::string_view target, headers& out)>;

struct call {
    std::string_view method;  // "GET"
    std::string target;  // origin-form, encoded, exactly as it goes on the wire and is signed
    headers fields;  // besides Host, Content-Length, Connection
    std::string_view body;
    const signer* sign = nullptr;
    bool idempotent = false;  // may be sent again on a fresh connection if no byte of an answer came
    http::time_point deadline{};
};

struct answer {
    unsigned status = 0;
    std::string content_type;  // as received
    headers fields;
    std::string body;
    const std::string* find(std::string_view name) const noexcept;
};

struct statistics {  // for metrics; plain counters of this client
    // connects: attempts on the wire; lookups: of the host name; retries: see call::idempotent
    std::uint64_t calls = 0, connects = 0, reused = 0, failures = 0, retries = 0, lookups = 0;
    std::size_t open = 0, idle = 0, waiting = 0;
};

class client {
public:
    // Reads certificate files: fails with errc::file_unreadable or errc::upstream_tls.
    static result<std::unique_ptr<client>> create(boost::asio::io_context& context, options opts);
    // Calls in flight fail soon after with a transport error or errc::draining; they may outlive the client.
    virtual ~client() = default;

    // The call must live until the task is done. Any status is an answer; failures are transport
    // (upstream_unresolved, _refused, _tls, _timeout, _reset, _busy), unusable answers (upstream_malformed,
    // _too_large), or errc::internal for a call that cannot be put on the wire.
    virtual task<result<answer>> send(const call& c) = 0;
    virtual statistics stats() const = 0;
    // Closes idle connections; calls in flight finish, new ones fail with errc::draining. While a client
    // has open connections a timer of its keeps the context busy: close() it where run() is to return.
    virtual void close() = 0;
};

}  // namespace casebridge::upstream
