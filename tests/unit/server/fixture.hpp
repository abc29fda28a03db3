// A listener on a port of its own, served by a thread of its own, with a handler that tests steer
// by the path they ask for.
#pragma once

#include "http/gate.hpp"
#include "server/listener.hpp"
#include "support/patience.hpp"
#include "unit/server/client.hpp"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace casebridge::test {

class steered_handler final : public http::handler {
public:
    task<void> handle(const http::request& req, http::response& res) override;
    std::size_t body_limit(const http::request& head) const override {
        return head.path() == "/small" ? 1000 : 4 * 1024 * 1024;
    }
    void refuse(const failure& why, http::response& res) const override;

    std::vector<http::request> seen() const {
        const std::lock_guard lock(mutex_);
        return seen_;
    }
    std::size_t count() const { return seen().size(); }
    // Lets those that asked for /wait have their answers.
    void go_on() { waiting_ = false; }

private:
    mutable std::mutex mutex_;
    std::vector<http::request> seen_;
    std::atomic<bool> waiting_{true};
};

// Runs a listener for the length of one test. `change` edits the options first.
class running {
public:
    explicit running(const std::function<void(server::options&)>& change = {});
    ~running();

    client connect() { return client(listener->port(), tls_); }
    std::uint16_t port() const { return listener->port(); }

    steered_handler handler;
    boost::asio::io_context context{1};
    std::unique_ptr<server::listener> listener;

private:
    bool tls_ = false;
    std::thread thread_;
};

// A self-signed certificate and its key, as PEM text.
server::tls_files make_certificate();

}  // namespace casebridge::test
