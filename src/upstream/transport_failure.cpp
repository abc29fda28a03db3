#include "upstream/transport_failure.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/error.hpp>

#include <string>

namespace casebridge::upstream {
namespace {

namespace asio = boost::asio;
using beast_error = boost::beast::http::error;
using boost::system::error_code;

errc classify(const error_code& ec) {
    if (ec == beast_error::body_limit || ec == beast_error::header_limit ||
        ec == beast_error::buffer_overflow) {
        return errc::upstream_too_large;
    }
    if (ec == beast_error::end_of_stream || ec == beast_error::partial_message) return errc::upstream_reset;
    if (ec.category() == boost::beast::http::make_error_code(beast_error::end_of_stream).category()) {
        return errc::upstream_malformed;
    }
    if (ec == asio::ssl::error::stream_truncated) return errc::upstream_reset;
    if (ec.category() == asio::error::get_ssl_category()) return errc::upstream_tls;
    if (ec == asio::error::timed_out) return errc::upstream_timeout;
    return errc::upstream_reset;
}

std::string_view verb_of(errc code) {
    switch (code) {
        case errc::upstream_too_large: return "answer above the limit ";
        case errc::upstream_malformed: return "not an HTTP/1.1 answer, ";
        case errc::upstream_tls: return "TLS failed ";
        case errc::upstream_timeout: return "no progress ";
        default: return "connection broke ";
    }
}

}  // namespace

failure connect_failure(std::string_view peer, const error_code& ec) {
    const bool late = ec == asio::error::timed_out;
    return fail(late ? errc::upstream_timeout : errc::upstream_refused,
                std::string(peer) + ": cannot connect: " + ec.message());
}

failure exchange_failure(std::string_view peer, std::string_view doing, const error_code& ec) {
    const errc code = classify(ec);
    std::string text(peer);
    text.append(": ").append(verb_of(code)).append(doing).append(": ").append(ec.message());
    return fail(code, std::move(text));
}

}  // namespace casebridge::upstream
