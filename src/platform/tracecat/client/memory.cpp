#include "platform/tracecat/client/memory.hpp"

#include "core/timestamp.hpp"

#include <ctime>

namespace casebridge::platform::tracecat::client {

workspace_memory& store_memory::of(const uuid& workspace) {
    const std::lock_guard lock(mutex_);
    auto& slot = workspaces_[workspace];
    if (!slot) slot = std::make_unique<workspace_memory>(limits_);
    return *slot;
}

void store_memory::note_date(std::string_view date) {
    std::tm parts{};
    // RFC 9110 §5.6.7: "Sun, 22 Nov 2026 07:36:40 GMT"
    if (strptime(std::string(date).c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr) return;
    const std::int64_t theirs = static_cast<std::int64_t>(timegm(&parts)) * 1'000'000;
    const std::lock_guard lock(mutex_);
    ahead_ = theirs - instant::now().micros;
}

std::int64_t store_memory::server_micros() const {
    const std::lock_guard lock(mutex_);
    return instant::now().micros + ahead_;
}

}  // namespace casebridge::platform::tracecat::client
