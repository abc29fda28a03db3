// The listener's TLS side: TLS 1.2 or later, OpenSSL's own cipher defaults (engineering anchors §B4).
#pragma once

#include "core/error.hpp"
#include "server/listener.hpp"

#include <boost/asio/ssl/context.hpp>

#include <memory>

namespace casebridge::server {

// Reads both files and checks that they belong together. Fails with errc::file_unreadable or
// errc::invalid_configuration and a sentence.
result<std::shared_ptr<boost::asio::ssl::context>> make_tls_context(const tls_files& files);

}  // namespace casebridge::server
