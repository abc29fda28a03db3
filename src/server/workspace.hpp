// What a request needs and an idle connection does not: buffers, parser, request and answer. A
// connection takes one when a request begins and gives it back after the answer, so that thousands of
// idle connections cost little, and busy ones share the few that are warm.
#pragma once

#include "http/gate.hpp"
#include "http/message.hpp"
#include "http/request_parser.hpp"
#include "server/listener.hpp"

#include <boost/beast/core/flat_buffer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace casebridge::server {

struct workspace {
    boost::beast::flat_buffer buffer;   // received and not yet consumed; bounded
    http::head_scanner scanner;
    std::optional<http::request_parser> parser;
    http::framing framing;
    http::request request;
    http::response response;
    std::string head;                   // of the answer

    explicit workspace(const limits& bounds);
    void fit(const limits& bounds);     // for another connection, perhaps under other limits
    void begin_request();               // bytes in the buffer stay
    void forget();                      // everything of the connection that had it
};

// Of one thread. Outlives what it hands out.
class workspace_pool {
public:
    struct give_back {
        workspace_pool* pool = nullptr;
        void operator()(workspace* w) const noexcept;
    };
    using lease = std::unique_ptr<workspace, give_back>;

    lease take(const limits& bounds);
    std::size_t spare() const noexcept { return spare_.size(); }

private:
    std::vector<std::unique_ptr<workspace>> spare_;  // the warmest last
};

}  // namespace casebridge::server
