#include "config/settings.hpp"

namespace casebridge::config {

bool endpoint::loopback() const noexcept {
    return address == "localhost" || address == "::1" || address.starts_with("127.");
}

std::string endpoint::to_string() const {
    const bool v6 = address.find(':') != std::string::npos;
    return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

std::string upstream_settings::base_url() const {
    return transport.scheme + "://" + endpoint{transport.host, transport.port}.to_string() + base_path;
}

const credential* upstream_settings::find_credential(std::string_view credential_name) const noexcept {
    for (const credential& c : credentials)
        if (c.name == credential_name) return &c;
    return nullptr;
}

const upstream_settings* settings::find_upstream(std::string_view name) const noexcept {
    for (const upstream_settings& u : upstreams)
        if (u.name == name) return &u;
    return nullptr;
}

std::vector<std::string> settings::secrets() const {
    std::vector<std::string> out{secret, previous_secret};
    for (const upstream_settings& u : upstreams)
        for (const credential& c : u.credentials) {
            out.push_back(c.token);
            out.push_back(c.secret);
            out.push_back(c.password);
            out.push_back(c.api_key);
        }
    for (const bridge_settings& b : bridges)
        for (const platform::api_user& u : b.who.api_users) {
            out.push_back(u.secret);
            out.insert(out.end(), u.tokens.begin(), u.tokens.end());
        }
    std::erase_if(out, [](const std::string& s) { return s.empty(); });
    return out;
}

const char* to_string(bridge_mode m) noexcept {
    switch (m) {
        case bridge_mode::read_only: return "read-only";
        case bridge_mode::shadow: return "shadow";
        case bridge_mode::read_write: return "read-write";
    }
    return "read-only";
}

}  // namespace casebridge::config
