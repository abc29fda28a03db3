// Where configuration becomes running objects: the one place that knows which façade and which
// backend there are.
#pragma once

#include "config/settings.hpp"
#include "core/error.hpp"
#include "http/handler.hpp"
#include "json/jsonc.hpp"

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace casebridge::app {

// What outlives a reload, one per process: logouts, write locks, the threads that check passwords.
struct lasting;
std::shared_ptr<lasting> make_lasting();

// What all threads share: settings, the compiled mapping tables of each bridge. Immutable; a reload makes
// a new one beside it.
struct shared;

// Reads and compiles everything that the settings name; binds and connects nothing.
// Null if there are findings. `casebridge check` is this and nothing more.
std::shared_ptr<const shared> prepare(std::shared_ptr<const config::settings> settings,
                                      std::shared_ptr<lasting> state,
                                      std::vector<json::diagnostic>& findings);

// The folder of the bundle that settings name as a file or folder.
std::filesystem::path mapping_folder(const std::filesystem::path& mappings);

// Makes its rules for the upstreams (breaker, limits, retries) the process's. make_bridge() does so where it
// makes connections; this is for a generation that stays although another one was tried.
void apply_rules(const shared& all);

// "default 0.1.0 (1a2b3c4d)": which tables are in use, for logs and build_info.
std::string describe_bundle(const shared& all);

// The connections of one thread to one upstream. They pass from one generation to the next where
// nothing that they depend on has changed, certificate files included; the last owner closes them.
struct connection_set {
    upstream::options made_with;
    std::string files;  // digest of the certificate files' contents
    std::shared_ptr<upstream::client> client;
};
using connections = std::map<std::string, connection_set>;  // by upstream

// The façade of one bridge for one thread. All it does happens on that thread's context; it must be
// destroyed there. It may be made on any thread, before it is used.
struct built_bridge {
    std::shared_ptr<http::handler> handler;
    connections links;
};
result<built_bridge> make_bridge(const std::shared_ptr<const shared>& all,
                                 const config::bridge_settings& bridge, boost::asio::io_context& context,
                                 const connections& previous);

}  // namespace casebridge::app
