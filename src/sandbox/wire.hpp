// The sandboxes' own HTTP server. It is not server/listener.hpp because a stand-in must be able to do
// what a server of ours never does: cut an answer at any byte, reset, hang, refuse. One thread, HTTP/1.1,
// plain or TLS; the request target reaches the core exactly as it was sent.
#pragma once

#include "core/error.hpp"
#include "http/message.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace casebridge::sandbox {

// What is done to an answer on its way out.
enum class mishap { none, hang, reset, reset_in_head, reset_in_body, cut_body };

struct exchange {
    http::request request;
    http::response response;
    std::chrono::milliseconds delay{0};
    mishap spoiled = mishap::none;
};

using answerer = std::function<void(exchange&)>;

struct wire_options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;            // 0: any
    std::string certificate;           // PEM files; both empty: plain
    std::string key;
    std::size_t max_body = 64 * 1024 * 1024;
    std::string refusal;  // plain text of the 400 for a head that cannot be read; empty: none is sent
};

class wire_server {
public:
    static result<std::unique_ptr<wire_server>> create(boost::asio::io_context& context, wire_options options,
                                                       answerer answer);
    virtual ~wire_server() = default;
    virtual std::uint16_t port() const = 0;
    // Closes the listening socket and all connections; opens the socket again after the given time,
    // or never if it is zero.
    virtual void refuse(std::chrono::milliseconds how_long) = 0;
};

}  // namespace casebridge::sandbox
