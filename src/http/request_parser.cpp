#include "http/request_parser.hpp"

#include <boost/beast/http/error.hpp>

namespace casebridge::http {

namespace bhttp = boost::beast::http;

namespace {

// "0\r\n\r\n". Beast 345 asserts that it never sees fewer bytes of a last chunk, which holds only if the
// last chunk is not the first one; nothing is lost by waiting, since no chunked body ends sooner.
constexpr std::size_t shortest_end = 5;

}  // namespace

std::size_t request_parser::put_body(boost::asio::const_buffer bytes, error_code& ec) {
    ec = {};
    std::size_t used = 0;
    const std::size_t enough = chunked() ? shortest_end : 1;
    while (!ec && !is_done() && bytes.size() - used >= enough) used += put(bytes + used, ec);
    if (ec == bhttp::error::need_more) ec = {};
    return used;
}

void request_parser::on_request_impl(bhttp::verb, text method_text, text target, int version, error_code&) {
    out_.method.assign(method_text.data(), method_text.size());
    out_.target.assign(target.data(), target.size());
    version_ = version < 11 ? http_version::v1_0 : http_version::v1_1;
}

void request_parser::on_response_impl(int, text, int, error_code&) {}

void request_parser::on_field_impl(bhttp::field, text name, text value, error_code&) {
    if (head_done_) return;  // a trailer
    out_.fields.push_back({std::string(name), std::string(value)});
}

void request_parser::on_header_impl(error_code&) { head_done_ = true; }

void request_parser::on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) {
    promised_ = length.value_or(0);
}

std::size_t request_parser::on_body_impl(text part, error_code&) {
    append_to_body(out_.body, {part.data(), part.size()}, promised_);
    return part.size();
}

void request_parser::on_chunk_header_impl(std::uint64_t, text extensions, error_code& ec) {
    if (!extensions.empty()) ec = bhttp::error::bad_chunk_extension;
}

std::size_t request_parser::on_chunk_body_impl(std::uint64_t, text part, error_code&) {
    out_.body.append(part.data(), part.size());
    return part.size();
}

void request_parser::on_finish_impl(error_code&) {}

}  // namespace casebridge::http
