#include "platform/threatconnect/facade/credentials.hpp"

#include "platform/threatconnect/wire/auth.hpp"

#include <charconv>

namespace casebridge::platform::threatconnect {
namespace {

complaint refused(std::string_view text) { return {err::unauthorized, std::string(text)}; }

checked<const api_user*> by_signature(const http::request& req, const authorization& a, const directory& who,
                                      std::int64_t now) {
    const std::string* stamp = req.find("timestamp");
    std::int64_t then = -1;
    if (stamp) {
        const char* end = stamp->data() + stamp->size();
        const auto read = std::from_chars(stamp->data(), end, then);
        if (read.ec != std::errc{} || read.ptr != end) then = -1;
    }
    if (then < 0) return refused("Invalid timestamp");
    const api_user* user = who.find_api_user(a.access_id);
    // A user that does not exist, or has no secret, costs as much time as one that does.
    const std::string_view secret = user && !user->secret.empty() ? std::string_view(user->secret) : "none";
    const bool right = verify_hmac(secret, a.signature, req.target, req.method, *stamp, then);
    if (!user || user->secret.empty()) return refused("Access Denied");
    if (!right) return refused("Signature data did not match expected result");
    if (then - now > hmac_tolerance.count() || now - then > hmac_tolerance.count())
        return refused("Timestamp out of acceptable time range");
    return user;
}

}  // namespace

checked<const api_user*> identify(const http::request& req, const directory& who, const tokens& issued,
                                  std::int64_t now) {
    const std::string* given = req.find("authorization");
    if (!given) return complaint{err::unauthorized};
    const auto a = parse_authorization(*given);
    // Whatever is no authentication of this API is forbidden, not unauthorized (§1.1).
    if (!a) return complaint{err::forbidden, "Access Denied"};
    if (a->kind == authorization::scheme::hmac) return by_signature(req, *a, who, now);
    if (const api_user* user = issued.find(a->token)) return user;
    return refused("Unauthorized");
}

}  // namespace casebridge::platform::threatconnect
