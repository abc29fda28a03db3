#include "scripted_server.hpp"

#include "support/patience.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sockios.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace casebridge::test {
namespace {

int bound_socket(std::uint16_t& port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (fd < 0 || ::bind(fd, generic, size) != 0 || ::getsockname(fd, generic, &size) != 0) {
        throw std::runtime_error("no ephemeral port");
    }
    port = ntohs(address.sin_port);
    return fd;
}

std::size_t body_length(std::string_view head) {
    constexpr std::string_view name = "\r\nContent-Length: ";
    const auto at = head.find(name);
    return at == std::string_view::npos ? 0 : std::stoul(std::string(head.substr(at + name.size())));
}

}  // namespace

peer::~peer() {
    end(false);
    if (tls_ != nullptr) SSL_free(tls_);
}

long peer::receive(char* to, std::size_t size) {
    if (fd_ < 0) return 0;
    if (tls_ != nullptr) return SSL_read(tls_, to, static_cast<int>(size));
    return ::recv(fd_, to, size, 0);
}

std::string peer::read_request() {
    char block[4096];
    for (;;) {
        const auto end = pending_.find("\r\n\r\n");
        if (end != std::string::npos) {
            const std::size_t whole = end + 4 + body_length(std::string_view(pending_).substr(0, end));
            if (pending_.size() >= whole) {
                std::string out = pending_.substr(0, whole);
                pending_.erase(0, whole);
                return out;
            }
        }
        const long n = receive(block, sizeof block);
        if (n <= 0) return {};
        pending_.append(block, static_cast<std::size_t>(n));
    }
}

bool peer::send(std::string_view bytes) {
    while (fd_ >= 0 && !bytes.empty()) {
        const long n = tls_ != nullptr ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                                       : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return fd_ >= 0;
}

void peer::hold_back(bool on) {
    BIO* const way = SSL_get_wbio(tls_);
    if (on) {
        BIO_up_ref(way);
        return SSL_set0_wbio(tls_, BIO_push(BIO_new(BIO_f_buffer()), way));
    }
    static_cast<void>(BIO_flush(way));
    SSL_set0_wbio(tls_, BIO_pop(way));
}

void peer::wait_for_arrival() {
    eventually([this] {
        int on_the_way = 0;
        return fd_ < 0 || ::ioctl(fd_, SIOCOUTQ, &on_the_way) != 0 || on_the_way == 0;
    });
}

void peer::wait_for_close() {
    char block[4096];
    while (receive(block, sizeof block) > 0) {
    }
}

void peer::wait_unread() {
    pollfd broken{fd_, 0, 0};
    ::poll(&broken, 1, static_cast<int>(std::chrono::milliseconds(patience).count()));
}

void peer::close() { end(true); }

void peer::end(bool noticed) {
    if (fd_ < 0) return;
    before_close_();
    ::shutdown(fd_, SHUT_RDWR);
    if (noticed) wait_for_arrival();
    ::close(std::exchange(fd_, -1));
}

void peer::reset() {
    before_close_();
    const linger at_once{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(std::exchange(fd_, -1));
}

std::string peer::server_name() const {
    const char* name = tls_ == nullptr ? nullptr : SSL_get_servername(tls_, TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? "" : name;
}

scripted_server::scripted_server(std::vector<script> scripts, SSL_CTX* context)
    : scripts_(std::move(scripts)), context_(context), listener_(bound_socket(port_)) {
    std::signal(SIGPIPE, SIG_IGN);
    ::listen(listener_, 64);
    acceptor_ = std::thread([this] { accept_all(); });
}

scripted_server::~scripted_server() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    {
        const std::lock_guard lock(mutex_);
        for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (auto& session : sessions_) session.join();
}

void scripted_server::accept_all() {
    for (;;) {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) return;
        const timeval longest{patience.count(), 0};
        ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
        const script& run = scripts_[std::min<std::size_t>(accepted_++, scripts_.size() - 1)];
        {
            const std::lock_guard lock(mutex_);
            open_.push_back(fd);
        }
        sessions_.emplace_back([this, fd, &run] { serve(fd, run); });
    }
}

void scripted_server::serve(int fd, const script& run) {
    SSL* tls = nullptr;
    if (context_ != nullptr) {
        tls = SSL_new(context_);
        SSL_set_fd(tls, fd);
    }
    peer p(fd, tls, [this, fd] {
        const std::lock_guard lock(mutex_);
        std::erase(open_, fd);
    });
    if (tls == nullptr || SSL_accept(tls) == 1) run(p);
}

std::uint16_t unused_port() {
    std::uint16_t port = 0;
    bound_socket(port);    // and stays bound, so that nobody else gets it
    return port;
}

std::string ok(std::string_view body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

script answer_all(std::string response) {
    return [response = std::move(response)](peer& p) {
        while (!p.read_request().empty()) p.send(response);
    };
}

script answer_once(std::string response) {
    return [response = std::move(response)](peer& p) {
        p.read_request();
        p.send(response);
        p.wait_for_close();
    };
}

}  // namespace casebridge::test
