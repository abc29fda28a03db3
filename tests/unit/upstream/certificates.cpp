#include "certificates.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <unistd.h>
#include <fstream>
#include <stdexcept>

namespace casebridge::test {
namespace {

void add_extension(X509* cert, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    if (extension == nullptr) throw std::runtime_error("bad extension " + value);
    X509_add_ext(cert, extension, -1);
    X509_EXTENSION_free(extension);
}

std::shared_ptr<X509> blank(EVP_PKEY* key, const std::string& common_name, long from, long to) {
    std::shared_ptr<X509> cert(X509_new(), X509_free);
    X509_set_version(cert.get(), X509_VERSION_3);
    std::uint64_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert.get()), serial >> 1);
    X509_gmtime_adj(X509_getm_notBefore(cert.get()), from);
    X509_gmtime_adj(X509_getm_notAfter(cert.get()), to);
    X509_set_pubkey(cert.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
    return cert;
}

std::string pem(const certificate& c, bool key) {
    BIO* out = BIO_new(BIO_s_mem());
    if (key)
        PEM_write_bio_PrivateKey(out, c.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    else
        PEM_write_bio_X509(out, c.cert.get());
    char* text = nullptr;
    const auto size = BIO_ctrl(out, BIO_CTRL_INFO, 0, &text);
    std::string result(text, static_cast<std::size_t>(size));
    BIO_free(out);
    return result;
}

std::shared_ptr<EVP_PKEY> new_key() {
    return {EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free};
}

}  // namespace

certificate make_authority() {
    certificate out;
    out.key = new_key();
    out.cert = blank(out.key.get(), "Test Authority", -3600, 86400);
    X509_set_issuer_name(out.cert.get(), X509_get_subject_name(out.cert.get()));
    add_extension(out.cert.get(), out.cert.get(), NID_basic_constraints, "critical,CA:TRUE");
    add_extension(out.cert.get(), out.cert.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    X509_sign(out.cert.get(), out.key.get(), EVP_sha256());
    return out;
}

certificate make_certificate(const certificate& issuer, const std::string& names, long from, long to) {
    certificate out;
    out.key = new_key();
    out.cert = blank(out.key.get(), "Test Server", from, to);
    X509_set_issuer_name(out.cert.get(), X509_get_subject_name(issuer.cert.get()));
    add_extension(out.cert.get(), issuer.cert.get(), NID_subject_alt_name, names);
    X509_sign(out.cert.get(), issuer.key.get(), EVP_sha256());
    return out;
}

std::shared_ptr<SSL_CTX> server_context(const certificate& c, int max_version) {
    std::shared_ptr<SSL_CTX> out(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    SSL_CTX_use_certificate(out.get(), c.cert.get());
    SSL_CTX_use_PrivateKey(out.get(), c.key.get());
    if (max_version != 0) {
        // OpenSSL's default security level has no TLS below 1.2.
        SSL_CTX_set_security_level(out.get(), 0);
        SSL_CTX_ctrl(out.get(), SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_VERSION, nullptr);
        SSL_CTX_ctrl(out.get(), SSL_CTRL_SET_MAX_PROTO_VERSION, max_version, nullptr);
    }
    return out;
}

void demand_client_certificate(SSL_CTX* context, const certificate& authority) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.cert.get());
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

scratch_folder::scratch_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "casebridge-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch folder");
    root_ = name;
}

scratch_folder::~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
}

std::string scratch_folder::write(const std::string& name, const std::string& content) const {
    std::ofstream(root_ / name, std::ios::binary) << content;
    return path(name);
}

std::string scratch_folder::write_certificate(const std::string& name, const certificate& c) const {
    return write(name, pem(c, false));
}

std::string scratch_folder::write_key(const std::string& name, const certificate& c) const {
    return write(name, pem(c, true));
}

}  // namespace casebridge::test
