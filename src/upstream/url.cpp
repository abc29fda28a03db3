#include "upstream/url.hpp"

#include <boost/url/host_type.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/scheme.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>

namespace casebridge::upstream {
namespace {

failure refused(std::string sentence) { return fail(errc::invalid_configuration, std::move(sentence)); }

bool is_host_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    });
}

result<std::string> host_of(const boost::urls::url_view& url) {
    if (url.host_type() == boost::urls::host_type::ipv4 || url.host_type() == boost::urls::host_type::ipv6) {
        return url.host_address();
    }
    if (url.host_type() == boost::urls::host_type::ipvfuture) {
        return refused("the upstream URL has a host address of an unknown kind");
    }
    std::string name = url.host_name();
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (name.empty()) return refused("the upstream URL names no host");
    if (!is_host_name(name)) {
        return refused(
            "the upstream URL's host name may have letters, digits, '-', '_' and '.' only "
            "(write an international name in its \"xn--\" form)");
    }
    return name;
}

result<std::uint16_t> port_of(const boost::urls::url_view& url, bool https) {
    if (url.port().empty()) return static_cast<std::uint16_t>(https ? 443 : 80);
    // Boost.URL 1.81's port_number() wraps around above 65535.
    const std::string_view text(url.port().data(), url.port().size());
    std::uint16_t port = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (ec != std::errc{} || end != text.data() + text.size() || port == 0) {
        return refused("the upstream URL's port must be between 1 and 65535");
    }
    return port;
}

result<std::string> path_of(const boost::urls::url_view& url) {
    for (const auto segment : url.segments()) {
        if (segment == "." || segment == "..") {
            return refused("the upstream URL's path must not have \".\" or \"..\" segments");
        }
    }
    std::string path(url.encoded_path());
    while (!path.empty() && path.back() == '/') path.pop_back();
    if (path.find("//") != std::string::npos) {
        return refused("the upstream URL's path must not have empty segments");
    }
    return path;
}

}  // namespace

result<base_url> parse_base_url(std::string_view text) {
    const auto parsed = boost::urls::parse_uri(text);
    if (parsed.has_error()) {
        return refused("the upstream URL is not an absolute URL such as \"https://tc.example.org/api\"");
    }
    const boost::urls::url_view& url = *parsed;
    const bool https = url.scheme_id() == boost::urls::scheme::https;
    if (!https && url.scheme_id() != boost::urls::scheme::http) {
        return refused("the upstream URL must begin with \"https://\" or \"http://\"");
    }
    if (url.has_userinfo()) {
        return refused(
            "the upstream URL must not carry a user name or password; credentials have settings of "
            "their own");
    }
    if (url.has_query()) return refused("the upstream URL must not have a query ('?')");
    if (url.has_fragment()) return refused("the upstream URL must not have a fragment ('#')");
    base_url out;
    out.scheme = https ? "https" : "http";
    CB_TRY(out.host, host_of(url));
    CB_TRY(out.port, port_of(url, https));
    CB_TRY(out.path, path_of(url));
    return out;
}

}  // namespace casebridge::upstream
