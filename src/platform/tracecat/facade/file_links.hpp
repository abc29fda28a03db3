// Links to the bytes of files: sealed, good for seconds, bound to one file and the way it is shown. Whoever holds one
// may fetch the file, as with the links of an object store (Tracecat fact sheet §3.7).
//
//   token = base64url(claim as JSON) "." base64url(HMAC-SHA256)
#pragma once

#include "core/crypto.hpp"
#include "core/uuid.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace casebridge::platform::tracecat {

struct file_claim {
    uuid workspace, of, attachment;  // of: the case
    std::string user, key;  // on whose behalf it is fetched: an e-mail address, or the id of an API key
    std::string name, content_type;
    bool shown = false;  // in place, not saved
    std::int64_t expires = 0;  // Unix time
};

class file_links {
public:
    // previous: of the secret before; what it sealed stays valid.
    explicit file_links(const digest& key, const std::optional<digest>& previous = std::nullopt)
        : key_(key), previous_key_(previous) {}

    std::string seal(const file_claim& claim) const;
    // Nothing if the token is not ours; who asks looks at the time.
    std::optional<file_claim> open(std::string_view token) const;

private:
    digest key_;
    std::optional<digest> previous_key_;
};

// Content-Disposition (RFC 6266): the name in ASCII, and as it is.
std::string disposition(std::string_view kind, std::string_view name);

}  // namespace casebridge::platform::tracecat
