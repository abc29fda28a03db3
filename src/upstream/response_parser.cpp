#include "upstream/response_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace casebridge::upstream {

namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

// Fields of the framing and of the connection, which are the parser's business, and what has a member of its own:
// nobody looks them up in an answer.
bool is_spent(http::field known) noexcept {
    constexpr std::array spent{http::field::content_length, http::field::transfer_encoding,
                               http::field::connection,     http::field::keep_alive,
                               http::field::content_type,   http::field::server};
    return std::find(spent.begin(), spent.end(), known) != spent.end();
}

// Beast's parser, writing straight into our own answer: no second container is filled and copied. Trailers,
// which Beast treats like fields of the head, are parsed and thrown away.
class answer_reader final : public http::basic_parser<false> {
    using text = boost::beast::string_view;

public:
    answer taken;
    std::string coding;
    int version = 11;
    unsigned lengths = 0, codings = 0;

private:
    void on_request_impl(http::verb, text, text, int, error_code&) override {}
    void on_response_impl(int code, text, int seen, error_code&) override {
        taken.status = static_cast<unsigned>(code);
        version = seen;
    }
    void on_field_impl(http::field known, text name, text value, error_code&) override {
        if (head_done_) return;
        if (known == http::field::content_length) ++lengths;
        if (known == http::field::content_type && taken.content_type.empty())
            taken.content_type.assign(value.data(), value.size());
        if (known == http::field::transfer_encoding && ++codings == 1)
            coding.assign(value.data(), value.size());
        if (!is_spent(known)) taken.fields.emplace_back(name, value);
    }
    void on_header_impl(error_code&) override { head_done_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
        promised_ = length.value_or(0);
    }
    std::size_t on_body_impl(text part, error_code&) override {
        casebridge::http::append_to_body(taken.body, {part.data(), part.size()}, promised_);
        return part.size();
    }
    void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, text part, error_code&) override {
        taken.body.append(part.data(), part.size());
        return part.size();
    }
    void on_finish_impl(error_code&) override {}

    bool head_done_ = false;
    std::uint64_t promised_ = 0;  // by Content-Length
};

}  // namespace

struct response_parser::state {
    std::uint32_t head_limit;
    std::uint64_t body_limit;
    std::optional<answer_reader> parser;
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
unsigned response_parser::status() const { return state_->parser->taken.status; }

const char* response_parser::framing_flaw() const {
    const auto& head = *state_->parser;
    if (head.lengths > 1) return "more than one Content-Length";
    if (head.codings == 0) return nullptr;
    if (head.lengths > 0) return "both Content-Length and Transfer-Encoding";
    if (head.version < 11) return "Transfer-Encoding in HTTP/1.0";
    if (head.codings > 1 || !boost::beast::iequals(head.coding, "chunked")) {
        return "a Transfer-Encoding other than chunked";
    }
    return nullptr;
}

void response_parser::accept_head() { state_->parser->eager(true); }

answer response_parser::take() { return std::move(state_->parser->taken); }

std::string response_parser::progress() const {
    const auto length = state_->parser->content_length();
    const auto left = state_->parser->content_length_remaining();
    if (!length || !left) return {};
    return " after " + std::to_string(*length - *left) + " of " + std::to_string(*length) + " bytes";
}

}  // namespace casebridge::upstream
