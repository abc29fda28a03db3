// Which workspaces have cases that are for certain users only: there the store's own counts are not everybody's. For
// all threads of the process.
#pragma once

#include "core/uuid.hpp"
#include "http/message.hpp"

#include <chrono>
#include <map>
#include <mutex>

namespace casebridge::bridge {

class access_memory {
public:
    // All cases of a workspace were looked at; believed for so long, since another process may restrict one.
    static constexpr std::chrono::minutes survey_age{10};

    void note_restricted(const uuid& workspace) {
        const std::lock_guard lock(mutex_);
        known_[workspace].restricted = true;
    }
    bool is_restricted(const uuid& workspace) const {
        const std::lock_guard lock(mutex_);
        const auto found = known_.find(workspace);
        return found != known_.end() && found->second.restricted;
    }
    void note_survey(const uuid& workspace, http::time_point now) {
        const std::lock_guard lock(mutex_);
        known_[workspace].until = now + survey_age;
    }
    bool is_surveyed(const uuid& workspace, http::time_point now) const {
        const std::lock_guard lock(mutex_);
        const auto found = known_.find(workspace);
        return found != known_.end() && now < found->second.until;
    }

private:
    struct entry {
        bool restricted = false;
        http::time_point until{};
    };
    mutable std::mutex mutex_;
    std::map<uuid, entry> known_;
};

}  // namespace casebridge::bridge
