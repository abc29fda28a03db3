// Writes to one case are serial within the process: neither platform has conditional writes, so a
// read-modify-write that another one crosses would lose something (design §4). Shared by all threads.
#pragma once

#include "http/message.hpp"
#include "http/task.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace casebridge::bridge {

class write_gate {
public:
    // The right to write to one case; gives it back when it goes.
    class pass {
    public:
        pass() = default;
        pass(write_gate& gate, std::string key) : gate_(&gate), key_(std::move(key)) {}
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
        write_gate* gate_ = nullptr;
        std::string key_;
    };

    // An empty pass if the deadline comes first.
    task<pass> enter(std::string key, http::time_point deadline);

    // Counts changes of tag definitions, so that no thread answers from what it remembered before one.
    std::uint64_t tag_changes() const noexcept { return tag_changes_.load(std::memory_order_acquire); }
    void note_tag_change() noexcept { tag_changes_.fetch_add(1, std::memory_order_acq_rel); }

private:
    struct waiter;
    void leave(const std::string& key);
    std::atomic<std::uint64_t> tag_changes_{0};
    std::mutex mutex_;
    std::unordered_map<std::string, std::deque<std::shared_ptr<waiter>>> busy_;
};

}  // namespace casebridge::bridge
