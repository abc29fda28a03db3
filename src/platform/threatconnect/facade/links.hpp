// Links to the neighbouring pages: absolute and complete, since clients follow them and add nothing
// (ThreatConnect fact sheet §3.1). A long query goes compressed and sealed into one parameter, so that the link
// fits into request lines; only the page's place stays outside:
//
//   state = base64url( 16 bytes of HMAC-SHA256 over the rest, then the deflated query )
#pragma once

#include "core/crypto.hpp"
#include "http/target.hpp"
#include "platform/threatconnect/facade/parameters.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform::threatconnect {

class links {
public:
    links(std::string public_url, const digest& key, const std::optional<digest>& previous)
        : public_url_(std::move(public_url)), key_(key), previous_key_(previous) {}

    // path: as below the public URL, without a query.
    std::string page(std::string_view path, const parameters& given, const page_range& at) const;
    // Adds what the parameter "state" holds, if there is one. A state that is not ours is refused.
    std::optional<complaint> open(parameters& given) const;

private:
    std::string seal(std::string_view query) const;

    std::string public_url_;
    digest key_;
    std::optional<digest> previous_key_;
};

}  // namespace casebridge::platform::threatconnect
