#include "app/wiring.hpp"

#include "app/write_audit.hpp"
#include "bridge/exchange.hpp"
#include "core/crypto.hpp"
#include "observe/metrics.hpp"
#include "platform/threatconnect/backend.hpp"
#include "platform/tracecat/facade.hpp"
#include "upstream/shared_state.hpp"

#include <filesystem>
#include <map>

namespace casebridge::app {
namespace {

namespace tracecat = platform::tracecat;
namespace threatconnect = platform::threatconnect;

// One bridge's part of what the threads share.
struct shared_bridge {
    std::unique_ptr<const mapping::bundle> tables;
    platform::directory who;
    tracecat::revocations* revoked = nullptr;
};

}  // namespace

struct lasting {
    std::map<std::string, tracecat::revocations> revoked;  // by bridge; only prepare() adds
    // One for all bridges: two of them may serve the same organisation.
    bridge::write_gate gate;
    tracecat::password_checks passwords;
    upstream::upstreams health;  // breakers, limits, budgets
};

std::shared_ptr<lasting> make_lasting() { return std::make_shared<lasting>(); }

struct shared {
    std::shared_ptr<const config::settings> settings;
    std::shared_ptr<lasting> state;
    std::map<std::string, shared_bridge> bridges;
};

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

// The way to one upstream, of one thread.
struct upstream_link {
    std::shared_ptr<upstream::client> client;
    std::unique_ptr<threatconnect::backend> backend;
    std::unique_ptr<bridge::exchange> exchange;
};

// The façade of one bridge with everything behind it; sends each operation to its workspace's upstream.
class bridge_handler final : public http::handler, private platform::exchange {
public:
    bridge_handler(std::shared_ptr<const shared> all, std::map<std::string, upstream_link> links,
                   const shared_bridge& own, tracecat::options opts)
        : all_(std::move(all)),
          links_(std::move(links)),
          facade_(std::move(opts), own.who, *this, all_->state->passwords, *own.revoked,
                  words_of(*own.tables)) {}

    task<void> handle(const http::request& req, http::response& res) override {
        return facade_.handle(req, res);
    }
    std::size_t body_limit(const http::request& head) const override { return facade_.body_limit(head); }
    void refuse(const failure& why, http::response& res) const override { facade_.refuse(why, res); }

private:
    static tracecat::error_table words_of(const mapping::bundle& tables) {
        return [&tables](const failure& f) {
            auto row = tables.errors().answer(f, tables.left().platform);
            return tracecat::wording{row.status, std::move(row.text)};
        };
    }
    task<result<platform::outcome>> run(const platform::operation& op) override {
        return links_.find(op.where->upstream)->second.exchange->run(op);
    }

    std::shared_ptr<const shared> all_;
    std::map<std::string, upstream_link> links_;
    tracecat::facade facade_;
};

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

upstream_link make_link(const shared_bridge& own, bridge::write_gate& gate, const config::bridge_settings& b,
                        const config::upstream_settings& u, std::shared_ptr<upstream::client> client) {
    upstream_link link;
    link.client = std::move(client);
    const auto& carry = own.tables->object("case").source->carry;
    threatconnect::backend_options opts{
        u.base_url(), u.base_path, {}, carry ? carry->attribute : "", carry ? carry->spill_type : ""};
    for (const auto& c : u.credentials) opts.credentials.push_back({c.name, c.token, c.access_id, c.secret});
    link.backend = std::make_unique<threatconnect::backend>(*link.client, std::move(opts));
    bridge::exchange_options exchange;
    exchange.strict = b.strict;
    exchange.shadow = b.mode == config::bridge_mode::shadow;
    exchange.honour_user_access = b.honour_user_access;
    exchange.scan_bound = b.scan_bound;
    link.exchange = std::make_unique<bridge::exchange>(
        exchange, *own.tables, own.who, *link.backend, gate,
        [](mapping::finding_code c) { observe::count_loss(mapping::to_string(c)); },
        audit_writes(b.name, own.tables->object("case").source->hash));
    return link;
}

tracecat::options facade_options(const config::settings& s, const config::bridge_settings& b) {
    tracecat::options o;
    o.public_url = b.public_url;
    o.version = b.info_version;
    o.read_only = b.mode == config::bridge_mode::read_only;
    o.deletes = b.deletes;
    o.allowed_origins = b.cors_origins;
    const std::string sessions = "tracecat session v1 " + b.name;
    const std::string cursors = "tracecat cursor v1 " + b.name;
    o.session_key = derive_key(s.secret, sessions);
    o.cursor_key = derive_key(s.secret, cursors);
    if (!s.previous_secret.empty()) {
        o.previous_session_key = derive_key(s.previous_secret, sessions);
        o.previous_cursor_key = derive_key(s.previous_secret, cursors);
    }
    return o;
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
        own.revoked = &state->revoked[b.name];
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
    std::map<std::string, upstream_link> links;
    for (const auto& w : own.who.workspaces) {
        if (links.contains(w.upstream)) continue;
        const config::upstream_settings* u = all->settings->find_upstream(w.upstream);
        if (u == nullptr)
            return fail(errc::invalid_configuration,
                        "workspace " + w.name + " names no upstream that exists");
        CB_TRY(auto wires, connect(*u, *all->state, context, previous));
        links.emplace(w.upstream, make_link(own, all->state->gate, b, *u, wires.client));
        out.links.emplace(w.upstream, std::move(wires));
    }
    out.handler =
        std::make_shared<bridge_handler>(all, std::move(links), own, facade_options(*all->settings, b));
    return out;
}

}  // namespace casebridge::app
