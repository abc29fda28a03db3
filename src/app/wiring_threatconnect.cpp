// The ThreatConnect façade over Tracecat.
#include "app/wiring_parts.hpp"
#include "app/write_audit.hpp"
#include "bridge/records/records.hpp"
#include "observe/metrics.hpp"
#include "platform/threatconnect/facade/facade.hpp"
#include "platform/tracecat/client/store.hpp"

namespace casebridge::app {
namespace {

namespace tracecat = platform::tracecat::client;
namespace threatconnect = platform::threatconnect;

struct upstream_link {
    upstream_client client;
    std::unique_ptr<tracecat::store> store;
    std::unique_ptr<bridge::records> records;
};

threatconnect::error_words words_of(const mapping::bundle& tables) {
    return [&tables](const failure& f) {
        auto row = tables.errors().answer(f, tables.right().platform);
        return threatconnect::wording{row.status, std::move(row.code), std::move(row.text)};
    };
}

// The façade of one bridge with everything behind it; sends each request to its workspace's upstream.
class bridge_handler final : public http::handler, private platform::record_exchange {
public:
    bridge_handler(std::shared_ptr<const shared> all, std::map<std::string, upstream_link> links,
                   const shared_bridge& own, threatconnect::options opts)
        : all_(std::move(all)),
          links_(std::move(links)),
          facade_(std::move(opts), own.who, *this, words_of(*own.tables)) {}

    task<void> handle(const http::request& req, http::response& res) override {
        return facade_.handle(req, res);
    }
    std::size_t body_limit(const http::request& head) const override { return facade_.body_limit(head); }
    void refuse(const failure& why, http::response& res) const override { facade_.refuse(why, res); }

private:
    task<result<platform::record_answer>> run(const platform::record_request& r) override {
        return links_.find(r.where->upstream)->second.records->run(r);
    }

    std::shared_ptr<const shared> all_;
    std::map<std::string, upstream_link> links_;
    threatconnect::facade facade_;
};

upstream_link make_link(const shared_bridge& own, lasting& state, const config::bridge_settings& b,
                        const config::upstream_settings& u, upstream_client client) {
    upstream_link link;
    link.client = std::move(client);
    tracecat::store_options opts;
    opts.realm = u.base_url();
    opts.base_path = u.base_path;
    for (const auto& c : u.credentials) opts.credentials.push_back({c.name, c.email, c.password, c.api_key});
    link.store = std::make_unique<tracecat::store>(*link.client, std::move(opts), state.store_memory(u));
    bridge::records_options records;
    records.strict = b.strict;
    records.shadow = b.mode == config::bridge_mode::shadow;
    records.honour_user_access = b.honour_user_access;
    records.scan_bound = b.scan_bound;
    records.child_reads = b.child_bound;
    records.carry_files_up_to = b.carry_files_up_to;
    records.user_names = b.users;
    remember_for(records.state, b);
    link.records = std::make_unique<bridge::records>(
        std::move(records), *own.tables, own.who, *link.store, state.gate,
        [](mapping::finding_code c) { observe::count_loss(mapping::to_string(c)); },
        audit_record_writes(b.name, own.tables->object("case").source->hash));
    return link;
}

threatconnect::options facade_options(const config::settings& s, const config::bridge_settings& b) {
    threatconnect::options o;
    o.public_url = b.public_url;
    o.read_only = b.mode == config::bridge_mode::read_only;
    o.deletes = b.deletes;
    o.bulk_delete = b.bulk_delete;
    const std::string issued = "threatconnect token v1 " + b.name, links = "threatconnect link v1 " + b.name;
    o.token_key = key_for(s, issued);
    o.link_key = key_for(s, links);
    o.previous_token_key = previous_key_for(s, issued);
    o.previous_link_key = previous_key_for(s, links);
    return o;
}

}  // namespace

std::shared_ptr<http::handler> make_threatconnect_facade(const std::shared_ptr<const shared>& all,
                                                         const config::bridge_settings& b,
                                                         const upstream_clients& clients) {
    const shared_bridge& own = all->bridges.at(b.name);
    std::map<std::string, upstream_link> links;
    for (const auto& [u, client] : clients)
        links.emplace(u->name, make_link(own, *all->state, b, *u, client));
    return std::make_shared<bridge_handler>(all, std::move(links), own, facade_options(*all->settings, b));
}

}  // namespace casebridge::app
