// A stand-in of a platform behind the upstream client's interface, without a socket between them, and what may go
// wrong with one request on that way.
#pragma once

#include "http/message.hpp"
#include "http/task.hpp"
#include "upstream/client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace casebridge::sequences {

enum class fault {
    none,
    refused,  // nothing was sent
    lost,  // carried out, and the answer did not arrive
    unavailable,  // 503, not carried out
    broken,  // 500, not carried out
};

class direct_client final : public upstream::client {
public:
    using server = std::function<void(const http::request&, http::response&)>;
    explicit direct_client(server to) : server_(std::move(to)) {}

    // The n-th request from now on (0: the next) goes wrong, once.
    void break_request(std::size_t n, fault how) {
        countdown_ = n;
        how_ = how;
    }
    // Whether that has happened; nothing goes wrong any more.
    bool mend();

    task<result<upstream::answer>> send(const upstream::call& c) override;
    upstream::statistics stats() const override { return {}; }
    void close() override {}

private:
    fault next_fault();
    server server_;
    std::optional<std::size_t> countdown_;
    fault how_ = fault::none;
    bool happened_ = false;
};

// Runs one coroutine to its end.
void run_to_the_end(task<void> what);

struct answer {
    unsigned status = 0;
    std::string body;
    std::string loss;  // Casebridge-Loss
};

using headers = std::vector<std::pair<std::string, std::string>>;
http::request make_request(std::string_view method, std::string_view target, std::string_view body,
                           const headers& fields);
answer answer_of(const http::response& res);

}  // namespace casebridge::sequences
