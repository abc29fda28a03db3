// Any bytes as what a client sends on one connection, through the whole gate: scanner, parser, judgement, body.
// Cut into pieces of any size they are the same requests as in one piece, and nothing that the gate let through
// breaks its rules.
#include "http/gate.hpp"
#include "http/request_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

using namespace casebridge;

namespace {

constexpr http::gate_limits limits{.max_head_bytes = 512, .max_target_bytes = 64, .max_fields = 8};
constexpr std::size_t body_limit = 256;

// What a server makes of a connection: the requests in order, and how it ended.
struct story {
    std::vector<std::string> requests;
    std::string refusal;  // empty: it waits for more
    bool operator==(const story&) const = default;
};

class reader {
public:
    void feed(std::string_view bytes) {
        buffer_.append(bytes);
        while (told_.refusal.empty() && step()) {
        }
    }
    const story& told() const { return told_; }

private:
    bool step() { return parser_ ? take_body() : take_head(); }

    bool take_head() {
        const auto size = scanner_.scan(buffer_);
        if (size.has_error()) return refuse(size.error());
        if (*size == 0) return false;
        request_.reset();
        parser_.emplace(request_);
        parser_->header_limit(static_cast<std::uint32_t>(*size + 1));
        parser_->body_limit(boost::none);
        boost::system::error_code ec;
        parser_->put(boost::asio::buffer(buffer_.data(), *size), ec);
        if (ec && ec != boost::beast::http::error::need_more) return refuse(http::parse_failure(ec));
        if (!parser_->is_header_done()) return refuse(fail(errc::malformed_request));
        buffer_.erase(0, *size);
        scanner_.reset();
        const auto framing = http::check_head(request_, parser_->version(), limits);
        if (framing.has_error()) return refuse(framing.error());
        check(*framing);
        if (framing->body == http::body_kind::length && framing->length > body_limit)
            return refuse(fail(errc::body_too_large));
        parser_->body_limit(body_limit);
        parser_->eager(true);
        return true;
    }

    bool take_body() {
        boost::system::error_code ec;
        buffer_.erase(0, parser_->put_body(boost::asio::buffer(buffer_), ec));
        if (ec) return refuse(http::parse_failure(ec));
        if (!parser_->is_done()) return false;
        if (request_.body.size() > body_limit) std::abort();
        told_.requests.push_back(request_.method + " " + request_.target + " " + request_.body);
        parser_.reset();
        return true;
    }

    // What must hold for whatever was let through.
    void check(const http::framing& framing) const {
        const auto count = [&](std::string_view name) {
            return std::count_if(request_.fields.begin(), request_.fields.end(),
                                 [&](const http::field& f) { return http::iequals(f.name, name); });
        };
        if (request_.target.empty() || request_.target.front() != '/') std::abort();
        if (count("Host") > 1 || (count("Host") == 0 && !framing.http_1_0)) std::abort();
        if (count("Content-Length") + count("Transfer-Encoding") > 1) std::abort();
        if (framing.body == http::body_kind::chunked && (framing.http_1_0 || count("Transfer-Encoding") != 1))
            std::abort();
        for (const auto& f : request_.fields)
            if (f.value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) std::abort();
    }

    bool refuse(const failure& why) {
        told_.refusal = to_string(why.code);
        return false;
    }

    std::string buffer_;
    http::head_scanner scanner_{limits};
    http::request request_;
    std::optional<http::request_parser> parser_;
    story told_;
};

story tell(std::string_view bytes, std::size_t step) {
    reader r;
    for (std::size_t at = 0; at < bytes.size(); at += step) r.feed(bytes.substr(at, step));
    return r.told();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
    const story whole = tell(bytes, bytes.size());
    const story pieces = tell(bytes, 1 + data[0] % 32U);
    // A refusal may come a few bytes later in pieces, but never for another request.
    if (whole.requests != pieces.requests) std::abort();
    return 0;
}
