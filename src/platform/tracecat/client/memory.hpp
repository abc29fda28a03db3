// What all threads of the process know about one Tracecat server: its release, who is logged in, how its clock
// stands, and each workspace's index and definitions. Every member may be called from any thread.
#pragma once

#include "http/keyed_gate.hpp"
#include "platform/tracecat/client/case_index.hpp"
#include "platform/tracecat/client/release.hpp"
#include "platform/tracecat/client/sessions.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform::tracecat::client {

struct tag_definition {
    uuid id;
    std::string name;
};

// Definitions of one workspace, for as long as they may be believed.
template <class T>
class remembered {
public:
    std::optional<T> get(http::time_point now) const {
        const std::lock_guard lock(mutex_);
        return value_ && now < until_ ? value_ : std::nullopt;
    }
    void set(T value, http::time_point until) {
        const std::lock_guard lock(mutex_);
        value_ = std::move(value);
        until_ = until;
    }
    void forget() {
        const std::lock_guard lock(mutex_);
        value_.reset();
        turn_ += 1;
    }
    // Another one each time that it is forgotten: what was asked for before that may be old when it comes.
    std::uint64_t turn() const {
        const std::lock_guard lock(mutex_);
        return turn_;
    }
    void set_in_turn(std::uint64_t turn, T value, http::time_point until) {
        const std::lock_guard lock(mutex_);
        if (turn != turn_) return;
        value_ = std::move(value);
        until_ = until;
    }

private:
    mutable std::mutex mutex_;
    std::optional<T> value_;
    http::time_point until_{};
    std::uint64_t turn_ = 0;
};

// Ids of what was made here lately: none is found twice. The oldest is forgotten.
class recent_ids {
public:
    // false: it is another's already.
    bool claim(const uuid& id);

private:
    static constexpr std::size_t most = 256;
    std::mutex mutex_;
    std::deque<uuid> ids_;
};

struct workspace_memory {
    explicit workspace_memory(const index_limits& limits) : index(limits) {}
    case_index index;
    remembered<std::vector<std::string>> fields;  // ids of those that lists can include
    remembered<std::string> members_text,
        fields_text;  // the answers, for threads that ask one after the other
    remembered<std::vector<tag_definition>> tags;
    // When the last refresh of the external ids began: whoever came before it need not make another.
    remembered<http::time_point> refreshed;
    remembered<bool> tasks_offered;
    recent_ids made;  // children of cases
    remembered<bool> refreshed_deeply;  // with the long overlap, not long ago
    void forget_fields() {
        fields.forget();
        fields_text.forget();
    }
};

class store_memory {
public:
    explicit store_memory(const index_limits& limits = {}) : limits_(limits) {}

    workspace_memory& of(const uuid& workspace);

    struct release {
        verdict found = verdict::unclear;
        mount how = mount::canonical;
        std::string sentence;  // if it is too old
    };
    remembered<release> server;
    sessions logins;
    // Who a login is: the user's id, by the credential's name.
    std::string user_of(std::string_view credential) const;
    void note_user(std::string_view credential, std::string_view id);
    http::keyed_gate one_at_a_time;  // logins, probes, refreshes

    // How far the server's clock is ahead of ours, from an answer's Date (whole seconds).
    void note_date(std::string_view date);
    std::int64_t server_micros() const;  // what its clock says now, a second more or less

private:
    const index_limits limits_;
    mutable std::mutex mutex_;
    std::map<uuid, std::unique_ptr<workspace_memory>> workspaces_;
    std::map<std::string, std::string, std::less<>> users_;
    std::int64_t ahead_ = 0;
};

}  // namespace casebridge::platform::tracecat::client
