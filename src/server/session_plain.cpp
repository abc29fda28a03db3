#include "server/session_io.hpp"

namespace casebridge::server {

task<void> serve_plain(std::shared_ptr<hub> h, tcp_socket socket, admission a) {
    session<plain_stream> s(std::move(h), std::move(a), std::move(socket));
    co_await s.run();
}

}  // namespace casebridge::server
