#include "app/process.hpp"

#include "app/commands.hpp"
#include "observe/log.hpp"
#include "observe/metrics.hpp"

#include <csignal>
#include <cstdlib>

namespace casebridge::app {

using namespace std::chrono_literals;
using observe::level;

namespace {

constexpr auto poll_interval = 20ms;
// After sessions were told to close, or bridges to go: what then still runs is abandoned.
constexpr auto close_grace = 2s;

void add(server::statistics& sum, const server::statistics& s) {
    sum.connections_accepted += s.connections_accepted;
    sum.connections_over_total += s.connections_over_total;
    sum.connections_over_address += s.connections_over_address;
    sum.accept_errors += s.accept_errors;
    sum.tls_failures += s.tls_failures;
    for (std::size_t i = 0; i < s.refused.size(); ++i) sum.refused[i] += s.refused[i];
    sum.open_sessions += s.open_sessions;
}

// Metrics only ever grow, so what is new since the last time is added.
void export_one(const std::string& bridge, const server::statistics& now, const server::statistics& then) {
    const auto count = [&](const char* outcome, std::uint64_t a, std::uint64_t b) {
        observe::count_connections(bridge, outcome, a - b);
    };
    count("accepted", now.connections_accepted, then.connections_accepted);
    count("over_total", now.connections_over_total, then.connections_over_total);
    count("over_address", now.connections_over_address, then.connections_over_address);
    count("accept_failed", now.accept_errors, then.accept_errors);
    count("tls_failed", now.tls_failures, then.tls_failures);
    for (std::size_t i = 0; i < now.refused.size(); ++i)
        if (now.refused[i] != then.refused[i])
            observe::count_refused(server::to_string(static_cast<server::refusal>(i)),
                                   now.refused[i] - then.refused[i]);
    observe::set_open_sessions(bridge, now.open_sessions);
}

}  // namespace

process::process(loaded all) : all_(std::move(all)), admin_([this] { export_statistics(); }) {}

result<void> process::start() {
    std::signal(SIGPIPE, SIG_IGN);
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    for (unsigned i = 0; i < all_.settings->threads; ++i) {
        workers_.push_back(std::make_unique<worker>());
        CB_CHECK(workers_.back()->bind(*all_.settings, all_.bridges, plans_));
    }
    CB_CHECK(start_admin());
    for (const auto& w : workers_) w->start();
    observe::set_build_info(version_text(), describe_bundle(*all_.bridges));
    admin_.set_ready(true);
    announce();
    await_signal();
    return {};
}

result<void> process::start_admin() {
    server::options opts;
    opts.name = "admin";
    opts.address = all_.settings->admin.address;
    opts.port = all_.settings->admin.port;
    opts.access_log = false;
    CB_TRY(admin_listener_, server::listener::create(control_, opts, admin_));
    admin_listener_->start();
    return {};
}

void process::announce() const {
    const auto& s = *all_.settings;
    for (const config::bridge_settings& b : s.bridges)
        observe::log(level::info, "listening",
                     {{"bridge", std::string_view(b.name)},
                      {"address", std::string_view(b.listen.address)},
                      {"port", std::int64_t{plans_.at(b.name).port}},
                      {"facade", std::string_view(b.facade)},
                      {"backend", std::string_view(b.backend)},
                      {"mode", config::to_string(b.mode)}});
    observe::log(level::info, "listening",
                 {{"bridge", "admin"},
                  {"address", std::string_view(s.admin.address)},
                  {"port", std::int64_t{admin_listener_->port()}}});
    const std::string version = version_text();
    const std::string tables = describe_bundle(*all_.bridges);
    observe::log(level::info, "ready",
                 {{"version", std::string_view(version)},
                  {"tables", std::string_view(tables)},
                  {"threads", static_cast<std::int64_t>(s.threads)}});
}

void process::await_signal() {
    signals_.async_wait([this](const boost::system::error_code& ec, int number) {
        if (!ec) on_signal(number);
    });
}

void process::on_signal(int number) {
    const auto now = std::chrono::steady_clock::now();
    if (!draining_) {
        draining_ = true;
        admin_.set_ready(false);
        deadline_ = now + all_.settings->shutdown_delay + all_.settings->drain_timeout;
        observe::log(level::info, "draining", {{"signal", std::int64_t{number}}});
        timer_.expires_after(all_.settings->shutdown_delay);
        timer_.async_wait([this](const boost::system::error_code&) { begin_drain(); });
    } else {
        observe::log(level::warn, "second signal, closing now", {{"signal", std::int64_t{number}}});
        deadline_ = now;
        timer_.cancel();  // ends the delay, or wakes the watch
    }
    await_signal();
}

void process::begin_drain() {
    for (const auto& w : workers_) w->drain();
    watch_drain();
}

std::size_t process::open_sessions() const {
    std::size_t open = 0;
    for (const auto& w : workers_) open += w->open_sessions();
    return open;
}

void process::watch_drain() {
    const std::size_t open = open_sessions();
    const auto now = std::chrono::steady_clock::now();
    if (open == 0) return finish();
    if (now >= deadline_ && !hurried_) {
        hurried_ = true;
        exit_code_ = 1;
        observe::log(level::warn, "drain time is over, closing",
                     {{"sessions", static_cast<std::int64_t>(open)}});
        for (const auto& w : workers_) w->close_sessions();
    }
    if (now >= deadline_ + close_grace) {
        observe::log(level::error, "sessions do not end", {{"sessions", static_cast<std::int64_t>(open)}});
        observe::flush();
        std::_Exit(1);  // destroying what still runs is not safe
    }
    timer_.expires_after(poll_interval);
    timer_.async_wait([this](const boost::system::error_code&) { watch_drain(); });
}

void process::finish() {
    for (const auto& w : workers_) w->release();
    const auto limit = std::chrono::steady_clock::now() + close_grace;
    for (const auto& w : workers_) {
        while (!w->finished() && std::chrono::steady_clock::now() < limit) std::this_thread::sleep_for(1ms);
        w->join();
    }
    observe::log(level::info, "stopped", {{"clean", exit_code_ == 0}});
    control_.stop();
}

void process::export_statistics() {
    std::map<std::string, server::statistics> now;
    for (const auto& w : workers_)
        for (const auto& s : w->bridges()) add(now[s.bridge], s.listener->stats());
    for (const auto& [bridge, sum] : now) export_one(bridge, sum, exported_[bridge]);
    exported_ = std::move(now);
}

int process::run() {
    control_.run();
    observe::flush();
    return exit_code_;
}

}  // namespace casebridge::app
