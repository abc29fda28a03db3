// Certificates made on the spot: an authority, and servers that it vouches for.
#pragma once

#include <openssl/types.h>

#include <filesystem>
#include <memory>
#include <string>

namespace casebridge::test {

struct certificate {
    std::shared_ptr<X509> cert;
    std::shared_ptr<EVP_PKEY> key;
};

certificate make_authority();
// names: the subjectAltName, as in "DNS:tc.example.org,IP:127.0.0.1". The validity in seconds from now.
certificate make_certificate(const certificate& issuer, const std::string& names, long from = -60,
                             long to = 3600);

// A server context; min/max protocol versions as OpenSSL's constants, 0: its own defaults.
std::shared_ptr<SSL_CTX> server_context(const certificate& c, int max_version = 0);
// Demands a client certificate of that authority.
void demand_client_certificate(SSL_CTX* context, const certificate& authority);

// A folder that is gone at the end.
class scratch_folder {
public:
    scratch_folder();
    ~scratch_folder();
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;

    std::string write(const std::string& name, const std::string& content) const;
    std::string write_certificate(const std::string& name, const certificate& c) const;
    std::string write_key(const std::string& name, const certificate& c) const;
    std::string path(const std::string& name) const { return (root_ / name).string(); }

private:
    std::filesystem::path root_;
};

}  // namespace casebridge::test
