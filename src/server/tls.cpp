#include "server/tls.hpp"

#include <boost/asio/buffer.hpp>

#include <openssl/ssl.h>

#include <fstream>
#include <iterator>

namespace casebridge::server {

namespace {

namespace ssl = boost::asio::ssl;

result<std::string> pem_text(const std::string& path_or_text) {
    if (path_or_text.rfind("-----BEGIN", 0) == 0) return path_or_text;
    std::ifstream in(path_or_text, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in || text.empty()) return fail(errc::file_unreadable, "cannot read " + path_or_text);
    return text;
}

failure unusable(const char* what, const boost::system::error_code& ec) {
    return fail(errc::invalid_configuration, std::string(what) + ": " + ec.message());
}

}  // namespace

result<std::shared_ptr<ssl::context>> make_tls_context(const tls_files& files) {
    CB_TRY(const auto certificate, pem_text(files.certificate));
    CB_TRY(const auto key, pem_text(files.key));
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    auto* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(native, 1);  // a record in one read, not in two
    boost::system::error_code ec;
    context->use_certificate_chain(boost::asio::buffer(certificate), ec);
    if (ec) return unusable("the TLS certificate is not usable", ec);
    context->use_private_key(boost::asio::buffer(key), ssl::context::pem, ec);
    if (ec) return unusable("the TLS key is not usable", ec);
    if (SSL_CTX_check_private_key(native) != 1)
        return fail(errc::invalid_configuration, "the TLS key does not belong to the certificate");
    return context;
}

}  // namespace casebridge::server
