// TLS towards an upstream: a context with verification on, and per connection the host name for SNI
// and for the check of the certificate. Asio does none of this by default.
#pragma once

#include "core/error.hpp"
#include "upstream/client.hpp"

#include <boost/asio/ssl/context.hpp>

#include <string>

namespace casebridge::upstream {

// TLS 1.2 or newer. CA file or the system's bundle, optional client certificate.
// Fails with errc::file_unreadable (no such file) or errc::upstream_tls (not what it should be).
result<std::unique_ptr<boost::asio::ssl::context>> make_tls_context(const tls_options& opts);

// Sets SNI (names only, RFC 6066 §3) and the name or address that the certificate must be for.
result<void> expect_host(SSL* session, const std::string& host, bool verify);

// Why a handshake failed: what is wrong with the certificate, that it is for another host name, or,
// where verification is not the reason, what OpenSSL says.
std::string describe_handshake_failure(const SSL* session, const boost::system::error_code& ec);

}  // namespace casebridge::upstream
