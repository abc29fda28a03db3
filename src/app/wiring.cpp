#include "app/wiring.hpp"

#include "app/wiring_parts.hpp"
#include "core/crypto.hpp"

#include <filesystem>

namespace casebridge::app {

std::shared_ptr<lasting> make_lasting() { return std::make_shared<lasting>(); }

std::shared_ptr<platform::tracecat::client::store_memory> lasting::store_memory(
    const config::upstream_settings& u) {
    // Another login is another view of the cases: what was remembered for the one says nothing of the other.
    std::string key = u.base_url();
    for (const auto& c : u.credentials)
        key += '\0' + c.name + '\0' + c.email + '\0' + c.password + '\0' + c.api_key;
    const std::lock_guard lock(mutex_);
    auto& slot = memories_[hex_encode(as_text(sha256(key)))];
    if (!slot) slot = std::make_shared<platform::tracecat::client::store_memory>();
    return slot;
}

digest key_for(const config::settings& s, const std::string& purpose) {
    return derive_key(s.secret, purpose);
}

std::optional<digest> previous_key_for(const config::settings& s, const std::string& purpose) {
    if (s.previous_secret.empty()) return std::nullopt;
    return derive_key(s.previous_secret, purpose);
}

namespace {

// The accounts with their names on the backend filled in from the "users" table.
platform::directory directory_of(const config::bridge_settings& b) {
    platform::directory out = b.who;
    for (auto& a : out.accounts) {
        const auto user = b.users.find(a.email);
        if (a.upstream_user.empty() && user != b.users.end()) a.upstream_user = user->second;
    }
    return out;
}

std::string digest_of_files(const upstream::tls_options& tls) {
    std::string all;
    for (const std::string& file : {tls.ca_file, tls.certificate_file, tls.key_file}) {
        all += file + '\0';
        if (auto text = file.empty() ? result<std::string>("") : json::read_file(file); text.has_value())
            all += *text;
        all += '\0';
    }
    return std::string(as_text(sha256(all)));
}

// The connections that the previous generation has, or new ones.
result<connection_set> connect(const config::upstream_settings& u, lasting& state,
                               boost::asio::io_context& context, const connections& previous) {
    connection_set out{u.transport, digest_of_files(u.transport.tls), nullptr};
    if (const auto had = previous.find(u.name);
        had != previous.end() && had->second.made_with == out.made_with && had->second.files == out.files)
        return had->second;
    CB_TRY(auto client, upstream::client::create(context, u.transport,
                                                 state.health.get(u.name, u.base_url(), u.transport)));
    out.client = std::shared_ptr<upstream::client>(client.release(), [](upstream::client* c) {
        c->close();
        delete c;
    });
    return out;
}

}  // namespace

std::shared_ptr<const shared> prepare(std::shared_ptr<const config::settings> settings,
                                      std::shared_ptr<lasting> state,
                                      std::vector<json::diagnostic>& findings) {
    auto all = std::make_shared<shared>();
    for (const auto& b : settings->bridges) {
        shared_bridge own;
        own.tables = mapping::bundle::load(mapping_folder(settings->mappings),
                                           {b.overlays.begin(), b.overlays.end()}, findings);
        if (!own.tables) return nullptr;
        own.who = directory_of(b);
        own.revoked = &state->revoked[b.session_realm];
        all->bridges.emplace(b.name, std::move(own));
    }
    all->settings = std::move(settings);
    all->state = std::move(state);
    return all;
}

std::filesystem::path mapping_folder(const std::filesystem::path& mappings) {
    std::error_code ignored;
    return std::filesystem::is_directory(mappings, ignored) ? mappings : mappings.parent_path();
}

std::string describe_bundle(const shared& all) {
    if (all.bridges.empty()) return "none";
    const mapping::bundle& b = *all.bridges.begin()->second.tables;
    return b.name() + " " + b.version() + " (" + b.object("case").source->hash + ")";
}

void apply_rules(const shared& all) {
    for (const config::upstream_settings& u : all.settings->upstreams)
        all.state->health.get(u.name, u.base_url(), u.transport);
}

result<built_bridge> make_bridge(const std::shared_ptr<const shared>& all, const config::bridge_settings& b,
                                 boost::asio::io_context& context, const connections& previous) {
    const shared_bridge& own = all->bridges.at(b.name);
    built_bridge out;
    upstream_clients clients;
    for (const auto& w : own.who.workspaces) {
        const config::upstream_settings* u = all->settings->find_upstream(w.upstream);
        if (u == nullptr)
            return fail(errc::invalid_configuration,
                        "workspace " + w.name + " names no upstream that exists");
        if (clients.contains(u)) continue;
        CB_TRY(auto wires, connect(*u, *all->state, context, previous));
        clients.emplace(u, wires.client);
        out.links.emplace(w.upstream, std::move(wires));
    }
    out.handler = b.facade == "tracecat" ? make_tracecat_facade(all, b, clients)
                                         : make_threatconnect_facade(all, b, clients);
    return out;
}

}  // namespace casebridge::app
