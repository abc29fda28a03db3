#include "platform/threatconnect/facade/links.hpp"

#include "platform/threatconnect/facade/deflate.hpp"

namespace casebridge::platform::threatconnect {
namespace {

constexpr std::size_t longest_plain_query = 2000, seal_size = 16, most_inflated = 4 * 1024 * 1024;
constexpr std::string_view purpose = "casebridge.threatconnect.link.v1";
// What a page depends on.
constexpr std::string_view kept[] = {"tql", "fields", "sorting", "owner"};

std::string mac(const digest& key, std::string_view body) {
    std::string message(purpose);
    message += '\0';
    message += body;
    return std::string(as_text(hmac_sha256(as_text(key), message)).substr(0, seal_size));
}

std::string query_of(const parameters& given) {
    std::string out;
    for (const std::string_view name : kept) {
        for (const std::string& value : given.all(name)) {
            if (!out.empty()) out += '&';
            out.append(name).append("=");
            http::append_encoded(out, value);
        }
    }
    return out;
}

}  // namespace

std::string links::seal(std::string_view query) const {
    const std::string packed = deflate(query);
    return base64url_encode(mac(key_, packed) + packed);
}

std::string links::page(std::string_view path, const parameters& given, const page_range& at) const {
    std::string query = query_of(given);
    if (query.size() > longest_plain_query) query = "state=" + seal(query);
    if (!query.empty()) query += '&';
    return public_url_ + std::string(path) + "?" + query + "resultStart=" + std::to_string(at.start) +
           "&resultLimit=" + std::to_string(at.limit);
}

std::optional<complaint> links::open(parameters& given) const {
    const std::string* state = given.find("state");
    if (!state) return std::nullopt;
    const auto raw = base64url_decode(*state);
    if (raw && raw->size() > seal_size) {
        const std::string_view seal = std::string_view(*raw).substr(0, seal_size);
        const std::string_view packed = std::string_view(*raw).substr(seal_size);
        const bool ours = equal_constant_time(seal, mac(key_, packed)) ||
                          (previous_key_ && equal_constant_time(seal, mac(*previous_key_, packed)));
        const auto query = ours ? inflate(packed, most_inflated) : std::nullopt;
        if (query) {
            given.append(http::parse_form(*query));
            return std::nullopt;
        }
    }
    return complaint{err::bad_request, "The state query parameter is not one of this server's page links"};
}

}  // namespace casebridge::platform::threatconnect
