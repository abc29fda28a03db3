#include "server/accept_error.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <iterator>

#include <cerrno>

namespace casebridge::server {

accept_action classify_accept_error(const boost::system::error_code& ec) noexcept {
    static constexpr int transient[] = {ECONNABORTED, ECONNRESET,  ETIMEDOUT,  EINTR,     EAGAIN,
                                        EPROTO,       ENOPROTOOPT, ENETDOWN,   EHOSTDOWN, ENONET,
                                        EHOSTUNREACH, ENETUNREACH, EOPNOTSUPP, EPERM};
    if (ec == boost::asio::error::operation_aborted || ec == boost::asio::error::bad_descriptor)
        return accept_action::stop;
    const bool system = ec.category() == boost::system::system_category();
    if (system && std::find(std::begin(transient), std::end(transient), ec.value()) != std::end(transient))
        return accept_action::retry;
    return accept_action::back_off;
}

}  // namespace casebridge::server
