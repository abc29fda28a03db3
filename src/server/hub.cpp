#include "server/hub.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <iterator>
#include <random>
#include <utility>

namespace casebridge::server {

namespace {

struct refusal_row {
    errc code;
    refusal kind;
};

constexpr refusal_row refusal_rows[] = {
    {errc::malformed_request, refusal::malformed},
    {errc::missing_host, refusal::host},
    {errc::target_too_long, refusal::target_too_long},
    {errc::header_too_large, refusal::header_too_large},
    {errc::body_too_large, refusal::body_too_large},
    {errc::unsupported_transfer_coding, refusal::transfer_coding},
    {errc::unsupported_content_coding, refusal::content_coding},
    {errc::unsupported_expectation, refusal::expectation},
};

std::shared_ptr<connection_budget> budget_of(const options& o) {
    if (o.budget) return o.budget;
    const auto& l = o.bounds;
    return std::make_shared<connection_budget>(l.max_connections, l.max_connections_per_address);
}

std::string random_prefix() {
    std::random_device entropy;
    std::array<char, 20> text;
    const int size = std::snprintf(text.data(), text.size(), "%08x%08x-", entropy(), entropy());
    return std::string(text.data(), static_cast<std::size_t>(size));
}

}  // namespace

const char* to_string(refusal r) noexcept {
    static constexpr const char* names[] = {"malformed",
                                            "host",
                                            "target_too_long",
                                            "header_too_large",
                                            "body_too_large",
                                            "transfer_coding",
                                            "content_coding",
                                            "expectation",
                                            "head_timeout",
                                            "body_timeout",
                                            "slow_upload",
                                            "too_many_connections",
                                            "in_flight",
                                            "lag",
                                            "other"};
    static_assert(std::size(names) == static_cast<std::size_t>(refusal::count_));
    return names[static_cast<std::size_t>(r)];
}

const char* to_string(ending e) noexcept {
    static constexpr const char* names[] = {"idle_timeout", "answer_timeout", "slow_reader",
                                            "requests_spent"};
    static_assert(std::size(names) == static_cast<std::size_t>(ending::count_));
    return names[static_cast<std::size_t>(e)];
}

refusal kind_of(errc code) noexcept {
    for (const auto& row : refusal_rows)
        if (row.code == code) return row.kind;
    return refusal::other;
}

hub::hub(boost::asio::io_context& context, options opts, http::handler& h)
    : settings(std::move(opts)),
      handler(h),
      budget(budget_of(settings)),
      acceptor(context.get_executor()),
      pause(context.get_executor()),
      watchdog(context.get_executor()),
      id_prefix_(random_prefix()) {}

void hub::add(session_base& s) {
    s.registry_index = sessions_.size();
    sessions_.push_back(&s);
    counts.open.add();
}

void hub::remove(session_base& s) noexcept {
    auto& hole = sessions_[s.registry_index];
    hole = sessions_.back();
    hole->registry_index = s.registry_index;
    sessions_.pop_back();
    counts.open.subtract();
    // The last one out lets the watchdog see that it is not needed any more.
    if (finished()) watchdog.cancel();
}

void hub::begin_drain() {
    if (draining_ || closing_) return;
    draining_ = true;
    boost::system::error_code ignored;
    acceptor.cancel(ignored);
    pause.cancel();
    const auto now = http::clock::now();
    for (auto* s : sessions_) s->drain(now);
}

void hub::close_all() {
    closing_ = true;
    boost::system::error_code ignored;
    acceptor.close(ignored);
    pause.cancel();
    watchdog.cancel();
    for (auto* s : sessions_) s->close();
}

void hub::tick(std::chrono::nanoseconds lag) {
    load.note_lag(lag, load_bounds());
    const auto now = http::clock::now();
    for (auto* s : sessions_) s->tick(now);
}

void hub::append_request_id(std::string& out) {
    std::array<char, 24> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), ++id_counter_, 16).ptr;
    out.append(id_prefix_).append(text.data(), end);
}

void hub::count_answer(unsigned status) {
    const auto hundreds = status / 100;
    counts.answers[hundreds >= 1 && hundreds <= 5 ? hundreds : 0].add();
}

statistics hub::snapshot() const {
    statistics out;
    out.connections_accepted = counts.accepted.get();
    out.connections_over_total = counts.over_total.get();
    out.connections_over_address = counts.over_address.get();
    out.accept_errors = counts.accept_errors.get();
    out.tls_failures = counts.tls_failures.get();
    out.requests = counts.requests.get();
    out.handler_exceptions = counts.exceptions.get();
    out.writes_failed = counts.writes_failed.get();
    out.bytes_in = counts.bytes_in.get();
    out.bytes_out = counts.bytes_out.get();
    for (std::size_t i = 0; i < out.answers.size(); ++i) out.answers[i] = counts.answers[i].get();
    for (std::size_t i = 0; i < out.refused.size(); ++i) out.refused[i] = counts.refused[i].get();
    for (std::size_t i = 0; i < out.ended.size(); ++i) out.ended[i] = counts.ended[i].get();
    out.open_sessions = static_cast<std::size_t>(counts.open.get());
    return out;
}

}  // namespace casebridge::server
