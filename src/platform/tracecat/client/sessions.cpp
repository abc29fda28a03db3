#include "platform/tracecat/client/sessions.hpp"

#include "http/target.hpp"

namespace casebridge::platform::tracecat::client {
namespace {

// "name=value" of a Set-Cookie field; empty if it takes the cookie away.
std::string_view cookie_of(std::string_view field) {
    const std::string_view pair = field.substr(0, field.find(';'));
    const auto equals = pair.find('=');
    if (equals == 0 || equals == std::string_view::npos) return {};
    const std::string_view value = pair.substr(equals + 1);
    return value.empty() || value == "\"\"" ? std::string_view{} : pair;
}

}  // namespace

std::string cookies_of(const upstream::headers& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        if (!http::iequals(name, "set-cookie")) continue;
        const std::string_view cookie = cookie_of(value);
        if (cookie.empty()) continue;
        if (!out.empty()) out += "; ";
        out += cookie;
    }
    return out;
}

std::string login_form(std::string_view email, std::string_view password) {
    std::string out = "username=";
    http::append_encoded(out, email);
    out += "&password=";
    http::append_encoded(out, password);
    return out;
}

sessions::session sessions::current(std::string_view credential) const {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(credential);
    return found == open_.end() ? session{} : found->second;
}

void sessions::logged_in(std::string_view credential, std::string cookie) {
    const std::lock_guard lock(mutex_);
    open_.insert_or_assign(std::string(credential), session{std::move(cookie), ++serial_});
}

void sessions::expired(std::string_view credential, std::uint64_t serial) {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(credential);
    if (found != open_.end() && found->second.serial == serial) open_.erase(found);
}

bool sessions::refused(std::string_view what, http::time_point now) const {
    const std::lock_guard lock(mutex_);
    const auto found = refused_.find(what);
    return found != refused_.end() && now < found->second;
}

void sessions::note_refusal(std::string_view what, http::time_point until) {
    const std::lock_guard lock(mutex_);
    refused_.insert_or_assign(std::string(what), until);
}

}  // namespace casebridge::platform::tracecat::client
