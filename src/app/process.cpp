#include "app/process.hpp"

#include "app/commands.hpp"
#include "observe/audit.hpp"
#include "observe/log.hpp"
#include "observe/metrics.hpp"
#include "server/descriptors.hpp"

#include <csignal>
#include <cstdlib>

namespace casebridge::app {

using namespace std::chrono_literals;
using observe::level;

namespace {

constexpr auto poll_interval = 20ms;
// After sessions were told to close, or bridges to go: what then still runs is abandoned.
constexpr auto close_grace = 2s;

}  // namespace

process::process(loaded all, std::shared_ptr<lasting> state)
    : all_(std::move(all)),
      admin_([this] { statistics_.publish(workers_); }),
      reload_(control_, std::move(state), workers_, [this](const loaded& next) { on_reloaded(next); }) {}

result<void> process::start() {
    std::signal(SIGPIPE, SIG_IGN);
    const std::size_t files = server::raise_descriptor_limit();
    if (files < all_.settings->limits.max_connections)
        observe::log(level::warn, "fewer open files are allowed than connections",
                     {{"files", static_cast<std::int64_t>(files)}});
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    signals_.add(SIGHUP);
    CB_CHECK(observe::set_audit_file(all_.settings->audit_file));
    for (unsigned i = 0; i < all_.settings->threads; ++i) {
        workers_.push_back(std::make_unique<worker>());
        CB_CHECK(workers_.back()->bind(*all_.settings, all_.bridges, plans_));
    }
    CB_CHECK(start_admin());
    for (const auto& w : workers_) w->start();
    observe::set_build_info(version_text(), describe_bundle(*all_.bridges));
    declare_series(*all_.settings);
    admin_.set_ready(true);
    announce();
    reload_.start(all_);
    await_signal();
    return {};
}

result<void> process::start_admin() {
    server::options opts;
    opts.name = "admin";
    opts.address = all_.settings->admin.address;
    opts.port = all_.settings->admin.port;
    opts.access_log = false;
    opts.sheds = false;
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

void process::on_reloaded(const loaded& next) {
    all_ = next;
    if (const auto opened = observe::set_audit_file(all_.settings->audit_file); opened.has_error())
        observe::log(level::error, "the audit stream stays where it was",
                     {{"what", std::string_view(opened.error().detail)}});
    declare_series(*all_.settings);
    observe::set_level(all_.settings->log_level);
    observe::set_build_info(version_text(), describe_bundle(*all_.bridges));
}

void process::on_signal(int number) {
    const auto now = std::chrono::steady_clock::now();
    if (number == SIGHUP) {
        if (!draining_) reload_.request();
    } else if (!draining_) {
        draining_ = true;
        reload_.begin_no_more();
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
    reload_.stop();
    for (const auto& w : workers_) w->release();
    const auto limit = std::chrono::steady_clock::now() + close_grace;
    for (const auto& w : workers_) {
        while (!w->finished() && std::chrono::steady_clock::now() < limit) std::this_thread::sleep_for(1ms);
        w->join();
    }
    observe::log(level::info, "stopped", {{"clean", exit_code_ == 0}});
    control_.stop();
}

int process::run() {
    control_.run();
    observe::flush();
    return exit_code_;
}

}  // namespace casebridge::app
