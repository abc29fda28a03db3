#include "platform/tracecat/client/memory.hpp"

#include "core/timestamp.hpp"

#include <algorithm>
#include <ctime>

namespace casebridge::platform::tracecat::client {

workspace_memory& store_memory::of(const uuid& workspace) {
    const std::lock_guard lock(mutex_);
    auto& slot = workspaces_[workspace];
    if (!slot) slot = std::make_unique<workspace_memory>(limits_);
    return *slot;
}

bool recent_ids::claim(const uuid& id) {
    const std::lock_guard lock(mutex_);
    if (std::find(ids_.begin(), ids_.end(), id) != ids_.end()) return false;
    if (ids_.size() == most) ids_.pop_front();
    ids_.push_back(id);
    return true;
}

std::string store_memory::user_of(std::string_view credential) const {
    const std::lock_guard lock(mutex_);
    const auto found = users_.find(credential);
    return found == users_.end() ? std::string() : found->second;
}

void store_memory::note_user(std::string_view credential, std::string_view id) {
    const std::lock_guard lock(mutex_);
    users_.insert_or_assign(std::string(credential), std::string(id));
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
