// Password hashes by scrypt (OpenSSL). Text form: "scrypt$<log2 N>$<r>$<p>$<salt b64url>$<hash b64url>".
// Verifying takes tens of milliseconds and megabytes: never on a reactor thread.
#pragma once

#include "core/error.hpp"

#include <string>
#include <string_view>

namespace casebridge {

result<std::string> hash_password(std::string_view password);
// False also for a hash text that cannot be read.
bool verify_password(std::string_view password, std::string_view hash);

}  // namespace casebridge
