// Who is at the other end of a connection.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <string>

namespace casebridge::server {

// For logs and the audit: an IPv4 client of an IPv6 socket is written as IPv4.
std::string peer_text(const boost::asio::ip::address& address);

// What counts as one client in the limit per address: an IPv4 address, or an IPv6 network of 64 bits,
// since that is what one subscriber gets and picks addresses from.
std::string peer_key(const boost::asio::ip::address& address);

}  // namespace casebridge::server
