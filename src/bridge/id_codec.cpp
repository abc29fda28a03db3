#include "bridge/id_codec.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace casebridge::bridge {
namespace {

using block = std::array<std::uint8_t, 16>;

// 122 free bits of a version-4 UUID: 61 bits of check and 61 bits of payload, in the manner of a synthetic
// initialisation vector. The check is a function of the payload, the payload is masked by the check.
constexpr std::uint64_t mask61 = (1ULL << 61) - 1;
constexpr std::uint64_t number_mask = (1ULL << 53) - 1;

std::uint64_t read64(const std::uint8_t* p) noexcept {
    std::uint64_t v = 0;
    for (int i = 0; i < 8; ++i) v = v << 8 | p[i];
    return v;
}

uuid pack(std::uint64_t check, std::uint64_t payload) noexcept {
    // check: 48 bits, version, 12 bits, variant, 1 bit; payload: 61 bits.
    const std::uint64_t high = (check >> 13) << 16 | 0x4000 | (check >> 1 & 0xFFF);
    const std::uint64_t low = 0x8000000000000000ULL | (check & 1) << 61 | payload;
    uuid id;
    for (int i = 0; i < 8; ++i) {
        id.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
        id.bytes[static_cast<std::size_t>(8 + i)] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
    }
    return id;
}

// The ids made last. A case shows its own id more than once, and tags and people recur from case to case.
class recent_ids {
public:
    const uuid* find(std::uint64_t payload) const noexcept {
        const entry& e = entries_[place(payload)];
        return e.payload == payload ? &e.id : nullptr;
    }
    void keep(std::uint64_t payload, const uuid& id) noexcept { entries_[place(payload)] = {payload, id}; }

private:
    struct entry {
        std::uint64_t payload = 0;   // never that of an id, whose kind is not 0
        uuid id;
    };
    static std::size_t place(std::uint64_t payload) noexcept { return payload * 0x9E3779B97F4A7C15ULL >> 58; }
    std::array<entry, 64> entries_{};
};

}  // namespace

struct id_codec::cipher {
    recent_ids recent;
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();

    explicit cipher(const digest& key) {
        if (context == nullptr ||
            EVP_EncryptInit_ex(context, EVP_aes_128_ecb(), nullptr, key.data(), nullptr) != 1) {
            throw std::runtime_error("AES is not available");
        }
        EVP_CIPHER_CTX_set_padding(context, 0);
    }
    ~cipher() { EVP_CIPHER_CTX_free(context); }
    cipher(const cipher&) = delete;
    cipher& operator=(const cipher&) = delete;

    // A keyed function of (domain, value), 61 bits.
    std::uint64_t mix(std::uint8_t domain, std::uint64_t value) const {
        block in{};
        in[0] = domain;
        for (std::size_t i = 0; i < 8; ++i) in[8 + i] = static_cast<std::uint8_t>(value >> (56 - 8 * i));
        block out{};
        int size = 0;
        if (EVP_EncryptUpdate(context, out.data(), &size, in.data(), 16) != 1)
            throw std::runtime_error("AES failed");
        return read64(out.data()) & mask61;
    }
};

std::optional<id_kind> id_kind_from_string(std::string_view name) noexcept {
    using entry = std::pair<std::string_view, id_kind>;
    static constexpr std::array kinds{entry{"case", id_kind::case_}, entry{"tag", id_kind::tag},
                                      entry{"user", id_kind::user},  entry{"group", id_kind::group},
                                      entry{"row_id", id_kind::row}, entry{"comment", id_kind::comment},
                                      entry{"task", id_kind::task},  entry{"attachment", id_kind::attachment},
                                      entry{"file", id_kind::file}};
    for (const auto& [text, kind] : kinds) {
        if (name == text) return kind;
    }
    return std::nullopt;
}

id_codec::id_codec(const digest& key) : cipher_(std::make_unique<cipher>(key)) {}
id_codec::~id_codec() = default;
id_codec::id_codec(id_codec&&) noexcept = default;
id_codec& id_codec::operator=(id_codec&&) noexcept = default;

uuid id_codec::encode(id_kind kind, std::int64_t number) const {
    const std::uint64_t payload =
        static_cast<std::uint64_t>(kind) << 53 | (static_cast<std::uint64_t>(number) & number_mask);
    if (const uuid* known = cipher_->recent.find(payload)) return *known;
    const std::uint64_t check = cipher_->mix(1, payload);
    const uuid id = pack(check, payload ^ cipher_->mix(2, check));
    cipher_->recent.keep(payload, id);
    return id;
}

std::optional<std::int64_t> id_codec::decode(id_kind kind, const uuid& id) const {
    const std::uint64_t high = read64(id.bytes.data());
    const std::uint64_t low = read64(id.bytes.data() + 8);
    if ((high >> 12 & 0xF) != 4 || low >> 62 != 2) return std::nullopt;
    const std::uint64_t check = (high >> 16) << 13 | (high & 0xFFF) << 1 | (low >> 61 & 1);
    const std::uint64_t payload = (low & mask61) ^ cipher_->mix(2, check);
    if (cipher_->mix(1, payload) != check || payload >> 53 != static_cast<std::uint64_t>(kind))
        return std::nullopt;
    return static_cast<std::int64_t>(payload & number_mask);
}

}  // namespace casebridge::bridge
