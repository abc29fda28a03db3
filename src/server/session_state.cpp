// The parts of a session that do no I/O.
#include "core/timestamp.hpp"
#include "http/identity.hpp"
#include "observe/log.hpp"
#include "server/session.hpp"

#include <boost/beast/http/error.hpp>

namespace casebridge::server {

namespace {

// What a connection keeps between requests; a body beyond this is given back.
constexpr std::size_t kept_body_bytes = 256 * 1024;
constexpr std::size_t reserved_bytes = 16 * 1024;
// Room beyond the head for a chunk header, trailers (both bounded by this) and body bytes.
constexpr std::size_t spare_bytes = 32 * 1024;
// Above this a TLS answer is written as two buffers rather than copied into one.
constexpr std::size_t flat_bytes = 16 * 1024;

void give_back(std::string& text) {
    if (text.capacity() > kept_body_bytes) std::string().swap(text);
}

http::gate_limits gate_limits_of(const limits& l) {
    return {l.max_head_bytes, l.max_target_bytes, l.max_fields};
}

}  // namespace

void chunk_guard::operator()(std::uint64_t, boost::beast::string_view extensions,
                             boost::system::error_code& ec) const {
    if (!extensions.empty()) ec = boost::beast::http::error::bad_chunk_extension;
}

session_state::session_state(std::shared_ptr<hub> h, admission a)
    : hub_(std::move(h)),
      admission_(std::move(a)),
      buffer_(hub_->settings.bounds.max_head_bytes + spare_bytes),
      scanner_(gate_limits_of(hub_->settings.bounds)) {
    buffer_.reserve(reserved_bytes);
    request_.peer = admission_.peer;
    request_.tls = hub_->tls != nullptr;
    if (admission_.turned_away) ++hub_->turned_away;
    hub_->add(*this);
}

session_state::~session_state() {
    if (admission_.turned_away) --hub_->turned_away;
    hub_->remove(*this);
}

void session_state::begin_request() {
    request_.reset();
    response_.reset();
    give_back(request_.body);
    give_back(response_.body);
    scanner_.reset();
    parser_.reset();
    framing_ = {};
    bytes_in_ = 0;
}

result<void> session_state::admit_head(std::size_t size) {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(size + 1));
    parser_->body_limit(boost::none);  // the route's limit is known only after the head
    boost::system::error_code ec;
    const auto* bytes = static_cast<const char*>(buffer_.data().data());
    parser_->put(boost::asio::const_buffer(bytes, size), ec);
    if (ec && ec != boost::beast::http::error::need_more) return http::parse_failure(ec);
    if (!parser_->is_header_done()) return fail(errc::malformed_request, "incomplete head");
    buffer_.consume(size);
    bytes_in_ = size;
    CB_TRY(framing_, http::check_head(parser_->get(), gate_limits_of(hub_->settings.bounds)));
    http::copy_head(parser_->get(), request_);
    request_.keep_alive = framing_.keep_alive;
    identify();
    return {};
}

void session_state::identify() {
    const auto* id = request_.find("X-Request-Id");
    request_.request_id = id && http::is_harmless_request_id(*id) ? *id : hub_->next_request_id();
    const auto* trace = request_.find("traceparent");
    if (trace && http::is_traceparent(*trace)) request_.traceparent = *trace;
}

result<void> session_state::admit_body() {
    if (framing_.body == http::body_kind::none) return {};
    const std::size_t limit = hub_->handler.body_limit(request_);
    if (framing_.body == http::body_kind::length && framing_.length > limit)
        return fail(errc::body_too_large, "body above " + std::to_string(limit) + " bytes");
    parser_->body_limit(limit);
    parser_->on_chunk_header(guard_);
    parser_->get().body() = std::move(request_.body);  // empty, but with its capacity
    return {};
}

