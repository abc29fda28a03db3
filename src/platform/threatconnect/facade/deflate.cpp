#include "platform/threatconnect/facade/deflate.hpp"

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/beast/zlib/inflate_stream.hpp>

#include <algorithm>

namespace casebridge::platform::threatconnect {
namespace {

namespace zlib = boost::beast::zlib;

constexpr int level = 6, window_bits = 15, memory_level = 8;
constexpr std::size_t step = 16 * 1024, trailer = 8;

}  // namespace

std::string deflate(std::string_view text) {
    zlib::deflate_stream stream;
    stream.reset(level, window_bits, memory_level, zlib::Strategy::normal);
    std::string out(stream.upper_bound(text.size()) + 16, '\0');
    zlib::z_params p;
    p.next_in = text.data();
    p.avail_in = text.size();
    p.next_out = out.data();
    p.avail_out = out.size();
    boost::system::error_code ec;
    stream.write(p, zlib::Flush::finish, ec);
    out.resize(p.total_out);
    return out;
}

std::optional<std::string> inflate(std::string_view packed, std::size_t most) {
    zlib::inflate_stream stream;
    stream.reset(window_bits);
    // Beast's decoder does not see the end of some streams unless something follows.
    std::string in(packed);
    in.append(trailer, '\0');
    std::string out;
    zlib::z_params p;
    p.next_in = in.data();
    p.avail_in = in.size();
    boost::system::error_code ec;
    while (ec != zlib::error::end_of_stream) {
        if (out.size() >= most) return std::nullopt;
        const std::size_t had = p.total_out;
        out.resize(std::min(had + step, most));
        p.next_out = out.data() + had;
        p.avail_out = out.size() - had;
        ec = {};
        stream.write(p, zlib::Flush::sync, ec);
        if (ec && ec != zlib::error::end_of_stream) return std::nullopt;
        if (!ec && p.total_out == had) return std::nullopt;
    }
    out.resize(p.total_out);
    return out;
}

}  // namespace casebridge::platform::threatconnect
