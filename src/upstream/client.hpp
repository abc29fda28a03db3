// HTTP/1.1 client towards one origin: pooled keep-alive connections, TLS with verification and host
// name, absolute deadlines. Every request is generated here; nothing of a client's bytes is
// forwarded. One client per thread; not thread-safe.
#pragma once

#include "core/error.hpp"
#include "http/message.hpp"
#include "http/task.hpp"
#include "upstream/options.hpp"
#include "upstream/url.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casebridge::upstream {

using headers = std::vector<std::pair<std::string, std::string>>;

// Adds the credential's headers. Called anew for each try, since signatures carry the time.
using signer = std::function<void(std::string_view method, std::string_view target, headers& out)>;

// A part of a body that is too large to be put together first: sent as it is, or in Base64, which is made while it
// is sent. The bytes stay where they are.
struct body_part {
    std::string_view bytes;
    bool base64 = false;
    std::size_t size() const noexcept;  // on the wire
};

struct call {
    std::string_view method;  // "GET"
    std::string target;  // origin-form, encoded, exactly as it goes on the wire and is signed
    headers fields;  // besides Host, Content-Length, Connection
    std::string_view body;
    std::span<const body_part> parts = {};  // follow the body; the same for each try
    const signer* sign = nullptr;
    // For limits and fairness: whose signature it carries, and for whom. Names, not secrets.
    std::string_view credential;
    std::string_view account;
    // A GET whose answer depends on credential, account and target only: identical ones that are in
    // flight at a time share one request.
    bool shareable = false;
    http::time_point deadline{};
};

std::size_t body_size(const call& c) noexcept;
// The body as it goes on the wire, put together: for clients that are not on a wire.
std::string whole_body(const call& c);

struct answer {
    unsigned status = 0;
    std::string content_type;  // as received
    headers fields;  // without those of the framing and the connection
    std::string body;
    const std::string* find(std::string_view name) const noexcept;
    // Retry-After in its form of seconds, an hour at most.
    std::optional<std::chrono::seconds> retry_after() const noexcept;
};

struct statistics {  // plain counters of this client
    // connects: attempts on the wire; lookups: of the host name; shared: calls that got another's answer
    std::uint64_t calls = 0, connects = 0, reused = 0, failures = 0, retries = 0, lookups = 0, shared = 0;
    std::size_t open = 0, idle = 0, waiting = 0;
};

class shared_state;  // what the clients of all threads share: shared_state.hpp

class client {
public:
    // Reads certificate files: fails with errc::file_unreadable or errc::upstream_tls.
    // Without a shared state the client has its own.
    static result<std::unique_ptr<client>> create(boost::asio::io_context& context, options opts,
                                                  std::shared_ptr<shared_state> shared = nullptr);
    // Calls in flight fail soon after with a transport error or errc::draining; they may outlive the client.
    virtual ~client() = default;

    // The call must live until the task is done. Any status is an answer, after what may be tried again
    // was (retry.hpp). Failures: transport (upstream_unresolved, _refused, _tls, _timeout, _reset),
    // unusable answers (upstream_malformed, _too_large), errc::internal for a call that cannot be put on
    // the wire; and, with a retry_after, what was not sent: upstream_unavailable (the breaker is open),
    // upstream_rate_limited (the upstream said to wait), upstream_busy (limits and full lines).
    virtual task<result<answer>> send(const call& c) = 0;
    // A client of another origin for what this upstream refers to, with this one's options; of its own in everything
    // else: connections, limits, breaker. Credentials do not go there.
    virtual result<std::unique_ptr<client>> sibling(const base_url& origin) const;
    virtual statistics stats() const = 0;
    // Closes idle connections; calls in flight finish, new ones fail with errc::draining. While a client
    // has open connections a timer of its keeps the context busy: close() it where run() is to return.
    virtual void close() = 0;
};

}  // namespace casebridge::upstream