// Most bodies arrive together with their head, and need no read at all.
bool session_state::body_is_here() {
    boost::system::error_code ec;
    parser_->eager(true);
    while (buffer_.size() > 0 && !parser_->is_done()) {
        const auto used = parser_->put(buffer_.data(), ec);
        buffer_.consume(used);
        bytes_in_ += used;
        if (ec) break;
    }
    body_error_ = ec == boost::beast::http::error::need_more ? boost::system::error_code() : ec;
    return parser_->is_done() || body_error_;
}

void session_state::finish_body() { request_.body = std::move(parser_->get().body()); }

void session_state::begin_clock() {
    request_.received = http::clock::now();
    request_.deadline = request_.received + hub_->settings.bounds.request_timeout;
    started_ = instant::now();
}

void session_state::refuse_with(const failure& why) {
    if (request_.request_id.empty()) request_.request_id = hub_->next_request_id();
    hub_->count_refusal(why.code);
    response_.reset();
    hub_->handler.refuse(why, response_);
    response_.reason = casebridge::to_string(why.code);
    response_.close = true;
}

void session_state::answer_exception(const char* what) {
    hub_->counts.exceptions.add();
    observe::log(observe::level::error, "request handler failed",
                 {{"request_id", std::string_view(request_.request_id)},
                  {"bridge", std::string_view(hub_->settings.name)},
                  {"method", std::string_view(request_.method)},
                  {"what", std::string_view(what)}});
    response_.reset();
    const failure why = fail(errc::internal);
    hub_->handler.refuse(why, response_);
    response_.reason = casebridge::to_string(why.code);
    response_.close = true;
}

void session_state::prepare_answer(bool flat) {
    const auto& bounds = hub_->settings.bounds;
    const bool may = may_have_body(response_.status);
    close_ = close_ || response_.close || !request_.keep_alive || hub_->draining() || hub_->closing() ||
             served_ >= bounds.max_requests_per_connection;
    // Without a length only the end of the connection ends the body.
    if (may && !has_length(response_)) close_ = true;
    send_body_ = may && !is_head_request() && !response_.body.empty();
    const bool echo = hub_->settings.echo_request_id;
    head_.clear();
    append_head(head_, {response_, hub_->date.at(std::time(nullptr)),
                        echo ? std::string_view(request_.request_id) : std::string_view(), close_,
                        framing_.http_1_0 && !close_});
    if (flat && send_body_ && response_.body.size() <= flat_bytes) {
        head_.append(response_.body);
        send_body_ = false;
    }
}

void session_state::log_access(std::size_t sent) {
    hub_->counts.bytes_in.add(bytes_in_);
    hub_->counts.bytes_out.add(sent);
    hub_->count_answer(response_.status);
    if (!hub_->settings.access_log || !observe::enabled(observe::level::info)) return;
    using std::chrono::duration;
    using milliseconds = duration<double, std::milli>;
    const double took = milliseconds(http::clock::now() - request_.received).count();
    std::string start;
    append_micros(start, started_);
    // Never the query, the fields or a body: they hold what users write, and credentials.
    observe::log(observe::level::info, "request",
                 {{"start", std::string_view(start)},
                  {"bridge", std::string_view(hub_->settings.name)},
                  {"method", std::string_view(request_.method)},
                  {"route", std::string_view(response_.route)},
                  {"status", std::int64_t{response_.status}},
                  {"bytes_in", static_cast<std::int64_t>(bytes_in_)},
                  {"bytes_out", static_cast<std::int64_t>(sent)},
                  {"duration_ms", took},
                  {"upstream_ms", milliseconds(response_.upstream_time).count()},
                  {"upstream_requests", std::int64_t{response_.upstream_requests}},
                  {"reason", std::string_view(response_.reason)},
                  {"peer", std::string_view(request_.peer)},
                  {"request_id", std::string_view(request_.request_id)},
                  {"account", std::string_view(response_.account)}});
}

}  // namespace casebridge::server
