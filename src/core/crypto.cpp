#include "core/crypto.hpp"

#include "core/base64.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

namespace casebridge {
namespace {

const unsigned char* bytes_of(std::string_view s) noexcept {
    return reinterpret_cast<const unsigned char*>(s.data());
}

// OpenSSL looks an algorithm up by name for each use, which costs more than hashing a short text. So it is
// looked up once, and each thread keeps its contexts.
template <auto Free>
struct freed_by {
    template <class T>
    void operator()(T* p) const noexcept {
        Free(p);
    }
};
using digest_context = std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>>;
using mac_context = std::unique_ptr<EVP_MAC_CTX, freed_by<EVP_MAC_CTX_free>>;

mac_context make_hmac() {
    static EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    mac_context made(hmac == nullptr ? nullptr : EVP_MAC_CTX_new(hmac));
    char name[] = "SHA256";
    const std::array params{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                            OSSL_PARAM_construct_end()};
    if (!made || EVP_MAC_CTX_set_params(made.get(), params.data()) != 1)
        throw std::runtime_error("hmac is not available");
    return made;
}

}  // namespace

digest sha256(std::string_view data) {
    static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    static thread_local const digest_context context(EVP_MD_CTX_new());
    digest out{};
    unsigned size = 0;
    if (algorithm == nullptr || context == nullptr ||
        EVP_DigestInit_ex2(context.get(), algorithm, nullptr) != 1 ||
        EVP_DigestUpdate(context.get(), data.data(), data.size()) != 1 ||
        EVP_DigestFinal_ex(context.get(), out.data(), &size) != 1) {
        throw std::runtime_error("sha256 failed");
    }
    return out;
}

digest hmac_sha256(std::string_view key, std::string_view data) {
    static thread_local const mac_context context = make_hmac();
    // An empty key is a key as well: a null pointer would leave the one before in place.
    const unsigned char* bytes = key.empty() ? reinterpret_cast<const unsigned char*>("") : bytes_of(key);
    digest out{};
    std::size_t size = 0;
    if (EVP_MAC_init(context.get(), bytes, key.size(), nullptr) != 1 ||
        EVP_MAC_update(context.get(), bytes_of(data), data.size()) != 1 ||
        EVP_MAC_final(context.get(), out.data(), &size, out.size()) != 1) {
        throw std::runtime_error("hmac failed");
    }
    return out;
}

std::string_view as_text(std::span<const std::uint8_t> bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

digest derive_key(std::string_view secret, std::string_view purpose) {
    // HKDF (RFC 5869) with an empty salt and one output block.
    const std::string salt(32, '\0');
    const digest prk = hmac_sha256(salt, secret);
    std::string info(purpose);
    info += '\x01';
    return hmac_sha256(as_text(prk), info);
}

void random_bytes(std::span<std::uint8_t> out) {
    if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1) throw std::runtime_error("no randomness");
}

bool equal_constant_time(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string base64_encode(std::string_view data) {
    std::string out;
    append_base64(out, data);
    return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
    std::string out;
    const auto length = decoded_base64_length(text);
    if (!length) return std::nullopt;
    out.resize(*length);
    return decode_base64(text, out.data()) ? std::optional(std::move(out)) : std::nullopt;
}

std::string base64url_encode(std::string_view data) {
    std::string out = base64_encode(data);
    while (out.ends_with('=')) out.pop_back();
    std::replace(out.begin(), out.end(), '+', '-');
    std::replace(out.begin(), out.end(), '/', '_');
    return out;
}

std::optional<std::string> base64url_decode(std::string_view text) {
    if (text.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
    std::string out(text);
    std::replace(out.begin(), out.end(), '-', '+');
    std::replace(out.begin(), out.end(), '_', '/');
    out.append((4 - out.size() % 4) % 4, '=');
    if (!decode_base64_in_place(out)) return std::nullopt;
    return out;
}

std::string hex_encode(std::string_view data) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(data.size() * 2);
    for (const char c : data) {
        const auto b = static_cast<std::uint8_t>(c);
        out += digits[b >> 4];
        out += digits[b & 15];
    }
    return out;
}

}  // namespace casebridge
