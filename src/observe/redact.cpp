#include "observe/redact.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>
#include <vector>

namespace casebridge::observe {
namespace {

using secrets = std::vector<std::string>;
constexpr std::size_t shortest = 4;
constexpr std::string_view mask = "[redacted]";

// Readers take no lock: each change publishes a new immutable list. Old lists stay alive, since
// somebody may still be reading them; secrets change only when configuration is loaded.
struct registry {
    std::mutex change;
    std::deque<secrets> generations;
    std::atomic<const secrets*> current{nullptr};
};

registry& all() {
    static auto& r = *new registry;  // outlives every static that may still log
    return r;
}

}  // namespace

void add_secret(std::string_view secret) {
    if (secret.size() < shortest) return;
    auto& r = all();
    const std::lock_guard lock(r.change);
    secrets next = r.generations.empty() ? secrets{} : r.generations.back();
    if (std::find(next.begin(), next.end(), secret) != next.end()) return;
    next.emplace_back(secret);
    // Longest first, so that a secret which contains another one leaves no tail behind.
    std::stable_sort(next.begin(), next.end(),
                     [](const auto& a, const auto& b) { return a.size() > b.size(); });
    r.generations.push_back(std::move(next));
    r.current.store(&r.generations.back(), std::memory_order_release);
}

bool holds_secret(std::string_view text) noexcept {
    const secrets* list = all().current.load(std::memory_order_acquire);
    if (list == nullptr) return false;
    return std::any_of(list->begin(), list->end(),
                       [&](const std::string& s) { return text.find(s) != std::string_view::npos; });
}

std::string redact(std::string_view text) {
    std::string out(text);
    const secrets* list = all().current.load(std::memory_order_acquire);
    if (list == nullptr) return out;
    for (const std::string& s : *list) {
        for (std::size_t at = out.find(s); at != std::string::npos; at = out.find(s, at + mask.size()))
            out.replace(at, s.size(), mask);
    }
    return out;
}

}  // namespace casebridge::observe
