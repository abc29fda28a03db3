// One place that turns the many errors of sockets, TLS and Beast into the project's own.
#pragma once

#include "core/error.hpp"

#include <boost/system/error_code.hpp>

#include <string_view>

namespace casebridge::upstream {

// peer: "host:port". doing: what was going on, as in "while reading the answer's head".
failure connect_failure(std::string_view peer, const boost::system::error_code& ec);
failure exchange_failure(std::string_view peer, std::string_view doing, const boost::system::error_code& ec);

}  // namespace casebridge::upstream
