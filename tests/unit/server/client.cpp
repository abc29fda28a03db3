#include "unit/server/client.hpp"

#include "http/message.hpp"
#include "support/patience.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <stdexcept>
#include <thread>
#include <vector>

namespace casebridge::test {

std::string answer::field(std::string_view name) const {
    std::string_view rest = head;
    while (!rest.empty()) {
        const auto end = rest.find("\r\n");
        const auto line = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 2);
        const auto colon = line.find(": ");
        if (colon != std::string_view::npos && http::iequals(line.substr(0, colon), name))
            return std::string(line.substr(colon + 2));
    }
    return {};
}

bool answer::has(std::string_view name) const {
    return head.find("\r\n" + std::string(name) + ": ") != std::string::npos;
}

client::client(std::uint16_t port, bool tls) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval longest{patience.count(), 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, std::bit_cast<sockaddr*>(&to), sizeof to) != 0)
        throw std::runtime_error("cannot connect");
    if (!tls) return;
    context_ = SSL_CTX_new(TLS_client_method());
    tls_ = SSL_new(context_);
    SSL_set_fd(tls_, fd_);
    if (SSL_connect(tls_) != 1) throw std::runtime_error("no TLS handshake");
}

client::~client() {
    SSL_free(tls_);
    SSL_CTX_free(context_);
    ::close(fd_);
}

bool client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto n = tls_ ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                            : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

bool client::fill() {
    std::vector<char> block(at_most_);
    std::this_thread::sleep_for(pause_);
    const auto n = tls_ ? SSL_read(tls_, block.data(), static_cast<int>(block.size()))
                        : ::recv(fd_, block.data(), block.size(), 0);
    if (n > 0) {
        pending_.append(block.data(), static_cast<std::size_t>(n));
        return true;
    }
    const bool waited =
        tls_ ? SSL_get_error(tls_, static_cast<int>(n)) == SSL_ERROR_WANT_READ : n < 0 && errno == EAGAIN;
    ended_ = !waited;
    return false;
}

std::optional<answer> client::read(bool no_body) {
    std::size_t end = std::string::npos;
    while ((end = pending_.find("\r\n\r\n")) == std::string::npos)
        if (!fill()) return std::nullopt;
    answer out;
    out.head = pending_.substr(0, end);
    pending_.erase(0, end + 4);
    out.status = static_cast<unsigned>(std::stoul(out.head.substr(9, 3)));
    const std::string length = out.field("Content-Length");
    const std::size_t size = no_body || length.empty() ? 0 : std::stoul(length);
    while (pending_.size() < size)
        if (!fill()) return std::nullopt;
    out.body = pending_.substr(0, size);
    pending_.erase(0, size);
    return out;
}

std::optional<answer> client::read_slowly(std::size_t at_most, std::chrono::milliseconds pause) {
    at_most_ = at_most;
    pause_ = pause;
    return read();
}

std::optional<std::string> client::read_to_end() {
    while (fill()) {
    }
    if (!ended_) return std::nullopt;
    return std::move(pending_);
}

bool client::is_closed() {
    const auto rest = read_to_end();
    return rest.has_value() && rest->empty();
}

void client::half_close() { ::shutdown(fd_, SHUT_WR); }

void client::shrink_receive_buffer() {
    const int size = 4096;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

}  // namespace casebridge::test
