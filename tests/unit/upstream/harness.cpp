#include "harness.hpp"

#include "support/patience.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <stdexcept>

namespace casebridge::test {

using upstream::answer;
using upstream::call;

upstream::options plain_options(std::uint16_t port) {
    upstream::options out;
    out.scheme = "http";
    out.host = "127.0.0.1";
    out.port = port;
    out.connect_timeout = patience;
    out.call_timeout = patience;
    return out;
}

call get_call(std::string target) {
    call c;
    c.method = "GET";
    c.target = std::move(target);
    return c;
}

call post_call(std::string_view body, std::string target) {
    call c;
    c.method = "POST";
    c.target = std::move(target);
    c.fields = {{"Content-Type", "application/json"}};
    c.body = body;
    return c;
}

harness::harness(upstream::options opts, std::shared_ptr<upstream::shared_state> shared)
    : context_(std::make_unique<boost::asio::io_context>(1)) {
    auto made = upstream::client::create(*context_, std::move(opts), std::move(shared));
    if (made.has_error()) throw std::runtime_error(made.error().detail);
    client_ = std::move(made).value();
}

harness::~harness() = default;

task<void> harness::run_one(harness& self, call c, outcome_slot& out) {
    result<answer> r = co_await self.client_->send(c);
    out.emplace(std::move(r));
    --self.running_;
}

std::size_t harness::start(call c) {
    ++running_;
    outcomes_.push_back(std::make_unique<outcome_slot>());
    boost::asio::co_spawn(*context_, run_one(*this, std::move(c), *outcomes_.back()),
                          [](std::exception_ptr e) {
                              if (e) std::rethrow_exception(e);
                          });
    return outcomes_.size() - 1;
}

void harness::finish_all() {
    context_->restart();
    while (running_ > 0) {
        if (context_->run_one_for(patience) == 0) throw std::runtime_error("a call never ended");
    }
}

void harness::run_until_waiting(std::size_t n) {
    run_until([&] { return stats().waiting >= n; });
}

void harness::run_until(const std::function<bool()>& condition) {
    context_->restart();
    const auto end = http::clock::now() + patience;
    while (!condition()) {
        context_->run_one_for(std::chrono::milliseconds(5));
        if (http::clock::now() > end) throw std::runtime_error("it never came true");
    }
}

void harness::run_for(std::chrono::milliseconds time) {
    context_->restart();
    context_->run_for(time);
}

result<answer> harness::send(const call& c) {
    const std::size_t i = start(c);
    finish_all();
    return std::move(**outcomes_[i]);
}

result<answer> harness::get(std::string target) { return send(get_call(std::move(target))); }

result<answer> harness::post(std::string_view body, std::string target) {
    return send(post_call(body, std::move(target)));
}

std::string code_of(const result<answer>& r) {
    return r.has_error() ? std::string(to_string(r.error().code)) + ": " + r.error().detail : "ok";
}

}  // namespace casebridge::test
