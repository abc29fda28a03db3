#include "app/reloader.hpp"

#include "observe/log.hpp"
#include "observe/metrics.hpp"
#include "observe/redact.hpp"

#include <boost/asio/post.hpp>

namespace casebridge::app {

using observe::level;

// One attempt: made on the control thread, filled in on the loader's, read on the control thread again.
struct reloader::attempt {
    reload_schedule::reason why{};
    std::string config_file;
    std::shared_ptr<lasting> state;
    std::shared_ptr<const config::settings> running;
    sources from;
    std::string digest;

    bool unchanged = false;
    watched_files files;
    loaded next;
    std::vector<worker::generation> built;  // by worker
    std::string problem;                    // why it could not be built
    std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();

    bool good() const { return static_cast<bool>(next) && problem.empty(); }
};

reloader::reloader(boost::asio::io_context& control, std::shared_ptr<lasting> state, const workers& all,
                   std::function<void(const loaded&)> applied)
    : control_(control),
      state_(std::move(state)),
      workers_(all),
      applied_(std::move(applied)),
      timer_(control),
      files_(control, [this] { act(schedule_.changed(reload_schedule::clock::now())); }) {}

void reloader::start(const loaded& running) {
    config_file_ = running.settings->file;
    running_ = running;
    from_ = running.from;
    const watched_files files = files_of(from_);
    digest_ = digest_of(files);
    watch(files);
}

void reloader::watch(const watched_files& files) {
    schedule_.set_quiet(running_.settings->reload_quiet);
    if (!running_.settings->watch_files) return files_.stop();
    if (const auto watched = files_.watch(files); watched.has_error())
        observe::log(level::warn, "changed files will not be noticed, SIGHUP still works",
                     {{"what", std::string_view(watched.error().detail)}});
}

void reloader::request() { act(schedule_.signalled()); }

void reloader::act(reload_schedule::action what) {
    if (what.start) return begin(*what.start);
    if (!what.wake) return;
    timer_.expires_at(*what.wake);
    timer_.async_wait([this](const boost::system::error_code& ec) {
        if (!ec) act(schedule_.elapsed(reload_schedule::clock::now()));
    });
}

void reloader::begin(reload_schedule::reason why) {
    attempt_ = std::make_shared<attempt>();
    attempt_->why = why;
    attempt_->config_file = config_file_;
    attempt_->state = state_;
    attempt_->running = running_.settings;
    attempt_->from = from_;
    attempt_->digest = digest_;
    boost::asio::post(loader_, [this, a = attempt_] {
        try {
            carry_out(*a, workers_);
        } catch (const std::exception& e) {
            a->problem = e.what();  // a bug, or no memory: what runs must not end for it
            throw_away(*a, workers_);
        }
        boost::asio::post(control_, [this] { conclude(); });
    });
}

void reloader::carry_out(attempt& a, const workers& all) {
    const std::string before = digest_of(files_of(a.from));
    a.unchanged = a.why == reload_schedule::reason::files && before == a.digest;
    if (a.unchanged) return;
    a.next = load_everything(a.config_file, a.state, a.running.get());
    // What was written while we read shows in the digest of the same files as before, and is read again.
    const bool still = digest_of(files_of(a.from)) == before;
    a.from = a.next.from;
    a.files = files_of(a.from);
    a.digest = still ? digest_of(a.files) : std::string();
    if (!a.next) return;
    for (const auto& w : all) {
        auto built = w->prepare(*a.next.settings, a.next.bridges);
        if (built.has_error()) {
            a.problem = built.error().detail;
            break;
        }
        a.built.push_back(std::move(*built));
    }
    if (!a.problem.empty()) throw_away(a, all);
}

void reloader::throw_away(attempt& a, const workers& all) {
    for (std::size_t i = 0; i < a.built.size(); ++i) all[i]->discard(std::move(a.built[i]));
    a.built.clear();
}

void reloader::conclude() {
    if (!attempt_) return;  // stopped meanwhile
    if (attempt_->unchanged) return finish();
    from_ = attempt_->from;
    digest_ = attempt_->digest;
    if (attempt_->good()) return adopt();
    apply_rules(*running_.bridges);
    refuse();
    observe::count_reload("refused");
    if (running_.settings->watch_files) watch(attempt_->files);
    finish();
}

// What a person needs to put it right: each finding on a line of its own.
void reloader::refuse() const {
    for (const json::diagnostic& d : attempt_->next.findings) {
        const std::string text = d.to_string();
        observe::log(level::error, "finding", {{"what", std::string_view(text)}});
    }
    const std::string why = !attempt_->problem.empty()
                                ? attempt_->problem
                                : std::to_string(attempt_->next.findings.size()) + " findings";
    observe::log(level::error, "reload refused, everything stays as it was",
                 {{"file", std::string_view(config_file_)}, {"why", std::string_view(why)}});
}

void reloader::adopt() {
    missing_ = workers_.size();
    for (std::size_t i = 0; i < workers_.size(); ++i)
        workers_[i]->adopt(std::move(attempt_->built[i]), [this] {
            boost::asio::post(control_, [this] {
                if (--missing_ == 0) finish();
            });
        });
    attempt_->built.clear();
}

void reloader::finish() {
    if (attempt_ && attempt_->good() && !attempt_->unchanged) {
        running_ = attempt_->next;
        observe::count_reload("applied");
        watch(attempt_->files);
        applied_(attempt_->next);
        const auto took = std::chrono::steady_clock::now() - attempt_->begun;
        const std::string tables = describe_bundle(*attempt_->next.bridges);
        observe::log(level::info, "reloaded",
                     {{"tables", std::string_view(tables)},
                      {"cause", attempt_->why == reload_schedule::reason::signal ? "signal" : "files"},
                      {"ms", std::chrono::duration<double, std::milli>(took).count()}});
    }
    attempt_.reset();
    act(schedule_.finished(reload_schedule::clock::now()));
}

void reloader::begin_no_more() { schedule_.stop(); }

void reloader::stop() {
    schedule_.stop();
    timer_.cancel();
    files_.stop();
    loader_.join();
    if (attempt_) throw_away(*attempt_, workers_);
    attempt_.reset();
}

}  // namespace casebridge::app
