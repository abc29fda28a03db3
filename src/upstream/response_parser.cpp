#include "upstream/response_parser.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <limits>
#include <optional>

namespace casebridge::upstream {

namespace http = boost::beast::http;
using boost::system::error_code;

struct response_parser::state {
    std::uint32_t head_limit;
    std::uint64_t body_limit;
    std::optional<http::response_parser<http::string_body>> parser;
};

response_parser::response_parser(const options& opts) : state_(std::make_unique<state>()) {
    constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
    state_->head_limit = static_cast<std::uint32_t>(std::min(opts.max_head_bytes, most));
    state_->body_limit = opts.max_body_bytes;
}

response_parser::~response_parser() = default;

void response_parser::begin(bool skip_body) {
    auto& parser = state_->parser.emplace();
    parser.header_limit(state_->head_limit);
    parser.body_limit(state_->body_limit);
    parser.skip(skip_body);
    parser.eager(false);
}

std::pair<std::size_t, error_code> response_parser::put(boost::asio::const_buffer data) {
    error_code ec;
    if (data.size() == 0 || state_->parser->is_done()) return {0, ec};
    const std::size_t used = state_->parser->put(data, ec);
    if (ec == http::error::need_more) ec = {};
    return {used, ec};
}

error_code response_parser::put_eof() {
    error_code ec = http::error::end_of_stream;
    if (state_->parser->got_some()) state_->parser->put_eof(ec);
    return ec;
}

bool response_parser::head_done() const { return state_->parser->is_header_done(); }
bool response_parser::done() const { return state_->parser->is_done(); }
bool response_parser::keep_alive() const { return state_->parser->keep_alive(); }
unsigned response_parser::status() const { return state_->parser->get().result_int(); }

const char* response_parser::framing_flaw() const {
    const auto& head = state_->parser->get();
    const auto codings = head.count(http::field::transfer_encoding);
    const auto lengths = head.count(http::field::content_length);
    if (lengths > 1) return "more than one Content-Length";
    if (codings == 0) return nullptr;
    if (lengths > 0) return "both Content-Length and Transfer-Encoding";
    if (head.version() < 11) return "Transfer-Encoding in HTTP/1.0";
    if (codings > 1 || !boost::beast::iequals(head[http::field::transfer_encoding], "chunked")) {
        return "a Transfer-Encoding other than chunked";
    }
    return nullptr;
}

answer response_parser::take_head() {
    answer out;
    const auto& head = state_->parser->get();
    out.status = head.result_int();
    for (const auto& f : head) {
        if (f.name() == http::field::content_type && out.content_type.empty()) out.content_type = f.value();
        out.fields.emplace_back(f.name_string(), f.value());
    }
    state_->parser->eager(true);
    return out;
}

std::string response_parser::take_body() { return std::move(state_->parser->get().body()); }

std::string response_parser::progress() const {
    const auto length = state_->parser->content_length();
    const auto left = state_->parser->content_length_remaining();
    if (!length || !left) return {};
    return " after " + std::to_string(*length - *left) + " of " + std::to_string(*length) + " bytes";
}

}  // namespace casebridge::upstream
