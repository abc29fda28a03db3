// Façade ids of backend objects, without a table of pairs: a UUID of version-4 shape that encrypts
// (kind, number) with a check, so that any replica with the same key agrees, a foreign UUID is recognised,
// and an id of one workspace means nothing in another (design §5). Ids are not secrets; the key is used for
// nothing else.
#pragma once

#include "core/crypto.hpp"
#include "core/uuid.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace casebridge::bridge {

enum class id_kind : std::uint8_t {
    case_ = 1,
    tag = 2,
    user = 3,
    group = 4,
    row = 5,
    comment = 6,
    task = 7,
    attachment = 8,
    file = 9
};
std::optional<id_kind> id_kind_from_string(std::string_view name) noexcept;  // names of mapping::references

// Not thread-safe: it holds a cipher context. One per thread and workspace.
class id_codec {
public:
    explicit id_codec(const digest& key);
    ~id_codec();
    id_codec(id_codec&&) noexcept;
    id_codec& operator=(id_codec&&) noexcept;

    uuid encode(id_kind kind, std::int64_t number) const;  // number below 2^53
    // The number, if the UUID is one of ours of that kind.
    std::optional<std::int64_t> decode(id_kind kind, const uuid& id) const;

private:
    struct cipher;
    std::unique_ptr<cipher> cipher_;
};

}  // namespace casebridge::bridge
