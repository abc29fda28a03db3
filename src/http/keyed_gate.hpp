// One at a time, by key, across the threads of the process: writes to one case, logins of one credential,
// refreshes of one index. Those who wait come in turn; nobody is blocked.
#pragma once

#include "http/message.hpp"
#include "http/task.hpp"

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace casebridge::http {

class keyed_gate {
public:
    // The right to go on with one key; gives it back when it goes.
    class pass {
    public:
        pass() = default;
        pass(keyed_gate& gate, std::string key) : gate_(&gate), key_(std::move(key)) {}
        pass(pass&& o) noexcept : gate_(std::exchange(o.gate_, nullptr)), key_(std::move(o.key_)) {}
        pass& operator=(pass&& o) noexcept {
            pass gone(std::move(*this));
            gate_ = std::exchange(o.gate_, nullptr);
            key_ = std::move(o.key_);
            return *this;
        }
        ~pass() {
            if (gate_ != nullptr) gate_->leave(key_);
        }
        explicit operator bool() const noexcept { return gate_ != nullptr; }

    private:
        keyed_gate* gate_ = nullptr;
        std::string key_;
    };

    // An empty pass if the deadline comes first.
    task<pass> enter(std::string key, time_point deadline);

private:
    struct waiter;
    void leave(const std::string& key);
    std::mutex mutex_;
    std::unordered_map<std::string, std::deque<std::shared_ptr<waiter>>> busy_;
};

}  // namespace casebridge::http
