// The running program: workers, the admin listener, signals, and the way to a clean end.
//
// HUP: configuration and tables are read anew (reloader.hpp).
// TERM or INT: /readyz fails, after shutdown.delay_ms listeners stop accepting, requests in flight
// have shutdown.drain_ms. A second signal, or the end of that time, closes what is left.
#pragma once

#include "app/admin.hpp"
#include "app/load.hpp"
#include "app/reloader.hpp"
#include "app/statistics.hpp"
#include "app/worker.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <vector>

namespace casebridge::app {

class process {
public:
    process(loaded all, std::shared_ptr<lasting> state);
    process(const process&) = delete;
    process& operator=(const process&) = delete;

    // Binds everything; a failure says which address cannot be had.
    result<void> start();
    // Until the end; the exit code: 0 if every request was answered.
    int run();

private:
    result<void> start_admin();
    void announce() const;
    void await_signal();
    void on_signal(int number);
    void on_reloaded(const loaded& next);
    void begin_drain();
    void watch_drain();
    void finish();
    std::size_t open_sessions() const;

    loaded all_;  // the newest generation
    boost::asio::io_context control_{1};
    boost::asio::signal_set signals_{control_};
    boost::asio::steady_timer timer_{control_};
    std::vector<std::unique_ptr<worker>> workers_;
    socket_plans plans_;
    admin admin_;
    std::unique_ptr<server::listener> admin_listener_;
    published_statistics statistics_;

    reloader reload_;

    bool draining_ = false;
    bool hurried_ = false;   // time is up: sessions were told to close
    std::chrono::steady_clock::time_point deadline_;
    int exit_code_ = 0;
};

}  // namespace casebridge::app
