// What to do when accept() fails. Retrying at once on a full descriptor table spins
// (engineering anchors §B6), and giving up on a client's early reset would stop the server.
#pragma once

#include <boost/system/error_code.hpp>

namespace casebridge::server {

enum class accept_action {
    retry,     // that one connection is gone; the next may be fine (accept(2), "Error handling")
    back_off,  // out of descriptors or memory: wait for some to come back
    stop,      // the socket is closed
};

accept_action classify_accept_error(const boost::system::error_code& ec) noexcept;

}  // namespace casebridge::server
