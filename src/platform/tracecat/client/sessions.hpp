// The logins of one upstream, one per credential, for all threads: who is logged in, who was refused. Pure: times
// come from the caller, who also sends.
#pragma once

#include "http/message.hpp"
#include "upstream/client.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace casebridge::platform::tracecat::client {

// What a login's answer sets, as the Cookie field of later requests: "name=value; name=value". Whatever its name:
// it differs by mode and setting (fact sheet §5.2). Empty: it sets none.
std::string cookies_of(const upstream::headers& fields);
// Body of POST /auth/login (§5.2).
std::string login_form(std::string_view email, std::string_view password);

class sessions {
public:
    struct session {
        std::string cookie;  // empty: not logged in
        std::uint64_t serial = 0;  // of the login; 0: none yet
    };
    session current(std::string_view credential) const;
    void logged_in(std::string_view credential, std::string cookie);
    // The session of that login is over; a newer one stays.
    void expired(std::string_view credential, std::uint64_t serial);

    // A login, or a key, that was refused is not tried again for a while; nor is a login renewed for a workspace that
    // refused a fresh one. what: anything that names it.
    bool refused(std::string_view what, http::time_point now) const;
    void note_refusal(std::string_view what, http::time_point until);

private:
    mutable std::mutex mutex_;
    std::uint64_t serial_ = 0;
    std::map<std::string, session, std::less<>> open_;
    std::map<std::string, http::time_point, std::less<>> refused_;
};

}  // namespace casebridge::platform::tracecat::client
