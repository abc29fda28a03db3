// The parts of a session that do no I/O.
#include "core/timestamp.hpp"
#include "http/identity.hpp"
#include "observe/log.hpp"
#include "observe/trace.hpp"
#include "server/session.hpp"

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <ctime>

namespace casebridge::server {

namespace {

// Above this a TLS answer is written as two buffers rather than copied into one.
constexpr std::size_t flat_bytes = 16 * 1024;

struct shed_row {
    overload state;
    refusal kind;
    const char* why;
};

constexpr shed_row shed_rows[] = {
    {overload::in_flight, refusal::in_flight, "too many requests at once"},
    {overload::lag, refusal::lag, "too busy"},
};

}  // namespace

session_state::session_state(std::shared_ptr<hub> h, admission a)
    : hub_(std::move(h)), admission_(std::move(a)) {
    if (admission_.turned_away) ++hub_->turned_away;
    hub_->add(*this);
}

session_state::~session_state() {
    if (admission_.turned_away) --hub_->turned_away;
    hub_->remove(*this);
}

void session_state::take_workspace() {
    if (work_) return;
    work_ = hub_->workspaces.take(hub_->settings.bounds);
    work_->request.peer = admission_.peer;
    work_->request.tls = hub_->tls != nullptr;
}

void session_state::begin_idle() {
    auto patience = hub_->settings.bounds.idle_timeout;
    if (hub_->draining()) patience = std::min(patience, drain_grace);
    arm(http::clock::now() + patience);
    idle_ = true;
}

void session_state::count_idle_end() noexcept {
    if (why_cut() == cut::deadline) hub_->count(ending::idle_timeout);
}

void session_state::begin_request() {
    work_->begin_request();
    auto& request = work_->request;
    request.received = http::clock::now();
    request.deadline = request.received + hub_->settings.bounds.request_timeout;
    started_ = instant::now();
    bytes_in_ = 0;
}

result<bool> session_state::take_head() {
    const auto data = work_->buffer.data();
    const std::string_view bytes(static_cast<const char*>(data.data()), data.size());
    CB_TRY(const std::size_t size, work_->scanner.scan(bytes));
    if (size > 0) CB_CHECK(admit_head(size));
    return size > 0;
}

result<void> session_state::admit_head(std::size_t size) {
    auto& w = *work_;
    w.parser.emplace(w.request);
    w.parser->header_limit(static_cast<std::uint32_t>(size + 1));
    w.parser->body_limit(boost::none);  // the route's limit is known only after the head
    boost::system::error_code ec;
    w.parser->put(boost::asio::const_buffer(w.buffer.data().data(), size), ec);
    if (ec && ec != boost::beast::http::error::need_more) return http::parse_failure(ec);
    if (!w.parser->is_header_done()) return fail(errc::malformed_request, "incomplete head");
    w.buffer.consume(size);
    bytes_in_ = size;
    CB_TRY(w.framing, http::check_head(w.request, w.parser->version(), w.scanner.limits()));
    w.request.keep_alive = w.framing.keep_alive;
    identify();
    return {};
}

void session_state::identify() {
    auto& request = work_->request;
    const auto* id = request.find("X-Request-Id");
    if (id && http::is_harmless_request_id(*id))
        request.request_id = *id;
    else
        hub_->append_request_id(request.request_id);
    const auto* trace = request.find("traceparent");
    const bool known = trace && observe::continue_trace(*trace, request.traceparent);
    if (!known) return observe::begin_trace(request.traceparent);
    // Several fields are one list (RFC 9110 §5.2).
    for (const auto& f : request.fields)
        if (http::iequals(f.name, "tracestate"))
            request.tracestate.append(request.tracestate.empty() ? "" : ",").append(f.value);
    if (!observe::is_tracestate(request.tracestate)) request.tracestate.clear();
}

result<void> session_state::admit_body() {
    auto& w = *work_;
    const std::size_t limit = hub_->handler.body_limit(w.request);
    if (w.framing.body == http::body_kind::length && w.framing.length > limit)
        return fail(errc::body_too_large, "body above " + std::to_string(limit) + " bytes");
    w.parser->body_limit(limit);
    w.parser->eager(true);
    return {};
}

bool session_state::put_body(boost::system::error_code& ec) {
    auto& w = *work_;
    const std::size_t used = w.parser->put_body(w.buffer.data(), ec);
    w.buffer.consume(used);
    bytes_in_ += used;
    return !ec && w.parser->is_done();
}

refused session_state::late_body() const {
    if (why_cut() == cut::too_slow)
        return {fail(errc::request_timeout, "the body comes too slowly"), refusal::slow_upload};
    return {fail(errc::request_timeout, "the body did not arrive in time"), refusal::body_timeout};
}

bool session_state::must_shed(bool body_pending) {
    const auto state = hub_->load_state();
    if (state == overload::none) return false;
    for (const auto& row : shed_rows) {
        if (row.state != state) continue;
        refused r(fail(errc::overloaded, row.why), row.kind);
        r.why.retry_after = retry_soon;
        refuse_with(r);
        work_->response.close = body_pending;  // nothing else is wrong with this client
    }
    return true;
}

void session_state::refuse_with(const refused& r) {
    auto& w = *work_;
    if (w.request.request_id.empty()) hub_->append_request_id(w.request.request_id);
    hub_->count(r.kind);
    w.response.reset();
    hub_->handler.refuse(r.why, w.response);
    w.response.reason = casebridge::to_string(r.why.code);
    w.response.close = true;
}

void session_state::answer_exception(const char* what) {
    auto& w = *work_;
    hub_->counts.exceptions.add();
    observe::log(observe::level::error, "request handler failed",
                 {{"request_id", std::string_view(w.request.request_id)},
                  {"bridge", std::string_view(hub_->settings.name)},
                  {"method", std::string_view(w.request.method)},
                  {"what", std::string_view(what)}});
    w.response.reset();
    const failure why = fail(errc::internal);
    hub_->handler.refuse(why, w.response);
    w.response.reason = casebridge::to_string(why.code);
    w.response.close = true;
}

void session_state::prepare_answer(bool flat) {
    auto& w = *work_;
    const bool spent = served_ >= hub_->settings.bounds.max_requests_per_connection;
    const bool may = may_have_body(w.response.status);
    close_ = close_ || w.response.close || !w.request.keep_alive || hub_->draining() || hub_->closing();
    if (spent && !close_) hub_->count(ending::requests_spent);
    // Without a length only the end of the connection ends the body.
    if (spent || (may && !has_length(w.response))) close_ = true;
    send_body_ = may && !is_head_request() && !w.response.body.empty();
    const bool echo = hub_->settings.echo_request_id;
    written_ = 0;
    w.head.clear();
    append_head(w.head, {w.response, hub_->date.at(std::time(nullptr)),
                         echo ? std::string_view(w.request.request_id) : std::string_view(), close_,
                         w.framing.http_1_0 && !close_});
    if (flat && send_body_ && w.response.body.size() <= flat_bytes) {
        w.head.append(w.response.body);
        send_body_ = false;
    }
}

void session_state::prepare_continue() {
    written_ = 0;
    send_body_ = false;
    work_->head.assign("HTTP/1.1 100 Continue\r\n\r\n");
}

std::size_t session_state::answer_size() const {
    return work_->head.size() + (send_body_ ? work_->response.body.size() : 0);
}

parts session_state::rest_of_answer() const {
    const auto& head = work_->head;
    const std::string_view body = send_body_ ? std::string_view(work_->response.body) : std::string_view();
    const std::size_t in_head = std::min(written_, head.size());
    return {boost::asio::buffer(head.data() + in_head, head.size() - in_head),
            boost::asio::buffer(body.data() + (written_ - in_head), body.size() - (written_ - in_head))};
}

void session_state::begin_waiting_writes() {
    const auto& bounds = hub_->settings.bounds;
    const auto now = http::clock::now();
    arm(now + bounds.answer_timeout);
    rate().start(bounds.min_download_rate, bounds.rate_window, now, progress());
}

void session_state::note_progress(std::size_t n) noexcept {
    written_ += n;
    sent_ += n;
}

void session_state::note_cut() noexcept {
    if (why_cut() == cut::deadline) hub_->count(ending::answer_timeout);
    if (why_cut() == cut::too_slow) hub_->count(ending::slow_reader);
}

void session_state::note_failed_write() {
    hub_->counts.writes_failed.add();
    if (work_->response.reason.empty())
        work_->response.reason = casebridge::to_string(errc::connection_closed);
}

void session_state::log_access() {
    const auto& request = work_->request;
    const auto& response = work_->response;
    hub_->counts.bytes_in.add(bytes_in_);
    hub_->counts.bytes_out.add(written_);
    hub_->count_answer(response.status);
    if (!hub_->settings.access_log || !observe::enabled(observe::level::info)) return;
    using std::chrono::duration;
    using milliseconds = duration<double, std::milli>;
    const double took = milliseconds(http::clock::now() - request.received).count();
    std::string start;
    append_micros(start, started_);
    // Never the query, the fields or a body: they hold what users write, and credentials.
    observe::log(observe::level::info, "request",
                 {{"start", std::string_view(start)},
                  {"bridge", std::string_view(hub_->settings.name)},
                  {"method", std::string_view(request.method)},
                  {"route", std::string_view(response.route)},
                  {"status", std::int64_t{response.status}},
                  {"bytes_in", static_cast<std::int64_t>(bytes_in_)},
                  {"bytes_out", static_cast<std::int64_t>(written_)},
                  {"duration_ms", took},
                  {"upstream_ms", milliseconds(response.upstream_time).count()},
                  {"upstream_requests", std::int64_t{response.upstream_requests}},
                  {"reason", std::string_view(response.reason)},
                  {"peer", std::string_view(request.peer)},
                  {"request_id", std::string_view(request.request_id)},
                  {"trace_id", observe::trace_id(request.traceparent)},
                  {"filter", std::string_view(response.filter)},
                  {"account", std::string_view(response.account)}});
}

}  // namespace casebridge::server
