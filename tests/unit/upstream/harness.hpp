// Runs calls of a client on a context of their own, each as a coroutine, and keeps what came out.
#pragma once

#include "scripted_server.hpp"
#include "upstream/client.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace casebridge::test {

upstream::options plain_options(std::uint16_t port);

class harness {
public:
    explicit harness(upstream::options opts, std::shared_ptr<upstream::shared_state> shared = nullptr);
    ~harness();
    harness(const harness&) = delete;
    harness& operator=(const harness&) = delete;

    // One call, to its end.
    result<upstream::answer> send(const upstream::call& c);
    result<upstream::answer> get(std::string target = "/api/v3/cases");
    result<upstream::answer> post(std::string_view body, std::string target = "/api/v3/cases");
    // Starts a call; finish_all() runs until every started call has ended.
    std::size_t start(upstream::call c);
    void finish_all();
    // Runs until the client counts that many calls in line.
    void run_until_waiting(std::size_t n);
    void run_for(std::chrono::milliseconds time);
    // Runs until it is true; throws if it never is.
    void run_until(const std::function<bool()>& condition);
    const std::optional<result<upstream::answer>>& outcome(std::size_t i) const { return *outcomes_[i]; }

    upstream::client& client() { return *client_; }
    upstream::statistics stats() const { return client_->stats(); }
    void destroy_client() { client_.reset(); }
    bool finished() const noexcept { return running_ == 0; }
    std::size_t running() const noexcept { return running_; }

private:
    using outcome_slot = std::optional<result<upstream::answer>>;
    static task<void> run_one(harness& self, upstream::call c, outcome_slot& out);

    std::unique_ptr<boost::asio::io_context> context_;
    std::unique_ptr<upstream::client> client_;
    std::vector<std::unique_ptr<outcome_slot>> outcomes_;
    std::size_t running_ = 0;
};

upstream::call get_call(std::string target = "/api/v3/cases");
upstream::call post_call(std::string_view body, std::string target = "/api/v3/cases");

// The code's name, or "ok": for messages that say something when a test fails.
std::string code_of(const result<upstream::answer>& r);

}  // namespace casebridge::test
