// A TCP or TLS server on an ephemeral port that does to each connection what a script says, with
// blocking calls on a thread per connection. Nothing in it waits for ever.
#pragma once

#include <openssl/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace casebridge::test {

class peer {
public:
    peer(int fd, SSL* tls, std::function<void()> before_close)
        : fd_(fd), tls_(tls), before_close_(std::move(before_close)) {}
    peer(const peer&) = delete;
    peer& operator=(const peer&) = delete;
    ~peer();

    std::string read_request();            // head and body by Content-Length; empty: the client closed
    bool send(std::string_view bytes);     // false: the client is gone
    void hold_back(bool on);               // TLS: what is sent meanwhile leaves at once and together
    void wait_for_arrival();  // until the client's kernel has all that was sent, a FIN included
    void wait_for_close();  // until the client closes
    void wait_unread();  // reads nothing until the connection breaks or the server ends
    void close();  // FIN, and its arrival
    void reset();  // RST
    std::string server_name() const;  // SNI as received

private:
    long receive(char* to, std::size_t size);
    void end(bool noticed);

    int fd_;
    SSL* tls_;
    std::function<void()> before_close_;
    std::string pending_;
};

using script = std::function<void(peer&)>;

class scripted_server {
public:
    // Connection i gets script i, and all beyond the last script the last one. context: TLS, or null.
    explicit scripted_server(std::vector<script> scripts, SSL_CTX* context = nullptr);
    ~scripted_server();
    scripted_server(const scripted_server&) = delete;
    scripted_server& operator=(const scripted_server&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    std::size_t accepted() const noexcept { return accepted_; }

private:
    void accept_all();
    void serve(int fd, const script& run);

    std::vector<script> scripts_;
    SSL_CTX* context_;
    std::uint16_t port_ = 0;  // before listener_, which sets it
    int listener_ = -1;
    std::atomic<std::size_t> accepted_{0};
    std::mutex mutex_;
    std::vector<int> open_;
    std::vector<std::thread> sessions_;
    std::thread acceptor_;
};

// An ephemeral port that nobody listens on, nor will.
std::uint16_t unused_port();

std::string ok(std::string_view body);  // a complete 200 with Content-Length
script answer_all(std::string response);  // the same answer to every request, until the client closes
script answer_once(std::string response);  // then waits for the client to close

}  // namespace casebridge::test
