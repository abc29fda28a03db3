// The Tracecat façade over ThreatConnect.
#include "app/wiring_parts.hpp"
#include "app/write_audit.hpp"
#include "bridge/exchange.hpp"
#include "core/crypto.hpp"
#include "observe/metrics.hpp"
#include "platform/threatconnect/client/backend.hpp"
#include "platform/tracecat/facade/facade.hpp"

namespace casebridge::app {
namespace {

namespace tracecat = platform::tracecat;
namespace threatconnect = platform::threatconnect;

struct upstream_link {
    upstream_client client;
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

upstream_link make_link(const shared_bridge& own, bridge::write_gate& gate, const config::bridge_settings& b,
                        const config::upstream_settings& u, upstream_client client) {
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
    exchange.case_addons = b.case_addons;
    exchange.visible_authors = b.visible_authors;
    remember_for(exchange.state, b);
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
    o.case_addons = b.case_addons;
    o.allowed_origins = b.cors_origins;
    const std::string sessions = "tracecat session v1 " + b.session_realm;
    const std::string cursors = "tracecat cursor v1 " + b.name;
    const std::string files = "tracecat file link v1 " + b.name;
    o.file_link_life = std::chrono::seconds(b.file_link_seconds);
    o.file_key = key_for(s, files);
    o.previous_file_key = previous_key_for(s, files);
    o.session_key = derive_key(s.secret, sessions);
    o.cursor_key = derive_key(s.secret, cursors);
    if (!s.previous_secret.empty()) {
        o.previous_session_key = derive_key(s.previous_secret, sessions);
        o.previous_cursor_key = derive_key(s.previous_secret, cursors);
    }
    return o;
}

}  // namespace

std::shared_ptr<http::handler> make_tracecat_facade(const std::shared_ptr<const shared>& all,
                                                    const config::bridge_settings& b,
                                                    const upstream_clients& clients) {
    const shared_bridge& own = all->bridges.at(b.name);
    std::map<std::string, upstream_link> links;
    for (const auto& [u, client] : clients)
        links.emplace(u->name, make_link(own, all->state->gate, b, *u, client));
    return std::make_shared<bridge_handler>(all, std::move(links), own, facade_options(*all->settings, b));
}

}  // namespace casebridge::app
