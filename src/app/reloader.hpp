// Reads configuration and tables anew while the program runs, and puts them in place of the old ones on
// every worker, or on none. Everything that takes time, or can fail, happens on a thread of its own.
#pragma once

#include "app/file_watch.hpp"
#include "app/load.hpp"
#include "app/reload_schedule.hpp"
#include "app/worker.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace casebridge::app {

// Called on the control context's thread, but for what says otherwise.
class reloader {
public:
    using workers = std::vector<std::unique_ptr<worker>>;

    // applied is told of each new generation, when every worker has it.
    reloader(boost::asio::io_context& control, std::shared_ptr<lasting> state, const workers& all,
             std::function<void(const loaded&)> applied);
    reloader(const reloader&) = delete;
    reloader& operator=(const reloader&) = delete;

    void start(const loaded& running);  // begins to watch its files
    void request();                     // SIGHUP
    void begin_no_more();               // an attempt that is under way still counts
    // Nothing changes from now on. Waits for an attempt that is under way and throws it away.
    void stop();

private:
    struct attempt;

    void act(reload_schedule::action what);
    void begin(reload_schedule::reason why);
    static void carry_out(attempt& a, const workers& all);  // on the loader's thread
    static void throw_away(attempt& a, const workers& all);
    void conclude();
    void adopt();
    void refuse() const;
    void finish();
    void watch(const watched_files& files);

    boost::asio::io_context& control_;
    std::shared_ptr<lasting> state_;
    const workers& workers_;
    std::function<void(const loaded&)> applied_;
    std::string config_file_;
    loaded running_;
    sources from_;        // of the last attempt
    std::string digest_;  // of their contents as they were then; empty if they changed meanwhile
    reload_schedule schedule_{std::chrono::milliseconds(250)};
    boost::asio::steady_timer timer_;
    file_watch files_;
    std::shared_ptr<attempt> attempt_;
    std::size_t missing_ = 0;  // workers that have not switched yet
    boost::asio::thread_pool loader_{1};
};

}  // namespace casebridge::app
