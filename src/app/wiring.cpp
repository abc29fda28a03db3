#include "app/wiring.hpp"

#include "bridge/exchange.hpp"
#include "core/crypto.hpp"
#include "observe/log.hpp"
#include "observe/metrics.hpp"
#include "platform/threatconnect/backend.hpp"
#include "platform/tracecat/facade.hpp"

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
    std::unique_ptr<tracecat::revocations> revoked = std::make_unique<tracecat::revocations>();
};

}  // namespace

struct shared {
    std::shared_ptr<const config::settings> settings;
    std::map<std::string, shared_bridge> bridges;
    // One for all bridges: two of them may serve the same organisation.
    std::unique_ptr<bridge::write_gate> gate = std::make_unique<bridge::write_gate>();
    std::unique_ptr<tracecat::password_checks> passwords = std::make_unique<tracecat::password_checks>();
};

namespace {

std::filesystem::path bundle_folder(const config::settings& s) {
    const std::filesystem::path path = s.mappings;
    return std::filesystem::is_directory(path) ? path : path.parent_path();
}

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
    std::unique_ptr<upstream::client> client;
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
          facade_(std::move(opts), own.who, *this, *all_->passwords, *own.revoked, words_of(*own.tables)) {}

    ~bridge_handler() override {
        for (auto& [name, link] : links_) link.client->close();
    }

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

result<upstream_link> connect(const shared_bridge& own, bridge::write_gate& gate,
                              const config::bridge_settings& b, const config::upstream_settings& u,
                              boost::asio::io_context& context) {
    upstream_link link;
    CB_TRY(link.client, upstream::client::create(context, u.transport));
    const auto& carry = own.tables->object("case").source->carry;
    threatconnect::backend_options opts{
        u.name, u.base_url(), u.base_path, {}, carry ? carry->attribute : "", carry ? carry->spill_type : ""};
    for (const auto& c : u.credentials) opts.credentials.push_back({c.name, c.token, c.access_id, c.secret});
    link.backend = std::make_unique<threatconnect::backend>(*link.client, std::move(opts));
    bridge::exchange_options exchange;
    exchange.strict = b.strict;
    exchange.shadow = b.mode == config::bridge_mode::shadow;
    exchange.honour_user_access = b.honour_user_access;
    link.exchange = std::make_unique<bridge::exchange>(
        exchange, *own.tables, own.who, *link.backend, gate,
        [](mapping::finding_code c) { observe::count_loss(mapping::to_string(c)); });
    return link;
}

tracecat::options facade_options(const config::settings& s, const config::bridge_settings& b) {
    tracecat::options o;
    o.public_url = b.public_url;
    o.version = b.info_version;
    o.read_only = b.mode == config::bridge_mode::read_only;
    o.deletes = b.deletes;
    o.allowed_origins = b.cors_origins;
    o.session_key = derive_key(s.secret, "tracecat session v1 " + b.name);
    o.cursor_key = derive_key(s.secret, "tracecat cursor v1 " + b.name);
    return o;
}

}  // namespace

std::shared_ptr<const shared> prepare(std::shared_ptr<const config::settings> settings,
                                      std::vector<json::diagnostic>& findings) {
    auto all = std::make_shared<shared>();
    for (const auto& b : settings->bridges) {
        shared_bridge own;
        own.tables =
            mapping::bundle::load(bundle_folder(*settings), {b.overlays.begin(), b.overlays.end()}, findings);
        if (!own.tables) return nullptr;
        own.who = directory_of(b);
        all->bridges.emplace(b.name, std::move(own));
    }
    all->settings = std::move(settings);
    return all;
}

std::string describe_bundle(const shared& all) {
    if (all.bridges.empty()) return "none";
    const mapping::bundle& b = *all.bridges.begin()->second.tables;
    return b.name() + " " + b.version() + " (" + b.object("case").source->hash + ")";
}

result<std::unique_ptr<http::handler>> make_bridge(const std::shared_ptr<const shared>& all,
                                                   const config::bridge_settings& b,
                                                   boost::asio::io_context& context) {
    const shared_bridge& own = all->bridges.at(b.name);
    std::map<std::string, upstream_link> links;
    for (const auto& w : own.who.workspaces) {
        if (links.contains(w.upstream)) continue;
        const config::upstream_settings* u = all->settings->find_upstream(w.upstream);
        if (u == nullptr)
            return fail(errc::invalid_configuration,
                        "workspace " + w.name + " names no upstream that exists");
        CB_TRY(auto link, connect(own, *all->gate, b, *u, context));
        links.emplace(w.upstream, std::move(link));
    }
    return std::unique_ptr<http::handler>(
        std::make_unique<bridge_handler>(all, std::move(links), own, facade_options(*all->settings, b)));
}

}  // namespace casebridge::app
