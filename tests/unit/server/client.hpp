// A blocking client for tests that says exactly the bytes it is told to, over TCP or TLS.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace casebridge::test {

struct answer {
    unsigned status = 0;
    std::string head;     // status line and fields, without the empty line
    std::string body;
    std::string field(std::string_view name) const;  // empty if there is none
    bool has(std::string_view name) const;
};

class client {
public:
    explicit client(std::uint16_t port, bool tls = false);
    ~client();
    client(const client&) = delete;
    client& operator=(const client&) = delete;

    bool send(std::string_view bytes);           // false: the other side is gone
    // The next answer, framed by its Content-Length; no_body for answers to HEAD.
    std::optional<answer> read(bool no_body = false);
    // The same, taking at most so many bytes at a time and pausing after each.
    std::optional<answer> read_slowly(std::size_t at_most, std::chrono::milliseconds pause);
    // Everything up to the end of the connection; nothing if it did not end within the patience.
    std::optional<std::string> read_to_end();
    bool is_closed();                            // the server ended the connection, within the patience
    void half_close();
    void shrink_receive_buffer();

private:
    bool fill();                                 // false: end or patience over

    std::size_t at_most_ = 16384;
    std::chrono::milliseconds pause_{0};

    int fd_ = -1;
    ssl_ctx_st* context_ = nullptr;
    ssl_st* tls_ = nullptr;
    std::string pending_;
    bool ended_ = false;
};

}  // namespace casebridge::test
