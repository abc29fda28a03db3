// One reactor thread: its own io_context, and of each bridge its own façade, upstream connections and
// listening socket (SO_REUSEPORT).
#pragma once

#include "app/current_bridge.hpp"
#include "app/wiring.hpp"
#include "server/listener.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace casebridge::app {

// Per bridge, what its listeners on all threads share.
struct socket_plan {
    std::uint16_t port = 0;  // as bound by the first thread, when configuration says 0
    std::shared_ptr<server::connection_budget> budget;
};
using socket_plans = std::map<std::string, socket_plan>;

class worker {
public:
    worker() = default;
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;

    // Builds and binds everything; no thread yet.
    result<void> bind(const config::settings& settings, const std::shared_ptr<const shared>& all,
                      socket_plans& plans);
    void start();

    // A reload, in two steps. The first makes everything that the new settings and tables need, on a thread
    // that may take its time; it fails without a trace. The second cannot fail: between two requests of the
    // worker's thread everything new takes its place, then `done` is called there.
    struct next_bridge {
        built_bridge facade;
        std::function<void()> renew_listener;
    };
    using generation = std::vector<next_bridge>;  // in the order of bridges()
    result<generation> prepare(const config::settings& settings, const std::shared_ptr<const shared>& all);
    void adopt(generation next, std::function<void()> done);
    // For a generation that is not wanted after all: it must go on the worker's thread.
    void discard(generation unwanted);

    // The rest is called from the main thread.
    void drain();
    void close_sessions();
    std::size_t open_sessions() const;
    // Sessions are gone: destroys the bridges on their own thread and lets the thread end.
    void release();
    bool finished() const noexcept { return finished_; }
    void join();

    struct served {
        std::string bridge;
        std::unique_ptr<current_bridge> handler;
        connections links;
        std::unique_ptr<server::listener> listener;
    };
    const std::vector<served>& bridges() const noexcept { return served_; }

private:
    result<void> build_next(const config::settings& settings, const std::shared_ptr<const shared>& all,
                            const config::bridge_settings& b, const served& now, next_bridge& next);

    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
    std::vector<served> served_;
    std::thread thread_;
    std::atomic<bool> finished_{false};
};

}  // namespace casebridge::app
