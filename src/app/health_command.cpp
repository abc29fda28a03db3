#include "app/commands.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <chrono>
#include <iostream>

namespace casebridge::app {

int health(const std::string& url) {
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed || parsed->scheme() != "http" || parsed->host().empty()) {
        std::cerr << "not an http URL: " << url << '\n';
        return 2;
    }
    const std::string host = parsed->host_address();
    const std::string port = parsed->has_port() ? std::string(parsed->port()) : "80";
    const std::string target =
        parsed->encoded_resource().empty() ? "/" : std::string(parsed->encoded_resource());
    boost::asio::ip::tcp::iostream stream;
    stream.expires_after(std::chrono::seconds(3));
    stream.connect(host, port);
    stream << "GET " << target << " HTTP/1.1\r\nHost: " << std::string(parsed->encoded_host_and_port())
           << "\r\nConnection: close\r\n\r\n"
           << std::flush;
    std::string protocol;
    unsigned status = 0;
    if (!(stream >> protocol >> status)) {
        std::cerr << url << ": no answer (" << stream.error().message() << ")\n";
        return 1;
    }
    std::cout << url << ": " << status << '\n';
    return status >= 200 && status < 300 ? 0 : 1;
}

}  // namespace casebridge::app
