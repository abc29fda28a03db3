#include "server/session_io.hpp"

namespace casebridge::server {

task<void> serve_tls(std::shared_ptr<hub> h, tcp_socket socket, admission a) {
    auto& context = *h->tls;
    session<tls_stream> s(std::move(h), std::move(a), std::move(socket), context);
    co_await s.run();
}

}  // namespace casebridge::server
