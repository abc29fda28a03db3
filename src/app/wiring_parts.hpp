// What wiring is made of; for its own files. One file per façade, the rest is the same for all.
#pragma once

#include "app/wiring.hpp"
#include "bridge/write_gate.hpp"
#include "mapping/bundle.hpp"
#include "platform/tracecat/client/memory.hpp"
#include "platform/tracecat/facade/password_checks.hpp"
#include "platform/tracecat/facade/session.hpp"
#include "upstream/shared_state.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace casebridge::app {

// One bridge's part of what the threads share.
struct shared_bridge {
    std::unique_ptr<const mapping::bundle> tables;
    platform::directory who;
    platform::tracecat::revocations* revoked = nullptr;
};

struct lasting {
    std::map<std::string, platform::tracecat::revocations> revoked;  // by session realm; only prepare() adds
    // One for all bridges: two of them may serve the same organisation.
    bridge::write_gate gate;
    platform::tracecat::password_checks passwords;
    upstream::upstreams health;  // breakers, limits, budgets

    // Logins and indexes of one upstream. They stay for as long as its settings do.
    std::shared_ptr<platform::tracecat::client::store_memory> store_memory(
        const config::upstream_settings& u);

private:
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<platform::tracecat::client::store_memory>>
        memories_;  // by URL and logins
};

struct shared {
    std::shared_ptr<const config::settings> settings;
    std::shared_ptr<lasting> state;
    std::map<std::string, shared_bridge> bridges;
};

// The way to one upstream, of one thread.
using upstream_client = std::shared_ptr<upstream::client>;
using upstream_clients = std::map<const config::upstream_settings*, upstream_client>;

std::shared_ptr<http::handler> make_tracecat_facade(const std::shared_ptr<const shared>& all,
                                                    const config::bridge_settings& b,
                                                    const upstream_clients& clients);
std::shared_ptr<http::handler> make_threatconnect_facade(const std::shared_ptr<const shared>& all,
                                                         const config::bridge_settings& b,
                                                         const upstream_clients& clients);

// How long a thread remembers what it has read of a backend's catalogues. Tags come and go more often.
template <class State>
void remember_for(State& state, const config::bridge_settings& b) {
    state.people_age = state.fields_age = std::chrono::seconds(b.catalogue_seconds);
    state.tags_age = (state.people_age + std::chrono::seconds(3)) / 4;
}

// A key for one purpose of one bridge, from the secret; of the previous secret only if there is one.
digest key_for(const config::settings& s, const std::string& purpose);
std::optional<digest> previous_key_for(const config::settings& s, const std::string& purpose);

}  // namespace casebridge::app
