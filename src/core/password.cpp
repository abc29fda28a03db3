#include "core/password.hpp"

#include "core/crypto.hpp"

#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <vector>

namespace casebridge {
namespace {

struct parameters {
    unsigned log_n = 15;  // N = 32768: about 32 MiB and 60 ms
    unsigned r = 8;
    unsigned p = 1;
};

constexpr std::uint64_t memory_limit = 256ULL * 1024 * 1024;

std::optional<digest> scrypt(std::string_view password, std::string_view salt, const parameters& q) {
    digest out{};
    const auto* raw_salt = reinterpret_cast<const unsigned char*>(salt.data());
    const int ok = EVP_PBE_scrypt(password.data(), password.size(), raw_salt, salt.size(), 1ULL << q.log_n,
                                  q.r, q.p, memory_limit, out.data(), out.size());
    return ok == 1 ? std::optional(out) : std::nullopt;
}

bool read_unsigned(std::string_view text, unsigned& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size();
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

}  // namespace

result<std::string> hash_password(std::string_view password) {
    const parameters q;
    std::array<std::uint8_t, 16> salt{};
    random_bytes(salt);
    const auto hash = scrypt(password, as_text(salt), q);
    if (!hash) return fail(errc::internal, "scrypt failed");
    return "scrypt$" + std::to_string(q.log_n) + "$" + std::to_string(q.r) + "$" + std::to_string(q.p) + "$" +
           base64url_encode(as_text(salt)) + "$" + base64url_encode(as_text(*hash));
}

bool verify_password(std::string_view password, std::string_view text) {
    const auto parts = split(text, '$');
    parameters q;
    if (parts.size() != 6 || parts[0] != "scrypt" || !read_unsigned(parts[1], q.log_n) ||
        !read_unsigned(parts[2], q.r) || !read_unsigned(parts[3], q.p) || q.log_n == 0 || q.log_n > 20) {
        return false;
    }
    const auto salt = base64url_decode(parts[4]);
    const auto expected = base64url_decode(parts[5]);
    if (!salt || !expected) return false;
    const auto hash = scrypt(password, *salt, q);
    return hash && equal_constant_time(as_text(*hash), *expected);
}

}  // namespace casebridge
