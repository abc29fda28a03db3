#include "server/peer.hpp"

#include <algorithm>

namespace casebridge::server {

namespace {

namespace ip = boost::asio::ip;

ip::address plain(const ip::address& address) {
    if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
}

}  // namespace

std::string peer_text(const ip::address& address) { return plain(address).to_string(); }

std::string peer_key(const ip::address& address) {
    const auto known = plain(address);
    if (known.is_v4()) return known.to_string();
    auto bytes = known.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    return ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace casebridge::server
