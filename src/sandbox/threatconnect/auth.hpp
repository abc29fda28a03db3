// Who is asking: API tokens and HMAC signatures (ThreatConnect fact sheet §2), with the sentences of §1.4.
#pragma once

#include "sandbox/threatconnect/context.hpp"
#include "sandbox/threatconnect/errors.hpp"

#include "core/timestamp.hpp"
#include "http/message.hpp"

#include <map>
#include <string>
#include <vector>

namespace casebridge::sandbox::threatconnect {

struct credential {
    caller who;
    std::string token;       // empty: none
    std::string access_id;   // empty: none
    std::string secret;
};

struct issued_token {
    std::string text;
    std::int64_t expires = 0;   // epoch seconds
};

class authenticator {
public:
    void add(credential c) { credentials_.push_back(std::move(c)); }
    void clear();
    const std::vector<credential>& credentials() const noexcept { return credentials_; }

    // 401 for a credential that is wrong, 403 for a request that offers none that is supported.
    outcome<caller> identify(const http::request& req, instant now) const;

    issued_token issue(const caller& who, instant now);
    // A fresh token for one that is known, expired or not; nothing for any other.
    outcome<issued_token> renew(std::string_view token, instant now);

private:
    outcome<caller> by_token(std::string_view token, instant now) const;
    outcome<caller> by_signature(const http::request& req, std::string_view given, instant now) const;

    struct issued {
        caller who;
        std::int64_t expires;
    };
    std::vector<credential> credentials_;
    std::map<std::string, issued, std::less<>> issued_;
};

// Base64 of the HMAC-SHA256 over "<target>:<METHOD>:<timestamp>" (§2.2).
std::string signature(std::string_view secret, std::string_view target, std::string_view method,
                      std::string_view timestamp);

}  // namespace casebridge::sandbox::threatconnect
