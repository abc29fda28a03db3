// Beast's parser, writing straight into our own request: no second container is filled and copied.
// What follows the head never reaches it: trailers, which Beast treats like fields of the head, are
// parsed and thrown away, chunk extensions are an error (engineering anchors §B1).
#pragma once

#include "http/gate.hpp"
#include "http/message.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <cstdint>

namespace casebridge::http {

// One object per message. `out` outlives it and is empty at first; its body keeps its capacity.
// Give the whole head to put() first, then judge it (check_head), then set body_limit() and go on.
class request_parser final : public boost::beast::http::basic_parser<true> {
    using error_code = boost::system::error_code;
    using text = boost::beast::string_view;

public:
    explicit request_parser(request& out) noexcept : out_(out) {}

    http_version version() const noexcept { return version_; }

    // Parses what has arrived of the body, and says how many bytes were used; the rest is to be given
    // again when more has arrived. Errors: the parser's own, but not need_more.
    std::size_t put_body(boost::asio::const_buffer bytes, error_code& ec);

private:
    void on_request_impl(boost::beast::http::verb method, text method_text, text target, int version,
                         error_code& ec) override;
    void on_response_impl(int code, text reason, int version, error_code& ec) override;
    void on_field_impl(boost::beast::http::field known, text name, text value, error_code& ec) override;
    void on_header_impl(error_code& ec) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& ec) override;
    std::size_t on_body_impl(text part, error_code& ec) override;
    void on_chunk_header_impl(std::uint64_t size, text extensions, error_code& ec) override;
    std::size_t on_chunk_body_impl(std::uint64_t left, text part, error_code& ec) override;
    void on_finish_impl(error_code& ec) override;

    request& out_;
    http_version version_ = http_version::v1_1;
    bool head_done_ = false;
    std::uint64_t promised_ = 0;  // by Content-Length
};

}  // namespace casebridge::http
