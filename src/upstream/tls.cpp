#include "upstream/tls.hpp"

#include <boost/asio/ip/address.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <fstream>

namespace casebridge::upstream {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

result<void> check_readable(const std::string& path) {
    if (std::ifstream(path).good()) return {};
    return fail(errc::file_unreadable, path + ": cannot be read");
}

failure unusable(const std::string& path, const char* what, const error_code& ec) {
    return fail(errc::upstream_tls, path + ": " + what + " (" + ec.message() + ")");
}

result<void> load_authorities(ssl::context& context, const tls_options& opts) {
    if (!opts.verify) return {};
    error_code ec;
    if (opts.ca_file.empty()) {
        context.set_default_verify_paths(ec);
        if (ec) return unusable("the system's CA bundle", "cannot be used", ec);
        return {};
    }
    CB_CHECK(check_readable(opts.ca_file));
    context.load_verify_file(opts.ca_file, ec);
    if (ec) return unusable(opts.ca_file, "holds no usable CA certificate in PEM form", ec);
    return {};
}

result<void> load_own_certificate(ssl::context& context, const tls_options& opts) {
    if (opts.certificate_file.empty() && opts.key_file.empty()) return {};
    if (opts.certificate_file.empty() || opts.key_file.empty()) {
        return fail(errc::upstream_tls,
                    "a client certificate needs both its certificate file and its key file");
    }
    CB_CHECK(check_readable(opts.certificate_file));
    CB_CHECK(check_readable(opts.key_file));
    error_code ec;
    context.use_certificate_chain_file(opts.certificate_file, ec);
    if (ec) return unusable(opts.certificate_file, "holds no usable certificate in PEM form", ec);
    context.use_private_key_file(opts.key_file, ssl::context::pem, ec);
    if (ec) return unusable(opts.key_file, "is not the unencrypted key of the certificate", ec);
    return {};
}

// A key with a passphrase must not make OpenSSL ask for it on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

}  // namespace

result<std::unique_ptr<ssl::context>> make_tls_context(const tls_options& opts) {
    auto context = std::make_unique<ssl::context>(ssl::context::tls_client);
    SSL_CTX* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_default_passwd_cb(native, no_passphrase);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // Idle connections give their record buffers back (some 34 KB each).
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    error_code ec;
    context->set_verify_mode(opts.verify ? ssl::verify_peer : ssl::verify_none, ec);
    if (ec) return fail(errc::upstream_tls, "TLS verification cannot be set: " + ec.message());
    CB_CHECK(load_authorities(*context, opts));
    CB_CHECK(load_own_certificate(*context, opts));
    return context;
}

result<void> expect_host(SSL* session, const std::string& host, bool verify) {
    error_code ec;
    boost::asio::ip::make_address(host, ec);
    const bool is_name = ec.failed();
    ERR_clear_error();
    // What the macro SSL_set_tlsext_host_name does, without its cast.
    if (is_name && SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                            const_cast<char*>(host.c_str())) != 1) {
        return fail(errc::upstream_tls, host + ": not usable as a TLS server name");
    }
    if (!verify) return {};
    X509_VERIFY_PARAM* wanted = SSL_get0_param(session);
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const int set = is_name ? X509_VERIFY_PARAM_set1_host(wanted, host.data(), host.size())
                            : X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str());
    if (set != 1) return fail(errc::upstream_tls, host + ": cannot be checked against a certificate");
    return {};
}

std::string describe_handshake_failure(const SSL* session, const error_code& ec) {
    const long verdict = SSL_get_verify_result(session);
    if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH) {
        return "TLS: the certificate is for another host name";
    }
    if (verdict != X509_V_OK) {
        return std::string("TLS: the certificate is not accepted: ") + X509_verify_cert_error_string(verdict);
    }
    return "TLS handshake failed: " + ec.message();
}

}  // namespace casebridge::upstream
